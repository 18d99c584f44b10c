/// Debian's short names of licences (copyright-format 1.0, section 7.1, and what its packages use
/// beside) in terms of the SPDX licence list, https://spdx.org/licenses/.
enum LicenseName {
    /// Names that differ in more than case from SPDX's, in lower case.
    private static let synonyms: [String: String] = [
        "expat": "MIT", "mit/x11": "MIT",
        "apache-2": "Apache-2.0", "apache-2.0": "Apache-2.0", "apache2": "Apache-2.0",
        "apache-2-llvm-exceptions": "Apache-2.0 WITH LLVM-exception",
        // The text in /usr/share/common-licenses/Artistic is the one that Perl has.
        "artistic": "Artistic-1.0-Perl", "artistic-1": "Artistic-1.0-Perl",
        "artistic-2": "Artistic-2.0",
        "bsd-1-clause": "BSD-1-Clause", "bsd-2-clause": "BSD-2-Clause",
        "bsd-2-clauses": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
        "bsd-3-clauses": "BSD-3-Clause", "bsd-3": "BSD-3-Clause", "bsd-2": "BSD-2-Clause",
        "bsd-4-clause": "BSD-4-Clause", "bsd-4-clause-uc": "BSD-4-Clause-UC",
        "bsl-1": "BSL-1.0", "cc0": "CC0-1.0", "zlib/libpng": "Zlib",
        "mpl-1": "MPL-1.1", "mpl-2": "MPL-2.0",
        "openldap-2.8": "OLDAP-2.8", "psf-2": "PSF-2.0",
        "unicode-data": "Unicode-DFS-2016",
        "wtfpl-2": "WTFPL", "libpng": "Libpng", "x11": "X11", "edl-1": "BSD-3-Clause",
        "bzip2-1": "bzip2-1.0.6", "spencer-94": "Spencer-94",
    ]

    /// Identifiers of the list that Debian writes alike, but for the case of letters.
    private static let listed: [String] = [
        "0BSD", "AFL-2.0", "AFL-2.1", "Apache-1.0", "Apache-1.1", "Artistic-1.0",
        "Artistic-1.0-Perl", "Artistic-2.0", "Beerware", "BSL-1.0", "bzip2-1.0.6", "CC-BY-3.0",
        "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDDL-1.0", "CDDL-1.1", "curl",
        "EPL-1.0", "EPL-2.0", "FSFAP", "FSFUL", "FSFULLR", "FTL", "HPND", "ICU", "IJG", "ISC",
        "Latex2e", "Libpng", "MIT", "MIT-0", "MIT-CMU", "MPL-1.1", "MPL-2.0", "MS-PL", "NCSA",
        "NTP",
        "OFL-1.0", "OFL-1.1", "OLDAP-2.8", "OpenSSL", "PHP-3.01", "PostgreSQL", "PSF-2.0",
        "Python-2.0", "Ruby", "Sleepycat", "SMLNJ", "TCL", "Unicode-DFS-2016", "Unicode-3.0",
        "Unlicense", "UPL-1.0", "Vim", "W3C", "WTFPL", "X11", "Zlib", "ZPL-2.1", "BSD-1-Clause",
        "BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause", "BSD-4-Clause-UC",
    ]

    private static let listedByLowerCase = Dictionary(
        uniqueKeysWithValues: listed.map { ($0.lowercased(), $0) })

    /// The SPDX identifier of a short name.
    ///
    /// - Returns: nil for a name whose licence the list does not have, or that says too little,
    ///   such as `GPL` without a version.
    static func identifier(_ name: String) -> String? {
        let name = name.lowercased()
        return listedByLowerCase[name] ?? synonyms[name] ?? gnuIdentifier(name)
    }

    /// The families of GNU licences and the versions that there are, in SPDX's words.
    private static let gnuFamilies: [(prefix: String, identifier: String, versions: [String])] = [
        ("agpl", "AGPL", ["3.0"]),
        ("lgpl", "LGPL", ["2.0", "2.1", "3.0"]),
        ("gpl", "GPL", ["1.0", "2.0", "3.0"]),
        ("gfdl-niv", "GFDL", ["1.1", "1.2", "1.3"]),
        ("gfdl", "GFDL", ["1.1", "1.2", "1.3"]),
    ]

    /// `GPL-2+`, `GPL-2.0+`, `GPLv2+`, `GPL-2.0-or-later` and the like.
    private static func gnuIdentifier(_ name: String) -> String? {
        guard let family = gnuFamilies.first(where: { name.hasPrefix($0.prefix) }) else {
            return nil
        }
        var rest = name.dropFirst(family.prefix.count)
        if rest.hasPrefix("-") { rest = rest.dropFirst() }
        if rest.hasPrefix("v") { rest = rest.dropFirst() }
        var isLater = false
        for suffix in ["+", "-or-later", "-only"] where rest.hasSuffix(suffix) {
            rest = rest.dropLast(suffix.count)
            isLater = suffix != "-only"
            break
        }
        let version = rest.contains(".") ? String(rest) : rest + ".0"
        guard family.versions.contains(version) else { return nil }
        let invariants = family.prefix == "gfdl-niv" ? "-no-invariants" : ""
        return "\(family.identifier)-\(version)\(invariants)-\(isLater ? "or-later" : "only")"
    }

    /// The SPDX identifier of an exception.
    ///
    /// - Parameters:
    ///   - name: Its name in lower case, without the word "exception", joined by `-`.
    ///   - base: The SPDX identifier of the licence that it is an exception to.
    /// - Returns: nil when the list does not have it.
    static func exception(_ name: String, of base: String) -> String? {
        switch name {
        case "autoconf", "autoconf-data":
            base.hasPrefix("GPL-3") ? "Autoconf-exception-3.0" : "Autoconf-exception-2.0"
        case "bison", "bison-2.2": "Bison-exception-2.2"
        case "font": "Font-exception-2.0"
        case "gcc", "gcc-runtime-library": base.hasPrefix("GPL-3") ? "GCC-exception-3.1" : nil
        case "libtool": "Libtool-exception"
        case "linux-syscall-note": "Linux-syscall-note"
        case "llvm": "LLVM-exception"
        case "classpath": "Classpath-exception-2.0"
        default: nil
        }
    }
}

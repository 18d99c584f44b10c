/// Finds the package of a release that has a shared library.
enum LibraryPackages {
    /// The names that a library's package can have, the likeliest first.
    ///
    /// Debian Policy 8.1 makes the name from the soname; releases since trixie end it with `t64`
    /// where a library was rebuilt for 64-bit times. Packages from before the rule are listed.
    static func candidates(for soname: String) -> [String] {
        let exceptions = [
            "libc.so.6": "libc6", "libm.so.6": "libc6", "ld-linux-x86-64.so.2": "libc6",
            "libdl.so.2": "libc6", "libpthread.so.0": "libc6", "libgcc_s.so.1": "libgcc-s1",
            "libcrypto.so.3": "libssl3", "libssl.so.3": "libssl3",
        ]
        var name = exceptions[soname] ?? ""
        if name.isEmpty {
            guard let marker = soname.firstRange(of: ".so") else { return [] }
            let stem = soname[..<marker.lowerBound]
            let version = soname[marker.upperBound...].drop { $0 == "." }
            let needsDash = stem.last?.isNumber == true && version.first?.isNumber == true
            name = (stem + (needsDash ? "-" : "") + version).lowercased()
            name = String(name.map { $0 == "_" ? "-" : $0 })
        }
        return [name + "t64", name]
    }

    /// Chooses for each library among the names that a release has.
    ///
    /// - Throws: `LocalPackageError.noPackageForLibrary` when it has none.
    static func resolve(_ sonames: [String], among names: Set<String>) throws(LocalPackageError)
        -> [String: String]
    {
        var found: [String: String] = [:]
        for soname in sonames {
            let candidates = candidates(for: soname)
            guard let name = candidates.first(where: names.contains) else {
                throw .noPackageForLibrary(soname: soname, tried: candidates)
            }
            found[soname] = name
        }
        return found
    }
}

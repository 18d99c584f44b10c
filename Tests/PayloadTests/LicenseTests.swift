import Syscalls
import Testing

@testable import Payload

@Suite struct LicenseExpressionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let synopsis: String
        let spdx: String
        init(_ synopsis: String, _ spdx: String) { (self.synopsis, self.spdx) = (synopsis, spdx) }
        var testDescription: String { synopsis }
    }

    static let cases = [
        Case("GPL-2+", "GPL-2.0-or-later"), Case("GPL-2", "GPL-2.0-only"),
        Case("GPLv3+", "GPL-3.0-or-later"), Case("LGPL-2.1+", "LGPL-2.1-or-later"),
        Case("lgpl-2", "LGPL-2.0-only"), Case("GPL-2.0-or-later", "GPL-2.0-or-later"),
        Case("GPL-2.0-only", "GPL-2.0-only"), Case("AGPL-3", "AGPL-3.0-only"),
        Case("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
        Case("Expat", "MIT"), Case("expat", "MIT"), Case("BSD-3-clause", "BSD-3-Clause"),
        Case("zlib", "Zlib"), Case("OpenLDAP-2.8", "OLDAP-2.8"),
        Case("GPL", "<GPL>"), Case("GPL-7", "<GPL-7>"), Case("public-domain", "<public-domain>"),
        Case("GPL-1+ or Artistic", "Artistic-1.0-Perl OR GPL-1.0-or-later"),
        Case("Expat and GPL-2 or ISC", "GPL-2.0-only AND MIT OR ISC"),
        Case("Expat or GPL-2, and ISC", "(GPL-2.0-only OR MIT) AND ISC"),
        Case("LGPLv3+_or_GPLv2+", "GPL-2.0-or-later OR LGPL-3.0-or-later"),
        Case("Expat and Expat", "MIT"),
        Case("GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2"),
        Case("GPL-2 with Linux-syscall-note exception", "GPL-2.0-only WITH Linux-syscall-note"),
        Case("GPL-3+ with Autoconf exception", "GPL-3.0-or-later WITH Autoconf-exception-3.0"),
        Case("GPL-2+ with OpenSSL exception", "<GPL-2+ with OpenSSL exception>"),
        Case("Permission to use, copy and modify", "<Permission to use, copy and modify>"),
        Case("and", "<and>"), Case("Expat or", "<Expat or>"), Case(",", "<,>"),
    ]

    @Test("Debian's words in SPDX's", arguments: cases)
    func mapping(each: Case) {
        #expect(LicenseExpression(synopsis: each.synopsis).text { "<\($0)>" } == each.spdx)
    }
}

@Suite struct CopyrightFileTests {
    static let sample = """
        Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
        Upstream-Name: sample

        Files: *
        Copyright: 2020 Somebody
        License: GPL-2+

        # a comment
        Files: lib/*
        Copyright: 2021 Somebody
        License:\tBSD-3-clause
         Redistribution and use
         .
         are permitted.

        License: GPL-2+
         On Debian systems: /usr/share/common-licenses/GPL-2

        License: unused
         Not of any file.

        """

    @Test("licences of files, not those that only give a text; texts by name")
    func reading() throws {
        let file = try #require(CopyrightFile(Self.sample))
        #expect(file.synopses == ["GPL-2+", "BSD-3-clause"])
        #expect(file.texts["bsd-3-clause"] == "Redistribution and use\n\nare permitted.")
    }

    @Test("line ends of other systems make no difference")
    func carriageReturns() throws {
        let file = try #require(CopyrightFile(Self.sample.replacing("\n", with: "\r\n")))
        #expect(file.synopses == ["GPL-2+", "BSD-3-clause"])
    }

    @Test(
        "what is not machine-readable gives no licence", arguments: ["", "This is free.", "A: b\n"])
    func freeText(text: String) {
        #expect(CopyrightFile(text) == nil)
    }

    @Test(
        "every copyright file of this system gives an expression",
        .enabled(if: FileSystem.isDirectory("/usr/share/doc"), "needs /usr/share/doc"))
    func wholeSystem() throws {
        for name in try FileSystem.list("/usr/share/doc") {
            let path = "/usr/share/doc/\(name)/copyright"
            guard FileSystem.exists(path), let text = try? FileSystem.readText(path),
                let file = CopyrightFile(text)
            else { continue }
            let expression = LicenseExpression.makeAll(
                file.synopses.map(LicenseExpression.init(synopsis:)))
            #expect(file.synopses.isEmpty == expression.text { $0 }.isEmpty, "\(path)")
        }
    }
}

import Bytes
import Command
import Debian
import Digest
import Events
import Glibc
import Syscalls
import TestSamples
import Testing

@testable import RootFS

/// Files that several packages have, and whose `Replaces` decides.
@Suite struct ReplacementTests {
    let folder: TemporaryFolder
    let pool: Pool

    init() throws {
        folder = try TemporaryFolder()
        pool = try Pool("\(folder.path)/pool")
    }

    /// A package with a file and a conffile that the others have too, and a file of its own.
    func deb(_ name: String, replaces: String? = nil) -> SampleDeb {
        SampleDeb(
            name, fields: replaces.map { ["Replaces": $0] } ?? [:],
            files: [
                "usr/share/t/shared": "\(name)'s\n", "usr/share/t/\(name)": name,
                "etc/t.conf": "by \(name)\n",
            ], conffiles: ["/etc/t.conf"])
    }

    func admit(_ deb: SampleDeb) throws -> LockedPackage {
        let file = try deb.build(in: folder.path)
        let package = LockedPackage(
            name: deb.name, version: deb.version, architecture: "all", source: deb.name,
            sha256: Hex.encode(try FileDigest.digest(of: file)),
            byteCount: try FileSystem.byteCount(of: file) ?? 0, archive: "a", path: "p")
        let target = pool.path(of: package)
        try FileSystem.makeDirectory("\(pool.path)/\(package.sha256.prefix(2))")
        try FileSystem.writeAtomically(FileSystem.read(file), to: target)
        return package
    }

    /// Unpacks in an order, the first package alone before the others.
    ///
    /// - Returns: The tree.
    func unpack(_ debs: [SampleDeb]) throws -> String {
        let tree = "\(folder.path)/tree"
        try FileSystem.removeTree(tree)
        let database = DpkgDatabase(tree: tree, architecture: "amd64")
        try database.prepare()
        try EventStream.discarding.step("unpack") { progress in
            let packages = try Unpacker(pool: pool, tree: tree).unpack(
                debs.map(admit), progress: progress)
            try database.record(packages)
        }
        return tree
    }

    @Test(
        "the replacing package's file wins in any order, and dpkg's lists are those of dpkg",
        .enabled(if: geteuid() == 0, "needs root, for the files' owners"),
        arguments: [false, true])
    func order(isReversed: Bool) throws {
        var debs = [deb("old"), deb("new", replaces: "other, old:any (<< 2)")]
        if isReversed { debs.reverse() }
        let tree = try unpack(debs)
        #expect(try FileSystem.readText("\(tree)/usr/share/t/shared") == "new's\n")
        #expect(try FileSystem.readText("\(tree)/etc/t.conf") == "by new\n")

        // The same by dpkg itself.
        let other = "\(folder.path)/by-dpkg"
        for name in ["info", "updates"] {
            try FileSystem.makeDirectory("\(other)/var/lib/dpkg/\(name)")
        }
        try FileSystem.writeAtomically("", to: "\(other)/var/lib/dpkg/status")
        for deb in debs {
            try Command(
                "dpkg",
                [
                    "--root=\(other)", "--log=/dev/null", "--force-unsafe-io", "--unpack",
                    "\(folder.path)/\(deb.fileName)",
                ]
            ).runChecked()
        }
        let (ours, theirs) = ("\(tree)/\(DpkgDatabase.folder)", "\(other)/var/lib/dpkg")
        for name in ["old", "new"] {
            let list = try FileSystem.readText("\(ours)/info/\(name).list")
            #expect(list == (try FileSystem.readText("\(theirs)/info/\(name).list")))
        }
        let status = try Deb822.parse(FileSystem.readText("\(ours)/status"))
        let expected = try Deb822.parse(FileSystem.readText("\(theirs)/status"))
        let old = status.first { $0["Package"] == "old" }
        #expect(old?["Conffiles"] == "\n /etc/t.conf newconffile obsolete")
        #expect(old?["Conffiles"] == expected.first { $0["Package"] == "old" }?["Conffiles"])
    }

    @Test(
        "without a relation, with one that does not fit or with two it is an error",
        arguments: [
            [nil, nil], [nil, "old (<< 1)"], [nil, "older"], ["new", "old"],
            [nil, "old:arm64"],
        ])
    func conflict(relations: [String?]) throws {
        let debs = [deb("old", replaces: relations[0]), deb("new", replaces: relations[1])]
        #expect(
            throws: RootFSError.fileConflict(path: "etc/t.conf", first: "old", second: "new")
        ) { try unpack(debs) }
    }

    @Test("of three packages the one that replaces both others wins, in every order")
    func three() throws {
        let debs = [deb("a"), deb("b", replaces: "a"), deb("c", replaces: "b (= 1), a (>= 1)")]
        for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1]] {
            let tree = try unpack(order.map { debs[$0] })
            #expect(try FileSystem.readText("\(tree)/usr/share/t/shared") == "c's\n")
        }
    }

    @Test("versions of a relation are compared as dpkg compares them")
    func versions() throws {
        func replaces(_ relation: String, _ version: String) throws -> Bool {
            let old = try Deb822.parse("Package: old\nVersion: \(version)\nArchitecture: all\n")[0]
            let new = try Deb822.parse("Package: new\nReplaces: \(relation)\n")[0]
            return Replacement.replaces(new, old)
        }
        let cases: [(relation: String, version: String, fits: Bool)] = [
            ("old (<< 2~)", "1.9", true), ("old (<< 2~)", "2~", false), ("old (<= 2)", "2", true),
            ("old (< 2)", "2", true), ("old (>> 1:1)", "2", false), ("old (>= 2)", "1:1", true),
            ("old (> 2)", "2", true), ("old (= 2)", "2.0", false), ("old(=2)", "2", true),
            ("x, old ( >= 1 ) , y", "1", true), ("", "1", false), ("older", "1", false),
        ]
        for (relation, version, fits) in cases {
            #expect(try replaces(relation, version) == fits, "\(relation) and \(version)")
        }
    }
}

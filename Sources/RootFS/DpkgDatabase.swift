import Bytes
import Debian
import Digest
import Glibc
import Syscalls

/// dpkg's database for packages that were unpacked by other means than dpkg.
///
/// The layout is that of dpkg 1.22: `info/format` (1), `info/<package>.<file>` where packages that
/// are `Multi-Arch: same` are `<package>:<architecture>`, `status` (dpkg(1), deb822(5)),
/// `triggers/File` and `triggers/<name>` (deb-triggers(5)), `arch`.
struct DpkgDatabase {
    /// Where the database is, relative to the root.
    ///
    /// Beside the files it describes, so that it always belongs to the image that runs;
    /// `/var/lib/dpkg` is a link to it.
    static let folder = "usr/lib/sysimage/dpkg"

    private let tree: String
    private let architecture: String
    private var path: String { "\(tree)/\(DpkgDatabase.folder)" }

    /// Names the tree that the database is for.
    init(tree: String, architecture: String) {
        self.tree = tree
        self.architecture = architecture
    }

    /// Makes the empty folders and the link, before anything is unpacked.
    func prepare() throws {
        for name in ["info", "updates", "triggers", "alternatives", "parts"] {
            try FileSystem.makeDirectory("\(path)/\(name)")
        }
        try FileSystem.makeDirectory("\(tree)/var/lib")
        try FileSystem.makeLink("\(tree)/var/lib/dpkg", to: "../../\(DpkgDatabase.folder)")
    }

    /// Records the packages as unpacked.
    func record(_ packages: [UnpackedPackage]) throws {
        try write("1\n", to: "info/format")
        try write(architecture + "\n", to: "arch")
        var status = ""
        for package in packages.sorted(by: { $0.name < $1.name }) {
            try recordInfo(of: package)
            status += try statusStanza(of: package).text + "\n"
        }
        try write(status, to: "status")
        try recordTriggers(packages)
    }

    /// The name that a package's files in `info` have.
    static func infoName(of stanza: Stanza) -> String {
        let name = stanza["Package"] ?? ""
        return stanza["Multi-Arch"] == "same" ? "\(name):\(stanza["Architecture"] ?? "")" : name
    }

    /// The state of each package: its name and the last word of its `Status`.
    func states() throws -> [(name: String, state: String)] {
        try Deb822.parse(FileSystem.readText("\(path)/status")).map { stanza in
            let words = (stanza["Status"] ?? "").split(separator: " ")
            return (stanza["Package"] ?? "", words.last.map(String.init) ?? "")
        }
    }

    private func write(_ text: String, to name: String) throws {
        try FileSystem.writeAtomically(text, to: "\(path)/\(name)")
    }

    private func recordInfo(of package: UnpackedPackage) throws {
        let name = DpkgDatabase.infoName(of: package.stanza)
        // Paths are bytes, so the list is put together as bytes.
        var list = Array("/.\n".utf8)
        for path in package.paths where !path.isEmpty { list += [0x2F] + path + [0x0A] }
        try FileSystem.writeAtomically(list, to: "\(path)/info/\(name).list")
        for (file, content) in package.control where file != "control" {
            let isScript = ["preinst", "postinst", "prerm", "postrm", "config"].contains(file)
            try FileSystem.writeAtomically(
                content, to: "\(path)/info/\(name).\(file)", mode: isScript ? 0o755 : 0o644)
        }
    }

    private func statusStanza(of package: UnpackedPackage) throws -> Stanza {
        var stanza = package.stanza
        stanza["Status"] = "install ok unpacked"
        let conffiles = String(decoding: package.control["conffiles"] ?? [], as: UTF8.self)
        var lines = ""
        for line in conffiles.split(separator: "\n") {
            // `remove-on-upgrade PATH` (deb-conffiles(5)) names a file that is not shipped.
            let words = line.split(separator: " ")
            guard let file = words.last else { continue }
            let isGone = words.count > 1
            // What another package took over stays in the record only.
            let isReplaced = package.replaced.contains(Array(file.utf8.dropFirst()))
            let digest =
                isGone || isReplaced
                ? "newconffile" : Hex.encode(try FileDigest.digest(of: tree + file, .md5))
            let flag = isGone ? " remove-on-upgrade" : isReplaced ? " obsolete" : ""
            lines += "\n \(file) \(digest)\(flag)"
        }
        if !lines.isEmpty { stanza["Conffiles"] = lines }
        return stanza
    }

    /// Writes who is interested in what, as dpkg notes it when it unpacks.
    private func recordTriggers(_ packages: [UnpackedPackage]) throws {
        var files = ""
        var named: [String: String] = [:]
        for package in packages.sorted(by: { $0.name < $1.name }) {
            let text = String(decoding: package.control["triggers"] ?? [], as: UTF8.self)
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace)
                guard words.count == 2, words[0].hasPrefix("interest") else { continue }
                let waits = words[0] != "interest-noawait"
                let interested =
                    DpkgDatabase.infoName(of: package.stanza) + (waits ? "" : "/noawait")
                if words[1].hasPrefix("/") {
                    files += "\(words[1]) \(interested)\n"
                } else {
                    named[String(words[1]), default: ""] += interested + "\n"
                }
            }
        }
        try write(files, to: "triggers/File")
        try write("", to: "triggers/Unincorp")
        for (name, text) in named { try write(text, to: "triggers/\(name)") }
    }
}

import Command
import Syscalls
import TestSamples

/// An archive of small packages over HTTP, signed by a key of its own.
struct SignedArchive {
    private let folder: TemporaryFolder
    private let server: LoopbackServer

    /// Where it is.
    var url: String { server.url }
    /// The keyring with its key.
    var keyring: String { "\(folder.path)/archive.gpg" }

    private var root: String { "\(folder.path)/archive" }

    /// Makes a key, and an archive with some packages in suite `local`, component `main`.
    init(_ packages: [SampleDeb]) throws {
        folder = try TemporaryFolder(in: "/var/tmp")
        try FileSystem.makeDirectory("\(folder.path)/archive")
        server = try LoopbackServer(.files(in: "\(folder.path)/archive"))
        // Only its owner may enter it, or gpg complains.
        try FileSystem.makeDirectory("\(folder.path)/home", mode: 0o700)
        try gpg(["--quick-generate-key", "A <a@example.org>", "ed25519", "sign", "never"])
        try FileSystem.writeAtomically(gpg(["--export"]), to: keyring)
        try publish(packages)
    }

    /// Replaces all that the archive has: superseded packages are gone, as from a mirror.
    func publish(_ packages: [SampleDeb]) throws {
        try FileSystem.removeTree(root)
        let lists = "dists/local/main/binary-amd64"
        try FileSystem.makeDirectory("\(root)/\(lists)")
        for package in packages { try package.build(in: "\(root)/pool") }
        try FileSystem.writeAtomically(
            index(["packages", "pool"], in: root), to: "\(root)/\(lists)/Packages")
        let fields = [
            "Suite=local", "Codename=local", "Components=main", "Architectures=amd64 all",
        ]
        try FileSystem.writeAtomically(
            index(
                fields.flatMap { ["-o", "APT::FTPArchive::Release::\($0)"] } + ["release", "."],
                in: "\(root)/dists/local"), to: "\(folder.path)/Release")
        try FileSystem.writeAtomically(
            gpg(["--clearsign", "--output", "-", "\(folder.path)/Release"]),
            to: "\(root)/dists/local/InRelease")
    }

    /// The archive as an entry of `apt-repos: additional:`, its keyring copied into the project.
    func entry(in project: Project) throws -> String {
        try FileSystem.writeAtomically(
            FileSystem.read(keyring), to: "\(project.path)/archive.gpg")
        return "{url: '\(url)', distribution: local, component: main, key: archive.gpg}"
    }

    private func index(_ arguments: [String], in folder: String) throws -> [UInt8] {
        var command = Command("apt-ftparchive", arguments)
        command.folder = folder
        return try command.runChecked().output
    }

    @discardableResult
    private func gpg(_ arguments: [String]) throws -> [UInt8] {
        let options = ["--homedir", "\(folder.path)/home", "--batch", "--passphrase", ""]
        return try Command("gpg", options + arguments).runChecked().output
    }
}

import Command
import Glibc
import Syscalls

/// The key that signs the archive of a tree's own packages; made when it is first needed.
///
/// apt's verifiers, sqv and gpgv, take OpenPGP signatures. The key is in a folder of GnuPG's, which
/// only its owner may enter; it has no passphrase and never leaves the machine.
struct RepositoryKey {
    private let folder: String

    /// Names the key in a folder.
    init(folder: String) { self.folder = folder }

    /// Makes the key if there is none.
    func prepare() throws {
        if FileSystem.exists("\(folder)/public.gpg") { return }
        try FileSystem.removeTree(folder)
        try FileSystem.makeDirectory(folder, mode: 0o700)
        try gpg(["--quick-generate-key", RepositoryKey.owner, "ed25519", "sign", "never"])
        // With the public half in place the key is whole.
        try FileSystem.writeAtomically(
            gpg(["--export", RepositoryKey.owner]), to: "\(folder)/public.gpg")
    }

    /// The public half, as a keyring.
    func keyring() throws -> [UInt8] { try FileSystem.read("\(folder)/public.gpg") }

    /// A text with its signature in clear.
    func sign(_ path: String) throws -> [UInt8] {
        try gpg(["--digest-algo", "SHA512", "--clearsign", "--output", "-", path])
    }

    private static let owner = "Packages of this tree <packages@localhost>"

    @discardableResult
    private func gpg(_ arguments: [String]) throws -> [UInt8] {
        // An agent that stays behind ends with the namespace that it was started in.
        try Command(
            "gpg", ["--homedir", folder, "--batch", "--no-tty", "--passphrase", ""] + arguments
        ).runChecked().output
    }
}

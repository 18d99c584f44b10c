import Bytes
import Command
package import Deployment
import Digest
import Syscalls

/// Where answers come from.
package enum AnswersSource: Sendable, Equatable {
    /// A file that the operator named.
    case file(String)
    /// The medium that was booted, or the copy of it in memory.
    case medium
    /// An address, and the SHA-256 that what is there must have, in hexadecimal.
    case address(String, digest: String)

    /// The places where the medium's answers are, the first that is there.
    package static let mediumPaths = [
        "/run/slipway/answers.yaml", "/run/slipway/medium/slipway/answers.yaml",
    ]

    /// More than any file of answers has, in bytes.
    private static let byteLimit = 1 << 20

    /// Takes what the kernel's words say; nil when they say nothing.
    ///
    /// - Throws: `InstallationError.noDigest` or `.badDigest`: nothing is fetched then.
    package init?(_ words: KernelWords) throws(InstallationError) {
        guard let answers = words.answers else { return nil }
        guard answers != "medium" else {
            self = .medium
            return
        }
        guard let digest = words.answersDigest else {
            throw .noDigest(address: AnswersSource.shown(answers))
        }
        guard digest.utf8.count == 64, Hex.decode(digest) != nil else {
            throw .badDigest(digest)
        }
        self = .address(answers, digest: digest.lowercased())
    }

    /// Reads the file.
    ///
    /// - Returns: Its bytes, and how messages call it.
    /// - Throws: `SystemError`, `CommandError`, `InstallationError`.
    package func read() throws -> (bytes: [UInt8], name: String) {
        switch self {
        case .file(let path):
            return (try FileSystem.read(path, limit: AnswersSource.byteLimit), path)
        case .medium:
            guard let path = AnswersSource.mediumPaths.first(where: FileSystem.exists) else {
                throw InstallationError.noAnswers(paths: AnswersSource.mediumPaths)
            }
            return (try FileSystem.read(path, limit: AnswersSource.byteLimit), path)
        case .address(let address, let digest):
            let bytes = try AnswersSource.fetch(address).runChecked().output
            let found = Hex.encode(Hasher.digest(bytes))
            guard found == digest else {
                throw InstallationError.wrongDigest(
                    address: AnswersSource.shown(address), expected: digest, found: found)
            }
            return (bytes, AnswersSource.shown(address))
        }
    }

    /// The call of curl(1).
    ///
    /// The address goes through its input: there may be a password in it, and arguments are shown
    /// by errors and to everybody on the machine.
    static func fetch(_ address: String) -> Command {
        var command = Command(
            "curl",
            [
                "--fail", "--silent", "--show-error", "--location",
                "--proto", "=http,https",
                "--retry", "5", "--retry-connrefused",
                "--max-filesize", String(byteLimit),
                "--config", "-",
            ])
        let quoted = address.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        command.input = Array("url = \"\(quoted)\"\n".utf8)
        command.outputLimit = byteLimit
        return command
    }

    /// An address without what may be secret in it: name and password, query, fragment.
    static func shown(_ address: String) -> String {
        var text = String(address.prefix { $0 != "?" && $0 != "#" })
        if let scheme = text.firstRange(of: "://"),
            let at = text[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        {
            text.removeSubrange(scheme.upperBound...at)
        }
        return text
    }
}

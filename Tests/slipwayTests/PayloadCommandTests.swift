import CommandLine
import Payload
import PayloadFile
import Release
import Syscalls
import Testing

@testable import slipway

@Suite struct PayloadCommandTests {
    private func run(_ words: String...) -> Int32 {
        Commands.program.main(words, remedy: Remedies.hint(for:))
    }

    @Test("keygen makes a pair, and never overwrites one")
    func keygen() throws {
        let folder = try TemporaryFolder()
        let prefix = folder.path + "/k/release"
        #expect(run("keygen", "--output", prefix) == ExitCode.done)
        let key = try KeyPairFiles.loadSecretKey(prefix + ".key")
        #expect(try TrustedKeys(file: prefix + ".pub").keys == [key.publicKey])
        #expect(run("keygen", "--output", prefix) == ExitCode.failed)
        #expect(try KeyPairFiles.loadSecretKey(prefix + ".key").id == key.id)
    }

    @Test("an empty passphrase is a mistake of the command line")
    func emptyPassphrase() throws {
        let folder = try TemporaryFolder()
        try FileSystem.writeAtomically("\n", to: folder.path + "/p")
        let prefix = folder.path + "/key"
        #expect(
            run("keygen", "--output", prefix, "--passphrase-file", folder.path + "/p")
                == ExitCode.usage)
        #expect(!FileSystem.exists(prefix + ".key"))
    }

    @Test("what is no payload ends with 1, a wrong command line with 2")
    func exitCodes() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/f"
        try FileSystem.writeAtomically("no payload", to: file)
        #expect(run("verify", "--allow-unsigned", file) == ExitCode.failed)
        #expect(run("inspect", file) == ExitCode.failed)
        #expect(run("diff", file, file) == ExitCode.failed)
        #expect(run("diff", file) == ExitCode.usage)
        #expect(run("verify", "--sequence", "-1", file) == ExitCode.usage)
        #expect(run("verify", "--allow-unsigned", "--train", "a/b", file) == ExitCode.usage)
    }

    @Test("errors that have a cure say it")
    func remedies() throws {
        let id = MinisignSecretKey.make().id
        let errors: [any Error] = [
            PayloadError.unsigned(file: "f"),
            PayloadError.untrusted(
                file: "f", cause: .unknownKey(source: "s", signedBy: id, trusted: [])),
            PayloadError.notCanonical(file: "f", offset: 1, what: "the padding"),
            PayloadError.badManifest(file: "f", cause: .downgrade(payload: 1, system: 2)),
            TrustError.noKeys(source: "folder"),
            TrustError.unreadable(SystemError("opendir", "folder", code: 2)),
            MinisignError.passphraseNeeded(source: "k"),
        ]
        for error in errors { #expect(Remedies.hint(for: error) != nil, "\(error)") }
    }
}

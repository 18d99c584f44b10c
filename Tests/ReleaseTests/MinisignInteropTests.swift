import Command
import Digest
import Release
import Syscalls
import Testing

/// Debian's `minisign` against ours, both ways.
@Suite(
    .enabled(
        if: Command("minisign").locate() != nil,
        "needs minisign: apt-get install minisign"))
struct MinisignInteropTests {
    let folder: TemporaryFolder
    let file: String
    let content = Array("interop\n".utf8)

    init() throws {
        folder = try TemporaryFolder()
        file = folder.path + "/file"
        try FileSystem.writeAtomically(content, to: file)
    }

    private func minisign(_ arguments: [String], input: String = "") throws -> CommandResult {
        var command = Command("minisign", arguments)
        command.input = Array(input.utf8)
        return try command.run()
    }

    @Test("minisign verifies what we sign, and sees a changed byte")
    func ours() throws {
        let key = MinisignSecretKey.make()
        try FileSystem.writeAtomically(key.publicKey.encode(), to: folder.path + "/key.pub")
        let comment = MinisignSignature.comment(time: 1_700_000_000, fileName: "file")
        let signature = try MinisignSignature(signing: content, with: key, trustedComment: comment)
        try FileSystem.writeAtomically(signature.encode(), to: file + ".minisig")
        let arguments = ["-V", "-m", file, "-p", folder.path + "/key.pub"]
        let result = try minisign(arguments)
        #expect(result.isSuccess, "\(result.errorText)")
        #expect(result.text.contains("Trusted comment: \(comment)"))
        try FileSystem.writeAtomically(content + [1], to: file)
        #expect(try !minisign(arguments).isSuccess)
    }

    @Test("minisign signs with a plain key that we made")
    func ourSecretKey() throws {
        let key = MinisignSecretKey.make()
        try FileSystem.writeAtomically(key.encode(), to: folder.path + "/key", mode: 0o600)
        let result = try minisign(["-S", "-m", file, "-s", folder.path + "/key"])
        #expect(result.isSuccess, "\(result.errorText)")
        try verifyFile(with: key.publicKey, isPrehashed: true)
    }

    @Test("minisign opens a key that we encrypted, with its passphrase only")
    func ourEncryptedKey() throws {
        let key = MinisignSecretKey.make()
        // libsodium's least cost; minisign takes it from the file.
        let cost = Scrypt.Cost(operationLimit: 32768, memoryLimit: 16 << 20)
        let bytes = try key.encode(passphrase: Array("secret".utf8), cost: cost)
        try FileSystem.writeAtomically(bytes, to: folder.path + "/key", mode: 0o600)
        let arguments = ["-S", "-m", file, "-s", folder.path + "/key"]
        #expect(try !minisign(arguments, input: "wrong\n").isSuccess)
        let result = try minisign(arguments, input: "secret\n")
        #expect(result.isSuccess, "\(result.errorText)")
        try verifyFile(with: key.publicKey, isPrehashed: true)
    }

    @Test("we verify minisign's signatures, prehashed and legacy", arguments: [true, false])
    func theirs(isPrehashed: Bool) throws {
        let (publicKey, secretKey) = (folder.path + "/key.pub", folder.path + "/key")
        let made = try minisign(["-G", "-W", "-p", publicKey, "-s", secretKey])
        #expect(made.isSuccess, "\(made.errorText)")
        let signed = try minisign(
            ["-S", "-m", file, "-s", secretKey] + (isPrehashed ? [] : ["-l"]))
        #expect(signed.isSuccess, "\(signed.errorText)")
        let key = try MinisignPublicKey(decoding: FileSystem.read(publicKey), source: publicKey)
        try verifyFile(with: key, isPrehashed: isPrehashed)
        let secret = try MinisignSecretKey(
            decoding: FileSystem.read(secretKey), source: secretKey)
        #expect(secret.publicKey == key)
        let trusted = try TrustedKeys(folder: folder.path)
        #expect(trusted.keys == [key])
    }

    private func verifyFile(with key: MinisignPublicKey, isPrehashed: Bool) throws {
        let bytes = try FileSystem.read(file + ".minisig")
        let signature = try MinisignSignature(decoding: bytes, source: "file.minisig")
        #expect(signature.isPrehashed == isPrehashed)
        #expect(signature.untrustedComment == MinisignSignature.defaultComment)
        #expect(signature.encode() == bytes)
        try signature.verify(content, with: key, source: "file.minisig")
    }
}

@Suite struct TrustedKeysTests {
    @Test("the keys of a folder; a bad one is an error that names it, none is one too")
    func folder() throws {
        let folder = try TemporaryFolder()
        #expect(throws: TrustError.noKeys(source: folder.path)) {
            try TrustedKeys(folder: folder.path)
        }
        let (first, second) = (MinisignSecretKey.make(), MinisignSecretKey.make())
        try FileSystem.writeAtomically(first.publicKey.encode(), to: folder.path + "/b.pub")
        try FileSystem.writeAtomically("not a key", to: folder.path + "/README")
        let keys = try TrustedKeys(folder: folder.path)
        #expect(keys.keys == [first.publicKey])

        let content: [UInt8] = [1, 2, 3]
        let good = try MinisignSignature(signing: content, with: first, trustedComment: "")
        #expect(try keys.verify(good, of: content, source: "s") == first.publicKey)
        let foreign = try MinisignSignature(signing: content, with: second, trustedComment: "")
        #expect(
            throws: TrustError.unknownKey(source: "s", signedBy: second.id, trusted: [first.id])
        ) { try keys.verify(foreign, of: content, source: "s") }

        try FileSystem.writeAtomically("not a key", to: folder.path + "/c.pub")
        #expect(
            throws: TrustError.badKey(
                .malformed(
                    source: folder.path + "/c.pub", line: 1,
                    expected: "2 lines, each with a line end"))
        ) { try TrustedKeys(folder: folder.path) }
        #expect(throws: TrustError.self) { try TrustedKeys(folder: folder.path + "/none") }
    }
}

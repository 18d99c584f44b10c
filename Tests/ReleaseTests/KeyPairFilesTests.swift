import CSyscalls
import Release
import Syscalls
import Testing

@Suite struct KeyPairFilesTests {
    @Test("a new pair: the secret half for its owner only, and both belong together")
    func creation() throws {
        let folder = try TemporaryFolder()
        let files = KeyPairFiles(prefix: folder.path + "/keys/dev")
        let key = try files.create()
        let status = try #require(try FileSystem.status(files.secretKeyPath))
        #expect(status.st_mode == S_IFREG | 0o600)
        let read = try KeyPairFiles.loadSecretKey(files.secretKeyPath)
        #expect(read.publicKey == key.publicKey)
        #expect(try TrustedKeys(folder: folder.path + "/keys").keys == [key.publicKey])
    }

    @Test("neither half is overwritten, and no half pair stays behind")
    func noOverwriting() throws {
        let folder = try TemporaryFolder()
        let files = KeyPairFiles(prefix: folder.path + "/dev")
        try FileSystem.writeAtomically("mine", to: files.publicKeyPath)
        #expect(throws: SystemError("open", files.publicKeyPath, code: EEXIST)) {
            try files.create()
        }
        #expect(!FileSystem.exists(files.secretKeyPath))
        #expect(try FileSystem.readText(files.publicKeyPath) == "mine")
        try FileSystem.removeFile(files.publicKeyPath)
        let key = try files.create()
        #expect(throws: SystemError.self) { try files.create() }
        #expect(
            try KeyPairFiles.loadSecretKey(files.secretKeyPath).publicKey == key.publicKey)
    }

    @Test("a passphrase is the first line of its file")
    func passphrase() throws {
        let folder = try TemporaryFolder()
        for text in ["secret", "secret\n", "secret\r\n", "secret\nmore\n"] {
            try FileSystem.writeAtomically(text, to: folder.path + "/p")
            #expect(
                try KeyPairFiles.readPassphrase(folder.path + "/p") == Array("secret".utf8))
        }
    }
}

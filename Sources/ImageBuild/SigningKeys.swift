import Release
import Syscalls

extension BuildPlaces {
    /// Whether there is a secret key.
    var hasKey: Bool { secretKey.map(FileSystem.exists) ?? false }

    /// The key that signs; nil for an unsigned payload.
    ///
    /// - Throws: `BuildError.noKey` when there is none and a signature is wanted.
    func signingKey(isUnsigned: Bool) throws -> MinisignSecretKey? {
        if isUnsigned { return nil }
        guard let secretKey, FileSystem.exists(secretKey) else {
            throw BuildError.noKey(path: secretKey ?? "\(root)/keys")
        }
        return try KeyPairFiles.loadSecretKey(secretKey, passphraseFile: passphraseFile)
    }

    /// The public keys that the image trusts: those beside the secret key, by file name.
    func publicKeys() throws -> [(name: String, content: [UInt8])] {
        guard let secretKey else { return [] }
        let folder = secretKey.lastIndex(of: "/").map { String(secretKey[..<$0]) } ?? "."
        guard FileSystem.isDirectory(folder) else { return [] }
        return try FileSystem.list(folder).filter { $0.hasSuffix(".pub") }.map {
            ($0, try FileSystem.read("\(folder)/\($0)"))
        }
    }
}

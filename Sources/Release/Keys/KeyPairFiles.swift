import CSyscalls
package import Syscalls

/// A key pair on disk: `<prefix>.key`, which only its owner may read, and `<prefix>.pub`.
package struct KeyPairFiles: Sendable, Equatable {
    /// Where the secret half is.
    package let secretKeyPath: String
    /// Where the public half is.
    package let publicKeyPath: String

    /// Names the files of a pair.
    ///
    /// - Parameter prefix: The path of both without `.key` and `.pub`.
    package init(prefix: String) {
        secretKeyPath = prefix + ".key"
        publicKeyPath = prefix + ".pub"
    }

    /// Makes a new pair; files that are there are never overwritten.
    ///
    /// - Parameter passphrase: Encrypts the secret half; nil leaves it plain.
    /// - Throws: `SystemError` with code `EEXIST` when one of the files is there;
    ///   `MinisignError.derivationFailed` when memory is short for encrypting.
    /// - Returns: The key.
    package func create(passphrase: [UInt8]? = nil) throws -> MinisignSecretKey {
        let key = MinisignSecretKey.make()
        let secret = try key.encode(passphrase: passphrase)
        if let slash = secretKeyPath.lastIndex(of: "/"), slash > secretKeyPath.startIndex {
            try FileSystem.makeDirectory(String(secretKeyPath[..<slash]))
        }
        try KeyPairFiles.writeNew(secret, to: secretKeyPath, mode: 0o600)
        do {
            try KeyPairFiles.writeNew(key.publicKey.encode(), to: publicKeyPath, mode: 0o644)
        } catch {
            // Half a pair would stand in the way of the next try.
            try FileSystem.removeFile(secretKeyPath)
            throw error
        }
        return key
    }

    /// Reads a secret key.
    ///
    /// - Parameters:
    ///   - path: The key's file.
    ///   - passphraseFile: A file whose first line opens an encrypted key; nil for a plain one.
    /// - Throws: `SystemError`, or `MinisignError` naming the file.
    /// - Returns: The key.
    package static func loadSecretKey(_ path: String, passphraseFile: String? = nil) throws
        -> MinisignSecretKey
    {
        let bytes = try FileSystem.read(path, limit: Minisign.fileByteLimit)
        let passphrase = try passphraseFile.map(readPassphrase)
        return try MinisignSecretKey(decoding: bytes, passphrase: passphrase, source: path)
    }

    /// The first line of a file, without its end: what minisign takes from a terminal.
    ///
    /// - Throws: `SystemError`.
    package static func readPassphrase(_ path: String) throws(SystemError) -> [UInt8] {
        let bytes = try FileSystem.read(path, limit: Minisign.fileByteLimit)
        return Array(bytes.prefix { $0 != 0x0A && $0 != 0x0D })
    }

    private static func writeNew(_ bytes: [UInt8], to path: String, mode: mode_t)
        throws(SystemError)
    {
        let file = try File(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        do throws(SystemError) {
            try file.write(bytes)
            try file.synchronize()
        } catch {
            try FileSystem.removeFile(path)
            throw error
        }
    }
}

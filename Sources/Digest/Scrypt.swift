import CSodium

/// scrypt with Salsa20/8 and SHA-256 (RFC 7914), as libsodium and minisign parametrise it.
package enum Scrypt {
    /// The length of a salt in bytes.
    package static let saltByteCount = 32

    /// What a derivation may cost.
    package struct Cost: Sendable, Equatable {
        /// libsodium's count of operations, from 32,768.
        package let operationLimit: UInt64
        /// Memory in bytes, from 16 MiB.
        package let memoryLimit: UInt64

        /// Makes a cost.
        package init(operationLimit: UInt64, memoryLimit: UInt64) {
            self.operationLimit = operationLimit
            self.memoryLimit = memoryLimit
        }
    }

    /// Derives bytes from a passphrase.
    ///
    /// - Returns: `byteCount` bytes, or nil when memory is short or a limit is out of range.
    package static func derive(
        byteCount: Int, passphrase: [UInt8], salt: [UInt8], cost: Cost
    ) -> [UInt8]? {
        guard salt.count == saltByteCount, let memory = Int(exactly: cost.memoryLimit) else {
            return nil
        }
        var key = [UInt8](repeating: 0, count: byteCount)
        // An empty array has no address; the byte at the end gives it one and is not counted.
        let text = (passphrase + [0]).map { CChar(bitPattern: $0) }
        let result = crypto_pwhash_scryptsalsa208sha256(
            &key, UInt64(byteCount), text, UInt64(passphrase.count), salt, cost.operationLimit,
            memory)
        return result == 0 ? key : nil
    }
}

import CSyscalls
package import Syscalls

/// Why a folder of keys cannot be used, or why nobody in it vouches for a signature.
package enum TrustError: Error, Equatable, CustomStringConvertible {
    /// A folder or a file cannot be read.
    case unreadable(SystemError)
    /// A file in the folder is not a public key.
    case badKey(MinisignError)
    /// There is no key at all.
    case noKeys(source: String)
    /// The signature was made by a key that is not among the trusted ones.
    case unknownKey(source: String, signedBy: MinisignKeyID, trusted: [MinisignKeyID])
    /// The signature is wrong.
    case badSignature(MinisignError)

    package var description: String {
        switch self {
        case .unreadable(let cause): cause.description
        case .badKey(let cause), .badSignature(let cause): cause.description
        case .noKeys(let source): "\(source): no trusted key (*.pub) there"
        case .unknownKey(let source, let signedBy, let trusted):
            "\(source): signed by key \(signedBy), which is not trusted; trusted: "
                + trusted.map(\.description).joined(separator: ", ")
        }
    }
}

/// The public keys whose signatures count.
package struct TrustedKeys: Sendable, Equatable {
    /// Where an image keeps the keys that it trusts.
    package static let imageFolder = "/usr/lib/slipway/keys"

    /// The keys; never empty.
    package let keys: [MinisignPublicKey]

    /// Trusts keys that are at hand.
    ///
    /// - Parameters:
    ///   - keys: The keys.
    ///   - source: Where they come from, for the error.
    /// - Throws: `TrustError.noKeys` for an empty list.
    package init(_ keys: [MinisignPublicKey], source: String) throws(TrustError) {
        guard !keys.isEmpty else { throw .noKeys(source: source) }
        self.keys = keys
    }

    /// Trusts one public key file.
    ///
    /// - Throws: `TrustError.unreadable` or `.badKey`.
    package init(file path: String) throws(TrustError) {
        keys = [try TrustedKeys.readKey(path)]
    }

    /// Trusts every `*.pub` file of a folder; other files are passed over.
    ///
    /// A bad key file is an error and not skipped: a system that silently trusts fewer keys than
    /// it was given refuses updates for a reason that nobody sees.
    ///
    /// - Throws: `TrustError.unreadable`, `.badKey`, `.noKeys`.
    package init(folder path: String = imageFolder) throws(TrustError) {
        let names: [String]
        do throws(SystemError) {
            names = try FileSystem.list(path).filter { $0.hasSuffix(".pub") }
        } catch {
            throw .unreadable(error)
        }
        var keys: [MinisignPublicKey] = []
        for name in names { keys.append(try TrustedKeys.readKey("\(path)/\(name)")) }
        try self.init(keys, source: path)
    }

    /// Checks that one of the keys signed the content.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - content: What it claims to be the signature of.
    ///   - source: The signature's name, for errors.
    /// - Returns: The key that signed.
    /// - Throws: `TrustError.unknownKey` or `.badSignature`.
    @discardableResult
    package func verify(_ signature: MinisignSignature, of content: [UInt8], source: String)
        throws(TrustError) -> MinisignPublicKey
    {
        // Key IDs are random and not unique by force: try every key that has this one.
        var failure: MinisignError?
        for key in keys where key.id == signature.keyID {
            do throws(MinisignError) {
                try signature.verify(content, with: key, source: source)
                return key
            } catch {
                failure = error
            }
        }
        if let failure { throw .badSignature(failure) }
        throw .unknownKey(
            source: source, signedBy: signature.keyID, trusted: keys.map(\.id))
    }

    private static func readKey(_ path: String) throws(TrustError) -> MinisignPublicKey {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try FileSystem.read(path, limit: Minisign.fileByteLimit)
        } catch {
            throw .unreadable(error)
        }
        do throws(MinisignError) {
            return try MinisignPublicKey(decoding: bytes, source: path)
        } catch {
            throw .badKey(error)
        }
    }
}

extension TrustError {
    /// Whether a folder simply has no keys, as opposed to keys that cannot be used.
    package var meansNoKeys: Bool {
        switch self {
        case .noKeys: true
        case .unreadable(let cause): cause.code == ENOENT
        case .badKey, .unknownKey, .badSignature: false
        }
    }
}

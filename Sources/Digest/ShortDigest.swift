import Bytes

/// A digest that ties one file of ours to another, where a mistake is to be found and nobody lies.
package enum ShortDigest {
    /// The first 16 hexadecimal digits of a text's SHA-256.
    package static func of(_ text: String) -> String {
        String(Hex.encode(Hasher.digest(Array(text.utf8))).prefix(16))
    }
}

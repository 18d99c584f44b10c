import Bytes
import Digest

/// Makes the GUIDs and UUIDs of new things from a seed, so that a plan is a function of its request.
struct FreshIdentifiers {
    let seed: [UInt8]

    /// A random-looking UUID (RFC 9562, version 4) for a purpose, in lower case with hyphens.
    func uuid(for purpose: String) -> String {
        var bytes = Array(Hasher.digest(seed + [0] + Array(purpose.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(Hex.encode(bytes))
        let ends = [0, 8, 12, 16, 20, 32]
        return zip(ends, ends.dropFirst()).map { String(digits[$0..<$1]) }
            .joined(separator: "-")
    }

    /// The same as a GUID of a partition table: in upper case.
    func guid(for purpose: String) -> String { uuid(for: purpose).uppercased() }

    /// The same as mdadm writes it: four groups of eight digits.
    func arrayUUID(for purpose: String) -> String {
        let digits = Array(uuid(for: purpose).filter { $0 != "-" })
        return stride(from: 0, to: 32, by: 8).map { String(digits[$0..<$0 + 8]) }
            .joined(separator: ":")
    }
}

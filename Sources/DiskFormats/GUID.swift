import Bytes

/// A GUID as GPT stores it: the first three groups of its text have their bytes reversed.
///
/// UEFI 2.10, Appendix A.
package struct GUID: Sendable, Hashable, CustomStringConvertible {
    /// The 16 bytes as they are on a disk.
    package let bytes: [UInt8]

    /// Wraps the bytes of a disk.
    ///
    /// - Returns: Nil when there are not 16 of them.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads text like `C12A7328-F81F-11D2-BA4B-00A0C93EC93B`, of either case.
    package init?(_ text: some StringProtocol) {
        guard let plain = UUID(text), !text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        bytes = GUID.swapped(plain.bytes)
    }

    /// Takes 122 random bits and marks them as such (RFC 9562, version 4).
    package init(randomFrom generator: inout some RandomNumberGenerator) {
        bytes = GUID.swapped(UUID(randomFrom: &generator).bytes)
    }

    /// No GUID at all: the type of an entry that is not used.
    package static let zero = GUID(unchecked: [UInt8](repeating: 0, count: 16))

    /// The text, upper case.
    package var description: String {
        let uuid = UUID(unchecked: GUID.swapped(bytes))
        return uuid.description.uppercased()
    }

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    private static func swapped(_ bytes: [UInt8]) -> [UInt8] {
        Array(
            bytes[0..<4].reversed() + bytes[4..<6].reversed() + bytes[6..<8].reversed()
                + bytes[8...])
    }
}

extension GUID {
    /// Partition type: room for GRUB's core image on a BIOS machine.
    package static let biosBoot = known("21686148-6449-6E6F-744E-656564454649")
    /// Partition type: the ESP, EFI's system partition.
    package static let esp = known("C12A7328-F81F-11D2-BA4B-00A0C93EC93B")
    /// Partition type: a member of an md array.
    package static let linuxRAID = known("A19D880F-05FC-4D3B-A006-743F0F84911E")
    /// Partition type: a Linux filesystem.
    package static let linuxFilesystem = known("0FC63DAF-8483-4772-8E79-3D69D8477DE4")

    private static func known(_ text: String) -> GUID {
        guard let guid = GUID(text) else { preconditionFailure("\(text) is no GUID") }
        return guid
    }
}

/// A UUID whose bytes are in the order of its text: those of md and ext4.
package struct UUID: Sendable, Hashable, CustomStringConvertible {
    /// The 16 bytes.
    package let bytes: [UInt8]

    /// Wraps bytes.
    ///
    /// - Returns: Nil when there are not 16 of them.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads text of either form, `8-4-4-4-12` digits or mdadm's `8:8:8:8`, of either case.
    package init?(_ text: some StringProtocol) {
        let hyphens = text.split(separator: "-", omittingEmptySubsequences: false)
        let colons = text.split(separator: ":", omittingEmptySubsequences: false)
        let groups: [Substring]
        if hyphens.map(\.utf8.count) == [8, 4, 4, 4, 12] {
            groups = hyphens.map { Substring($0) }
        } else if colons.map(\.utf8.count) == [8, 8, 8, 8] {
            groups = colons.map { Substring($0) }
        } else {
            return nil
        }
        guard let bytes = Hex.decode(groups.joined()) else { return nil }
        self.init(bytes: bytes)
    }

    /// Takes 122 random bits and marks them as such (RFC 9562, version 4).
    package init(randomFrom generator: inout some RandomNumberGenerator) {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        self.bytes = bytes
    }

    /// The text in groups of 8, 4, 4, 4 and 12 digits, lower case.
    package var description: String { text(groups: [4, 2, 2, 2, 6], separator: "-") }

    /// The text as mdadm writes it: four groups of 8 digits, with colons.
    package var mdadmText: String { text(groups: [4, 4, 4, 4], separator: ":") }

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    private func text(groups: [Int], separator: String) -> String {
        var rest = bytes[...]
        return groups.map { count in
            defer { rest = rest.dropFirst(count) }
            return Hex.encode(rest.prefix(count))
        }.joined(separator: separator)
    }
}

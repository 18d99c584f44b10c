import Bytes
import Calendar
import Digest
package import Release

/// What tells one medium from all others; a function of what is on it.
package struct MediumIdentity: Sendable, Equatable {
    /// The image's name.
    package let name: ReleaseName
    /// The image's version.
    package let version: ReleaseName
    /// SOURCE_DATE_EPOCH: the time of every file.
    package let epoch: Int64
    private let digest: [UInt8]

    /// Makes an identity.
    ///
    /// - Parameters:
    ///   - name: The image's name.
    ///   - version: The image's version.
    ///   - epoch: SOURCE_DATE_EPOCH.
    ///   - content: The digests of all that differs between media, in an order that counts.
    package init(name: ReleaseName, version: ReleaseName, epoch: Int64, content: [[UInt8]]) {
        self.name = name
        self.version = version
        self.epoch = epoch
        var hasher = Hasher()
        hasher.update("\(name)\0\(version)\0")
        for digest in content { hasher.update(digest) }
        digest = hasher.finalize()
    }

    /// The filesystem's identity, as blkid and GRUB say it: `2026-11-20-07-12-45-33`.
    ///
    /// ISO 9660 has no UUID; its modification time, in hundredths of seconds, is taken for one. The
    /// day is the image's, the time of day follows from the content, so that two media made
    /// of one day's image can be told apart.
    package var uuid: String { "\(day.date())-\(time("-"))" }

    /// The modification time as xorriso takes it: `2026112007124533`.
    var modificationDate: String { day.date("") + time("") }

    /// The volume's label, of the letters that ISO 9660 admits: `SLIPWAY_2026_11_20`.
    package var label: String {
        let letters = "\(name)_\(version)".utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: letters.prefix(32), as: UTF8.self)
    }

    /// The id of the FAT filesystem that UEFI starts from, in hexadecimal digits.
    var fatVolumeID: String { Hex.encode(digest[8..<12]) }

    /// The GUID of the partition table, in xorriso's form of 32 digits.
    var diskGUID: String {
        var bytes = Array(digest[12..<28])
        // RFC 9562: version 8, made by an application's own rule; its variant.
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return Hex.encode(bytes)
    }

    private var day: UTCTime { UTCTime(secondsSince1970: epoch) }

    private func time(_ divider: String) -> String {
        let number = digest[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let hundredths = number % (24 * 60 * 60 * 100)
        return [
            hundredths / 360_000, hundredths / 6000 % 60, hundredths / 100 % 60, hundredths % 100,
        ].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: divider)
    }
}

import Digest
import JSON
import Release
import TestSamples
import Testing

/// Values that the tests of this module start from.
enum Samples {
    static let epoch: Int64 = 1_763_596_800

    static func manifest() throws -> ReleaseManifest {
        ReleaseManifest(
            version: try ReleaseName("2026.11.20-1", field: "version"),
            train: try ReleaseName("stable", field: "train"), sequence: 7,
            compatible: try ReleaseName("amd64-boot-array", field: "compatible"),
            kernelVersion: try ReleaseName("6.12.57+deb13-amd64", field: "kernel_version"),
            size: 300,
            checksums: [
                try PayloadPath("vmlinuz"): Checksum(sha256: Hasher.digest([1])),
                try PayloadPath("loader/core.img"): Checksum(sha256: Hasher.digest([2])),
                try PayloadPath("rootfs.squashfs"): Checksum(sha256: Hasher.digest([3])),
            ],
            buildInfo: BuildInfo(
                name: try ReleaseName("slipway", field: "name"), sourceDateEpoch: epoch,
                lock: Checksum(sha256: Hasher.digest([4])),
                replacements: [.init(package: "bash", locked: "5.2-1", used: "5.2-2")],
                tools: ["slipway": "0.1", "dpkg": "1.22"], libraries: ["liblzma": "5.8.1"]))
    }

    /// The sample as JSON, changed: a nil value removes the field.
    static func document(_ field: String, _ value: JSON?) throws -> [UInt8] {
        let members = try JSON(parsing: manifest().encode()).members ?? []
        var changed = members.compactMap { member -> JSON.Member? in
            guard member.key == field else { return member }
            return value.map { JSON.Member(field, $0) }
        }
        if let value, !members.contains(where: { $0.key == field }) {
            changed.append(JSON.Member(field, value))
        }
        return Array(JSON.object(changed).text().utf8)
    }
}

/// Changes bytes here and there: flips, insertions, removals, repetitions.
func mutate(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1: bytes.removeSubrange(place..<min(place + 3, bytes.count))
        case 2:
            bytes.insert(contentsOf: bytes[place..<min(place + 40, bytes.count)], at: place)
        default:
            if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        }
    }
    return bytes
}

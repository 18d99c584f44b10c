import Command
import DiskFormats
import Storage
import Syscalls
import TestSamples
import Testing

/// A folder that looks like `/` to the observer: sysfs as it was recorded, image files for devices.
struct RecordedSystem {
    private let folder: TemporaryFolder
    var tree: SystemTree { SystemTree(root: folder.path) }

    init() throws {
        folder = try TemporaryFolder()
        for path in ["/dev", "/sys/block", "/proc/self"] {
            try FileSystem.makeDirectory(folder.path + path)
        }
    }

    /// Writes a file, and the folders above it.
    func write(_ text: String, to path: String) throws {
        let place = folder.path + path
        if let slash = place.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(place[..<slash]))
        }
        try FileSystem.writeAtomically(text + "\n", to: place)
    }

    /// Makes a device's folder in sysfs, with its attributes.
    func device(_ name: String, at place: String, _ attributes: [String: String]) throws {
        try FileSystem.makeDirectory("\(folder.path)/sys/devices/\(place)/\(name)/holders")
        for (attribute, value) in attributes {
            try write(value, to: "/sys/devices/\(place)/\(name)/\(attribute)")
        }
    }

    /// Makes a disk: its folder, its link in `/sys/block`, and an image file of that size.
    @discardableResult
    func disk(
        _ name: String, at place: String, number: String, byteCount: UInt64,
        _ attributes: [String: String] = [:]
    ) throws -> String {
        let all = ["dev": number, "size": "\(byteCount / 512)"].merging(attributes) { $1 }
        try device(name, at: place, all)
        try FileSystem.makeLink(
            "\(folder.path)/sys/block/\(name)", to: "../devices/\(place)/\(name)")
        return try image("/dev/\(name)", byteCount: byteCount)
    }

    /// Adds a partition to a disk in sysfs, and a hole of its size as its device.
    func partition(
        _ name: String, of disk: String, at place: String, number: Int, devNumber: String,
        start: UInt64, byteCount: UInt64, holders: [String] = []
    ) throws {
        try device(
            name, at: "\(place)/\(disk)",
            [
                "partition": "\(number)", "start": "\(start / 512)", "size": "\(byteCount / 512)",
                "dev": devNumber,
            ])
        for holder in holders {
            try write("", to: "/sys/devices/\(place)/\(disk)/\(name)/holders/\(holder)")
        }
        try image("/dev/\(name)", byteCount: byteCount)
    }

    /// Makes an image file.
    @discardableResult
    func image(_ path: String, byteCount: UInt64) throws -> String {
        let place = folder.path + path
        let file = try File.create(place)
        if byteCount > 0 { try file.write(.init([0]), at: byteCount - 1) }
        return place
    }

    /// Writes bytes into an image file.
    func write(_ write: ByteWrite, to path: String) throws {
        try File(folder.path + path, flags: 2).write(write.bytes, at: write.offset)
    }

    /// Runs a program on an image file.
    func run(_ program: String, _ arguments: [String], on path: String) throws {
        try Command(program, arguments + [folder.path + path]).runChecked()
    }
}

extension File {
    func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) {
        let result: Result<Void, SystemError> = bytes.withUnsafeBytes { buffer in
            Result { () throws(SystemError) in try write(buffer, at: offset) }
        }
        try result.get()
    }
}

/// A GPT for a disk.
func table(
    _ guid: String, byteCount: UInt64, _ partitions: [(name: String, type: GUID, extent: Extent)]
) throws -> [ByteWrite] {
    var random = SplitMix64(seed: 1)
    return try GPT(
        sectorSize: .bytes512, sectorCount: byteCount / 512, diskGUID: #require(GUID(guid)),
        entries: partitions.enumerated().map { index, partition in
            GPT.Entry(
                number: index + 1, type: partition.type, unique: GUID(randomFrom: &random),
                firstLBA: partition.extent.start / 512, lastLBA: partition.extent.end / 512 - 1,
                name: partition.name)
        }
    ).writes(sectorCount: byteCount / 512, firstSector: [UInt8](repeating: 0, count: 512))
}

/// A superblock of a two-legged RAID1 for a device.
func superblock(
    _ version: MDVersion, deviceByteCount: UInt64, dataByteCount: UInt64, slot: UInt16,
    name: String = "nas:boot", events: UInt64 = 40
) throws -> MDSuperblock {
    var superblock = MDSuperblock(version: version, deviceSectors: deviceByteCount / 512)
    superblock.setUUID = try #require(UUID("6d1f3a52:04c9b1aa:7e40d8d2:91b5c0fe"))
    superblock.setName = name
    superblock.level = 1
    superblock.raidDisks = 2
    superblock.componentSectors = dataByteCount / 512
    superblock.dataSector = version == .v1_0 ? 0 : 2048
    superblock.dataSectors = dataByteCount / 512
    superblock.deviceNumber = UInt32(slot)
    superblock.deviceUUID = try #require(
        UUID("00000000:11111111:22222222:0000000\(slot)"))
    superblock.events = events
    superblock.resyncOffset = MDSuperblock.allSectors
    superblock.setRole(.active(0), ofDevice: 0)
    superblock.setRole(.active(1), ofDevice: 1)
    return superblock
}

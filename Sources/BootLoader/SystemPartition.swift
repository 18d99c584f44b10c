import CSyscalls
import Command
import DiskFormats
import Storage
import Syscalls

/// The EFI system partition of a disk, written without mounting it.
///
/// mkfs.vfat and mtools do the writing. They work on an image file as on a disk, need no vfat in
/// the kernel, leave no mount behind when they are cut, and have nothing to agree about with
/// udev, which a partition's device node would have.
struct SystemPartition {
    /// The label that every one gets.
    static let label = "SLIPWAY-ESP"

    let disk: String
    let extent: Extent
    let sectorByteCount: UInt32

    private let file: File

    init(_ leg: BootLeg, sectorByteCount: UInt32) throws(SystemError) {
        disk = leg.disk
        extent = leg.systemPartition
        self.sectorByteCount = sectorByteCount
        file = try File(leg.disk, flags: O_RDWR)
    }

    /// Makes an empty filesystem.
    ///
    /// mkfs.vfat makes it in a sparse file, and what it wrote is copied with the boot sector last:
    /// until then there is no filesystem, so a cut leaves none that is half made.
    func makeFilesystem(volumeID: UInt32) throws {
        guard
            let cluster = FAT32.sectorsPerCluster(
                byteCount: extent.byteCount, sectorByteCount: UInt64(sectorByteCount))
        else {
            throw BootLoaderError.tooSmall(
                disk: disk, what: "the EFI system partition", byteCount: extent.byteCount,
                wanted: UInt64(FAT32.leastClusterCount) * (UInt64(sectorByteCount) + 8))
        }
        let folder = try TemporaryFolder()
        let scratch = try File.create(folder.path + "/esp")
        try checked("ftruncate", scratch.path) {
            ftruncate(scratch.descriptor, off_t(extent.byteCount))
        }
        // --invariant sets dates and an id of its own, which -i then replaces.
        try Command(
            "mkfs.vfat",
            [
                "--invariant", "--mbr=n", "-F", "32", "-S", "\(sectorByteCount)",
                "-s", "\(cluster)", "-n", SystemPartition.label,
                "-i", hexadecimal(volumeID), scratch.path,
            ]
        ).runChecked()
        let made = try DeviceBytes(scratch.path)
        let sector = UInt64(sectorByteCount)
        let metadata = try FAT32(reading: made).metadataByteCount
        // The old one's boot sector goes first, as long as its tables are there.
        for write in [
            ByteWrite(offset: 0, bytes: [UInt8](repeating: 0, count: Int(sector))),
            ByteWrite(offset: sector, bytes: try made.bytes(Int(metadata - sector), at: sector)),
            ByteWrite(offset: 0, bytes: try made.bytes(Int(sector), at: 0)),
        ] {
            try self.write(write)
            try synchronize()
        }
    }

    private func hexadecimal(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Writes bytes at an offset in the partition.
    func write(_ write: ByteWrite) throws(SystemError) {
        try file.write(write, movedBy: extent.start)
    }

    /// Makes the page cache forget what it knows of the disk: a partition's own cache is another.
    func dropCache() throws(SystemError) {
        if BlockDevice.isBlockDevice(try file.status()) { try BlockDevice.dropCache(of: file) }
    }

    /// Makes a folder, whose parent is there.
    func makeFolder(_ path: String) throws {
        try run("mmd", ["::/\(path)"])
    }

    /// Copies a file into a folder that is there, over one of the same name.
    func copy(file source: String, to path: String) throws {
        try run("mcopy", ["-o", "-Q", source, "::/\(path)"])
    }

    /// Makes a file of bytes in a folder that is there, over one of the same name.
    func copy(_ bytes: [UInt8], to path: String) throws {
        try run("mcopy", ["-o", "-Q", "-", "::/\(path)"], input: bytes)
    }

    /// Writes over a file of the same length: no more than its sectors change.
    func overwrite(_ file: FAT32.File, with bytes: [UInt8]) throws(SystemError) {
        var start = 0
        for extent in file.extents {
            let end = min(start + extent.count, bytes.count)
            try write(ByteWrite(offset: extent.lowerBound, bytes: Array(bytes[start..<end])))
            start = end
        }
    }

    /// Removes a folder with all that is in it.
    func removeFolder(_ path: String) throws {
        try run("mdeltree", ["::/\(path)"])
    }

    /// Waits until all that was written is on the disk.
    func synchronize() throws(SystemError) { try file.synchronize() }

    private func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws {
        var command = Command(program, ["-i", "\(disk)@@\(extent.start)"] + arguments)
        command.input = input
        // No settings of the machine's.
        command = command.with(environment: ["MTOOLSRC": "/dev/null"])
        try command.runChecked()
    }
}

extension File {
    /// Writes bytes at their offset, counted from a place.
    func write(_ write: ByteWrite, movedBy start: UInt64) throws(SystemError) {
        let result: Result<Void, SystemError> = write.bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in
                try self.write(bytes, at: start + write.offset)
            }
        }
        try result.get()
    }
}

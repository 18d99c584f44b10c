import DiskFormats
import Glibc
import Syscalls

/// A part of a disk's image: a partition, or all of it.
struct DiskRegion: ByteSource {
    /// The image.
    let file: File
    /// Which of its bytes.
    let extent: Range<UInt64>

    /// A whole image, or a whole device.
    init(image path: String) throws(SystemError) {
        let file = try File(path)
        self.file = file
        // A device has no size of its own for stat(2).
        extent =
            0..<UInt64(
                try checked("lseek", path) { lseek(file.descriptor, 0, SEEK_END) })
    }

    private init(_ file: File, _ extent: Range<UInt64>) {
        self.file = file
        self.extent = extent
    }

    var byteCount: UInt64 { extent.upperBound - extent.lowerBound }

    func bytes(_ count: Int, at offset: UInt64) throws -> [UInt8] {
        guard offset <= byteCount, UInt64(count) <= byteCount - offset else {
            throw Complaint(reason: "\(file.path): \(count) bytes at \(offset) are not there")
        }
        return try file.read(count, at: extent.lowerBound + offset)
    }

    /// A part of this one.
    func part(_ range: Range<UInt64>) throws(Complaint) -> DiskRegion {
        guard range.upperBound <= byteCount else {
            throw Complaint(reason: "\(file.path): \(range) is beyond \(byteCount)")
        }
        let start = extent.lowerBound
        return DiskRegion(file, (start + range.lowerBound)..<(start + range.upperBound))
    }

    /// A partition of a disk with a GPT.
    func partition(_ number: Int) throws(Complaint) -> DiskRegion {
        guard let table = GPT.read(from: self).table else {
            throw Complaint(reason: "\(file.path): no partition table")
        }
        guard let entry = table.entry(number), let extent = table.extent(of: entry) else {
            throw Complaint(reason: "\(file.path): no partition \(number)")
        }
        return try part(extent)
    }

    /// The one md superblock.
    ///
    /// - Throws: `Complaint` when there is none, or more than one.
    func superblock() throws(Complaint) -> MDMember {
        let members = MDMember.findings(in: self).compactMap { try? $0.result.get() }
        guard let member = members.first, members.count == 1 else {
            throw Complaint(reason: "\(file.path): \(members.count) superblocks")
        }
        return member
    }

    /// What md uses for data.
    func data() throws -> DiskRegion {
        let geometry =
            switch try superblock() {
            case .version1(let superblock):
                try MDGeometry(superblock, bitmap: nil, deviceSectors: byteCount / 512)
            case .version090(let superblock):
                try MDGeometry(superblock, deviceSectors: byteCount / 512)
            }
        return try part(geometry.data)
    }

    /// The first byte in which two regions differ; nil when they are equal.
    ///
    /// Holes of both are passed over, so that it takes as long as there is data.
    func firstDifference(from other: DiskRegion) throws -> UInt64? {
        guard byteCount == other.byteCount else { return min(byteCount, other.byteCount) }
        var offset: UInt64 = 0
        while true {
            let starts = try [dataOffset(from: offset), other.dataOffset(from: offset)]
            guard let next = starts.compactMap(\.self).min() else { return nil }
            offset = next
            let count = Int(min(1 << 20, byteCount - offset))
            let left = try bytes(count, at: offset)
            let right = try other.bytes(count, at: offset)
            if left != right {
                let index = zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset ?? 0
                return offset + UInt64(index)
            }
            offset += UInt64(count)
        }
    }

    /// The first byte from an offset on that is in no hole.
    private func dataOffset(from offset: UInt64) throws(SystemError) -> UInt64? {
        guard offset < byteCount,
            let range = try DiskImage.dataRange(of: file, from: extent.lowerBound + offset),
            range.lowerBound < extent.upperBound
        else { return nil }
        return range.lowerBound - extent.lowerBound
    }
}

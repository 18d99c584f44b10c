/// Something that cannot be as it is on a disk.
package struct GeometryProblem: Error, Sendable, Equatable {
    /// The role or the device.
    package let disk: String
    /// What is wrong.
    package let kind: Kind

    /// Kinds of problems, with the intervals that they are between.
    package enum Kind: Sendable, Equatable {
        /// Two things share bytes.
        case overlap(Interval, Interval)
        /// A partition or region lies over what md writes by itself at the end of the disk.
        case overMetadata(Interval, [Interval])
        /// What md may need is not left free.
        case gapTooSmall(Interval, before: Interval, byteCount: UInt64, wanted: UInt64)
        /// Something reaches out of what it lies in.
        case outside(Interval, of: Interval)
        /// A member has less room than its array's data take.
        case memberTooSmall(Interval, data: Interval, room: UInt64)
        /// A part of the loader is not where the boot code's constants say.
        case loaderElsewhere(LoaderPart, found: String, wanted: String)
        /// The disk has fewer bytes than needed.
        case diskTooSmall(needed: UInt64, available: UInt64)
    }

    /// Parts of the loader that are found by constants.
    package enum LoaderPart: String, Sendable, Equatable {
        case biosBoot = "BIOS boot partition"
        case systemPartition = "EFI system partition"
        case sector = "logical sector"
    }

    /// Makes a problem of a disk.
    package init(disk: String, _ kind: Kind) {
        self.disk = disk
        self.kind = kind
    }
}

extension GeometryProblem: CustomStringConvertible {
    /// One line that says what is wrong, and a picture of the intervals.
    package var description: String { "\(disk): \(drawnSentence)" }

    /// The same without the disk.
    var drawnSentence: String {
        let picture = IntervalChart.draw(intervals)
        return picture.isEmpty ? sentence : "\(sentence)\n\(picture)"
    }

    /// What is wrong, in one line.
    var sentence: String {
        switch kind {
        case .overlap(let first, let second):
            "\(first.name) overlaps \(second.name)"
        case .overMetadata(let interval, let metadata):
            "\(interval.name) lies over \(metadata.map(\.name).joined(separator: ", "))"
                + wiping(interval, metadata)
        case .gapTooSmall(let interval, let reserve, let byteCount, let wanted):
            "\(interval.name) leaves \(ByteSize.text(byteCount)) at the end of what is "
                + "\(reserve.name), wanted are \(ByteSize.text(wanted)): md may yet write its "
                + "bitmap there"
        case .outside(let inner, let outer):
            "\(inner.name) ends at \(ByteSize.text(inner.extent.end)), \(outer.name) at "
                + ByteSize.text(outer.extent.end)
        case .memberTooSmall(let member, let data, let room):
            "\(member.name) has room for \(ByteSize.text(room)), \(data.name) take "
                + ByteSize.text(data.extent.byteCount)
        case .loaderElsewhere(let part, let found, let wanted):
            "\(part.rawValue): found \(found), the boot code wants \(wanted)"
        case .diskTooSmall(let needed, let available):
            "the layout needs \(needed) bytes (\(ByteSize.shortText(needed))), the disk has "
                + "\(available) (\(ByteSize.shortText(available)))"
        }
    }

    /// The intervals that the problem is between.
    private var intervals: [Interval] {
        switch kind {
        case .overlap(let first, let second): [first, second]
        case .overMetadata(let interval, let metadata): [interval] + metadata
        case .gapTooSmall(let interval, let reserve, _, _): [interval, reserve] + reserve.contents
        case .outside(let inner, let outer): [outer, inner]
        case .memberTooSmall(let member, let data, _): [member, data]
        case .loaderElsewhere, .diskTooSmall: []
        }
    }

    /// What becomes of the superblock when a filesystem is made there.
    private func wiping(_ interval: Interval, _ metadata: [Interval]) -> String {
        guard let filesystem = interval.contents.first(where: { $0.kind == .filesystem }),
            let superblock = metadata.first(where: { $0.kind == .superblock }),
            MakeFilesystem.wipedTail(of: filesystem.extent).overlaps(superblock.extent)
        else { return "" }
        return "; mkfs.ext4 would zero the superblock"
    }
}

/// What mke2fs does beside writing a filesystem.
enum MakeFilesystem {
    /// The bytes that it zeroes at the end, so that no md superblock is left there: from 64 KiB
    /// before the last multiple of 64 KiB (misc/mke2fs.c, "Wipe MD RAID").
    static func wipedTail(of extent: Extent) -> Extent {
        let block: UInt64 = 4096
        let unit: UInt64 = 64 << 10
        let end = ByteSize.roundDown(extent.byteCount, to: block)
        let last = ByteSize.roundDown(end, to: unit)
        return Extent(
            from: extent.start + (last > unit ? last - unit : last), to: extent.start + end)
    }
}

import CSyscalls
import DiskFormats
package import Storage
import Syscalls

/// Makes disks that firmware starts GRUB from: boot code, core image, EFI system partition.
///
/// What is right already is not written again, as flash wears. What was written is read back
/// from the disk itself. Both work the same on a disk and on an image file.
package struct GrubBootLegWriter: BootLegWriting {
    private let content: LoaderContent

    /// Prepares a writer.
    package init(_ content: LoaderContent) {
        self.content = content
    }

    /// Prepares a writer.
    ///
    /// - Throws: As `BootLegContent.loaderContent()`.
    package init(_ content: BootLegContent) throws {
        self.content = try content.loaderContent()
    }

    /// Compares a leg with what should be on it.
    ///
    /// - Parameters:
    ///   - leg: The leg.
    ///   - isQuick: Whether kernels and initramfs images are compared by their lengths alone.
    /// - Returns: All that differs; nothing when firmware can start from it.
    /// - Throws: When the disk, or a file that it is compared with, cannot be read.
    package func differences(
        of leg: BootLeg, isQuick: Bool = false
    ) throws -> [BootLegDifference] {
        let check = try BootLegCheck(content, leg, isQuick: isQuick)
        let differences = check.partitionDifferences()
        // What lies elsewhere than said is not looked for.
        guard differences.isEmpty else { return differences }
        return try check.bootCodeDifferences() + check.systemPartitionDifferences()
    }

    package func state(of leg: BootLeg) throws -> BootLegState {
        let differences = try differences(of: leg)
        return differences.isEmpty
            ? .complete : .incomplete(differences.map(\.description))
    }

    /// Makes the EFI system partition's filesystem and files.
    ///
    /// Kernels come first, then what names them, at last go images that nothing names any more: a
    /// cut leaves a leg that starts the old image or the new one. Only where there is no room for
    /// both is an old one removed before; never the one that the leg starts.
    ///
    /// - Throws: `BootLoaderError`, `FormatFault` for a disk that gives errors, and what running the
    ///   tools throws.
    package func writeSystemPartition(of leg: BootLeg) throws {
        let check = try checkedLeg(leg)
        let whole = try check.wholeVolume()
        let known = try whole.map { try check.differences(in: $0) }
        // A disk that is only opened for writing makes udev look at it again.
        if let whole, known?.isEmpty == true, check.staleImages(in: whole).isEmpty { return }
        let partition = try SystemPartition(leg, sectorByteCount: check.disk.sectorByteCount)
        try partition.dropCache()
        var volume = try whole ?? makeWhole(check, partition)
        let wrong = try known ?? check.differences(in: volume)
        if try neededByteCount(for: wrong, in: volume) > volume.freeByteCount {
            let started = try startedImage(check, volume)
            let spare = check.staleImages(in: volume).filter { $0 != "images/\(started ?? "")" }
            volume = try remove(spare, check, partition) ?? volume
            let needed = try neededByteCount(for: wrong, in: volume)
            guard needed <= volume.freeByteCount else {
                throw BootLoaderError.tooSmall(
                    disk: leg.disk, what: "the EFI system partition's free space",
                    byteCount: volume.freeByteCount, wanted: needed)
            }
        }
        for (file, _) in wrong {
            for folder in GrubBootLegWriter.parents(of: file.path) where !volume.hasFolder(folder) {
                try partition.makeFolder(folder)
                try partition.synchronize()
                volume = try FAT32(reading: check.systemPartition)
            }
            try write(file, in: volume, partition, leg)
            try partition.synchronize()
        }
        _ = try remove(check.staleImages(in: volume), check, partition)
        let left = try check.systemPartitionDifferences()
        guard left.isEmpty else {
            throw BootLoaderError.notAsWritten(disk: leg.disk, differences: left)
        }
    }

    private func write(
        _ wanted: SystemFile, in volume: FAT32, _ partition: SystemPartition, _ leg: BootLeg
    ) throws {
        switch wanted.content {
        case .file(let source): try partition.copy(file: source, to: wanted.path)
        case .bytes(let bytes): try partition.copy(bytes, to: wanted.path)
        case .environment(var variables):
            guard let role = leg.role else { throw BootLoaderError.noRole(disk: leg.disk) }
            variables["leg"] = role
            // As GRUB does: all but the options is in the first of two sectors.
            if let options = variables["options"] {
                variables["options"] = nil
                variables["options"] = options
            }
            let bytes = try variables.encoded()
            if let file = volume.file(wanted.path), file.byteCount == UInt64(bytes.count) {
                try partition.overwrite(file, with: bytes)
            } else {
                try partition.copy(bytes, to: wanted.path)
            }
        }
    }

    /// The image that the leg's own grubenv has as confirmed.
    private func startedImage(_ check: BootLegCheck, _ volume: FAT32) throws -> String? {
        guard let file = volume.file(SystemFile.environmentPath),
            case .success(let variables) = try check.environment(file)
        else { return nil }
        return variables["confirmed"]
    }

    /// Removes folders of images; gives back the filesystem as it is then, nil when it did nothing.
    private func remove(
        _ folders: [String], _ check: BootLegCheck, _ partition: SystemPartition
    ) throws -> FAT32? {
        guard !folders.isEmpty else { return nil }
        for folder in folders {
            try partition.removeFolder(folder)
            try partition.synchronize()
        }
        return try FAT32(reading: check.systemPartition)
    }

    package func writeBootCode(of leg: BootLeg) throws {
        guard leg.firmware.contains(.bios) else { return }
        let check = try checkedLeg(leg)
        guard let biosBoot = leg.biosBoot else { return }
        let core = content.bios.core(coreLBA: biosBoot.start / 512)
        guard UInt64(core.count) <= biosBoot.byteCount else {
            throw BootLoaderError.tooSmall(
                disk: leg.disk, what: "the BIOS boot partition", byteCount: biosBoot.byteCount,
                wanted: UInt64(core.count))
        }
        let writes = BootCodeWrites.writes(
            content.bios, coreStart: biosBoot.start,
            code: try check.disk.bytes(MasterBootRecord.bootCode.count, at: 0),
            core: try check.disk.bytes(core.count, at: biosBoot.start))
        guard !writes.isEmpty else { return }
        let file = try File(leg.disk, flags: O_RDWR)
        for write in writes {
            try file.write(write, movedBy: 0)
            try file.synchronize()
            // The boot code that follows must point to what is really there.
            guard try check.disk.bytes(write.bytes.count, at: write.offset) == write.bytes else {
                throw BootLoaderError.notAsWritten(
                    disk: leg.disk, differences: try check.bootCodeDifferences())
            }
        }
    }

    /// A leg whose disk has the partitions that it says.
    private func checkedLeg(_ leg: BootLeg) throws -> BootLegCheck {
        let check = try BootLegCheck(content, leg)
        let problems = check.partitionDifferences()
        guard problems.isEmpty else {
            throw BootLoaderError.otherPartitions(disk: leg.disk, problems: problems)
        }
        return check
    }

    /// Mends the partition's filesystem, or makes it anew when there is none.
    private func makeWhole(_ check: BootLegCheck, _ partition: SystemPartition) throws -> FAT32 {
        let found = check.volume()
        if case .success(let volume) = found {
            for write in volume.repairs { try partition.write(write) }
            try partition.synchronize()
        } else {
            // The id is that of the partition, so that two legs differ and a leg stays the same.
            let unique = check.systemEntry()?.unique ?? .zero
            let id = unique.bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            try partition.makeFilesystem(volumeID: id)
        }
        guard let volume = try check.wholeVolume() else {
            throw BootLoaderError.notAsWritten(
                disk: check.leg.disk, differences: try check.systemPartitionDifferences())
        }
        return volume
    }

    /// What is copied takes so many bytes more than what is there.
    private func neededByteCount(
        for wrong: [(file: SystemFile, difference: BootLegDifference)], in volume: FAT32
    ) throws -> UInt64 {
        let unit = volume.clusterByteCount
        var wanted: UInt64 = 0
        for (file, difference) in wrong {
            let byteCount: UInt64 =
                switch difference {
                case .length(_, let old, let new): new < old ? 0 : new - old
                case .missing: try file.byteCount()
                default: 0
                }
            // With a cluster for a folder that may have to grow.
            wanted += (byteCount + unit - 1) / unit * unit + unit
        }
        return wanted
    }

    /// The folders on the way to a file, the outermost first.
    private static func parents(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }
}

extension SystemFile {
    /// How long the file is to be.
    func byteCount() throws -> UInt64 {
        switch content {
        case .file(let path): try DeviceBytes(path).byteCount
        case .bytes(let bytes): UInt64(bytes.count)
        case .environment: UInt64(GrubEnvironment.byteCount)
        }
    }
}

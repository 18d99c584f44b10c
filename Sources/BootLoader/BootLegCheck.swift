import DiskFormats
import Storage
import Syscalls

/// Compares a boot leg with what should be on it, and writes nothing.
struct BootLegCheck {
    let content: LoaderContent
    let leg: BootLeg
    let disk: DeviceBytes
    /// Whether kernels and initramfs images are compared by their lengths alone.
    let isQuick: Bool

    /// How much of a file is compared at once, in bytes.
    private static let pieceByteCount = 1 << 20

    init(_ content: LoaderContent, _ leg: BootLeg, isQuick: Bool = false) throws {
        self.content = content
        self.isQuick = isQuick
        self.leg = leg
        disk = try DeviceBytes(leg.disk)
    }

    /// The EFI system partition's bytes.
    var systemPartition: AreaBytes<DeviceBytes> { AreaBytes(leg.systemPartition, of: disk) }

    private var isBIOS: Bool { leg.firmware.contains(.bios) }

    /// The disk's table, when its sectors can be such.
    private func table() -> Result<GPT, FormatFault> {
        let size = GPT.SectorSize(rawValue: UInt64(disk.sectorByteCount)) ?? .bytes512
        let copies = GPT.read(from: disk, sectorSize: size)
        return copies.primary.map(\.table).flatMapError { fault in
            copies.backup.map(\.table).mapError { _ in fault }
        }
    }

    /// The number that the table gives the EFI system partition's sectors, and its own name.
    func systemEntry() -> GPT.Entry? {
        guard case .success(let table) = table() else { return nil }
        return entry(of: .esp, at: leg.systemPartition, in: table)
    }

    private func entry(of type: GUID, at extent: Extent, in table: GPT) -> GPT.Entry? {
        table.entries.first {
            $0.type == type && table.extent(of: $0) == extent.start..<extent.end
        }
    }

    /// What keeps the disk from being the leg that it was said to be.
    func partitionDifferences() -> [BootLegDifference] {
        let table: GPT
        switch self.table() {
        case .failure(let fault): return [.noTable(fault)]
        case .success(let found): table = found
        }
        var differences: [BootLegDifference] = []
        let system = entry(of: .esp, at: leg.systemPartition, in: table)
        let number = isBIOS ? GrubBIOSLoader.systemPartitionNumber : nil
        if system == nil || number != nil && system?.number != number {
            differences.append(
                .noPartition(
                    what: "EFI system partition", byte: leg.systemPartition.start, number: number))
        }
        guard isBIOS else { return differences }
        if disk.sectorByteCount != 512 { differences.append(.largeSectors(disk.sectorByteCount)) }
        guard let biosBoot = leg.biosBoot else { return differences + [.noBIOSBoot] }
        let wanted = GrubBIOSLoader.biosBootLBA * 512
        if biosBoot.start != wanted {
            differences.append(.biosBootPlace(byte: biosBoot.start, wanted: wanted))
        }
        if entry(of: .biosBoot, at: biosBoot, in: table) == nil {
            differences.append(
                .noPartition(what: "BIOS boot partition", byte: biosBoot.start, number: nil))
        }
        return differences
    }

    /// What differs in boot code and core image; nothing on a disk that no BIOS starts from.
    func bootCodeDifferences() throws -> [BootLegDifference] {
        guard isBIOS, let biosBoot = leg.biosBoot else { return [] }
        var differences: [BootLegDifference] = []
        let code = content.bios.bootCode(coreLBA: biosBoot.start / 512)
        if let byte = firstDifference(try disk.bytes(code.count, at: 0), code) {
            differences.append(.bootCode(byte: byte))
        }
        let core = content.bios.core(coreLBA: biosBoot.start / 512)
        let byteCount = min(core.count, Int(clamping: biosBoot.byteCount))
        let found = try disk.bytes(byteCount, at: biosBoot.start)
        if let byte = firstDifference(found, core) { differences.append(.coreImage(byte: byte)) }
        return differences
    }

    /// The EFI system partition's filesystem, or why there is none.
    func volume() -> Result<FAT32, FormatFault> {
        Result { () throws(FormatFault) in try FAT32(reading: systemPartition) }
    }

    /// The filesystem when there is one without damage.
    ///
    /// - Throws: `FormatFault.unreadable`: a disk that gives errors is not cured by writing.
    func wholeVolume() throws(FormatFault) -> FAT32? {
        switch volume() {
        case .success(let volume): return volume.needsRepair ? nil : volume
        case .failure(let fault):
            if case .unreadable = fault { throw fault }
            return nil
        }
    }

    /// What differs in the EFI system partition.
    func systemPartitionDifferences() throws -> [BootLegDifference] {
        switch volume() {
        case .failure(let fault): [.filesystem(fault)]
        case .success(let volume):
            try damage(of: volume) + differences(in: volume).map(\.difference)
        }
    }

    /// The files that differ, and how.
    ///
    /// - Throws: When a file or what it is compared with cannot be read.
    func differences(
        in volume: FAT32
    ) throws -> [(file: SystemFile, difference: BootLegDifference)] {
        try content.files.compactMap { file in
            try difference(file, in: volume).map { (file, $0) }
        }
    }

    private func damage(of volume: FAT32) -> [BootLegDifference] {
        guard volume.needsRepair else { return [] }
        guard volume.damage.isEmpty else {
            return volume.damage.map { .damaged(path: $0.path, problem: $0.problem) }
        }
        return [.unclean(lostByteCount: volume.lostByteCount)]
    }

    private func difference(_ wanted: SystemFile, in volume: FAT32) throws -> BootLegDifference? {
        guard let file = volume.file(wanted.path) else { return .missing(path: wanted.path) }
        switch wanted.content {
        case .environment(let variables):
            return try difference(file, variables)
        case .bytes(let bytes):
            return try difference(file, MemoryBytes(bytes), wanted.path)
        case .file(let path):
            return try difference(file, DeviceBytes(path), wanted.path)
        }
    }

    /// What GRUB's variables say else than they should, the count of tries left aside.
    private func difference(
        _ file: FAT32.File, _ wanted: GrubEnvironment
    ) throws -> BootLegDifference? {
        let found: GrubEnvironment
        switch try environment(file) {
        case .failure(let fault): return .environment(fault)
        case .success(let variables): found = variables
        }
        var wanted = wanted
        // Who only looks at a disk may not know which leg it is.
        wanted["leg"] = leg.role ?? found["leg"]
        let names = wanted.variables.map(\.name) + found.variables.map(\.name)
        for name in names where name != "left" && wanted[name] != found[name] {
            return .variable(name: name, value: found[name], wanted: wanted[name])
        }
        return nil
    }

    /// GRUB's variables as a file has them.
    func environment(_ file: FAT32.File) throws -> Result<GrubEnvironment, FormatFault> {
        guard file.byteCount <= UInt64(GrubEnvironment.byteCount) else {
            return .failure(
                .badField(
                    .grubEnvironment, field: "length", value: file.byteCount,
                    problem: "it has \(GrubEnvironment.byteCount) bytes"))
        }
        var bytes: [UInt8] = []
        for extent in file.extents {
            bytes += try systemPartition.bytes(extent.count, at: extent.lowerBound)
        }
        return Result { () throws(FormatFault) in try GrubEnvironment(parsing: bytes) }
    }

    /// The folders of images that the leg is not to hold any more.
    func staleImages(in volume: FAT32) -> [String] {
        volume.folders.filter { folder in
            let parts = folder.split(separator: "/").map(String.init)
            // Only what we can have made.
            guard parts.count == 2, parts[0].lowercased() == "images",
                (try? SystemFile(path: folder, content: .bytes([]))) != nil
            else { return false }
            let start = folder.lowercased() + "/"
            return !content.files.contains { $0.path.lowercased().hasPrefix(start) }
        }
    }

    private func difference(
        _ file: FAT32.File, _ wanted: some ByteSource, _ path: String
    ) throws -> BootLegDifference? {
        guard file.byteCount == wanted.byteCount else {
            return .length(path: path, byteCount: file.byteCount, wanted: wanted.byteCount)
        }
        if isQuick, path.hasPrefix("images/") { return nil }
        let partition = systemPartition
        var offset: UInt64 = 0
        for extent in file.extents {
            var place = extent.lowerBound
            while place < extent.upperBound {
                let count = Int(
                    min(extent.upperBound - place, UInt64(BootLegCheck.pieceByteCount)))
                let found = try partition.bytes(count, at: place)
                if let byte = firstDifference(found, try wanted.bytes(count, at: offset)) {
                    return .content(path: path, byte: offset + UInt64(byte))
                }
                place += UInt64(count)
                offset += UInt64(count)
            }
        }
        return nil
    }

    /// The first place in which two runs of bytes differ, one being shorter included.
    private func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> Int? {
        // Whole arrays are compared at the speed of memory.
        guard left != right else { return nil }
        return zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(left.count, right.count)
    }
}

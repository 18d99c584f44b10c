extension Layout {
    /// All that a layout says against itself, whatever the disks are; empty when it is sound.
    package var contradictions: [LayoutError] {
        var check = LayoutCheck(layout: self)
        check.checkCounts()
        guard check.errors.isEmpty else { return check.errors }
        check.checkNames()
        for disk in disks { check.check(disk) }
        for array in arrays { check.check(array) }
        for volume in volumes { check.check(volume) }
        check.checkBootLegs()
        check.checkMatches()
        return check.errors
    }
}

/// The work of finding contradictions.
struct LayoutCheck {
    /// The least ESP: FAT32 has at least 65525 clusters (Microsoft's FAT specification, 3.5), and a
    /// kernel with its initrd must fit.
    static let leastSystemPartition: UInt64 = 64 << 20
    /// The entries of the tables that are written (UEFI specification, 5.3.1).
    static let partitionLimit = 128
    /// More disks than any machine has that boots from a mirror.
    static let diskLimit = 64
    /// Regions lie at whole blocks of 4 KiB, as loop devices and filesystems want.
    static let regionUnit: UInt64 = 4096

    let layout: Layout
    var errors: [LayoutError] = []

    init(layout: Layout) { self.layout = layout }

    mutating func report(_ path: String, _ problem: LayoutError.Problem) {
        errors.append(LayoutError(path, problem))
    }

    /// Sums of sizes stay within 64 bits, and pairs can be compared.
    mutating func checkCounts() {
        for (path, count, limit) in [
            ("disks", layout.disks.count, LayoutCheck.diskLimit),
            ("arrays", layout.arrays.count, LayoutCheck.partitionLimit),
            ("volumes", layout.volumes.count, LayoutCheck.partitionLimit),
        ] where count > limit {
            report(path, .tooMany(path, count, limit: limit))
        }
        for disk in layout.disks where disk.division.slices.count > LayoutCheck.partitionLimit {
            let what = if case .partitions = disk.division { "partitions" } else { "regions" }
            report(
                "disks.\(disk.name).\(what)",
                .tooMany(
                    what, disk.division.slices.count, limit: LayoutCheck.partitionLimit))
        }
    }

    // MARK: Names

    mutating func checkNames() {
        checkName(layout.name, "name")
        if !layout.summary.isEmpty { checkText(layout.summary, "summary") }
        if layout.disks.isEmpty { report("disks", .empty("disk")) }
        for (section, names) in [
            ("disks", layout.disks.map(\.name)), ("arrays", layout.arrays.map(\.name)),
            ("volumes", layout.volumes.map(\.name)),
        ] {
            var seen: Set<String> = []
            for name in names {
                checkName(name, "\(section).\(name)")
                if !seen.insert(name).inserted { report("\(section).\(name)", .repeated(name)) }
            }
        }
        for name in ["bios-boot", "esp"] {
            if layout.array(name) != nil { report("arrays.\(name)", .reserved(name)) }
            if layout.volume(name) != nil { report("volumes.\(name)", .reserved(name)) }
        }
        checkRepeats(layout.arrays.map { ($0.uuid, "arrays.\($0.name).uuid") })
        checkRepeats(
            layout.volumes.map { ($0.label.isEmpty ? nil : $0.label, "volumes.\($0.name).label") })
        checkRepeats(layout.volumes.map { ($0.mountPoint, "volumes.\($0.name).mount") })
    }

    private mutating func checkRepeats(_ values: [(value: String?, path: String)]) {
        var seen: Set<String> = []
        for (value, path) in values {
            if let value, !seen.insert(value).inserted { report(path, .repeated(value)) }
        }
    }

    /// A text goes into one line of files and messages.
    mutating func checkText(_ text: String?, _ path: String) {
        guard let text else { return }
        let isLine = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
            default: scalar != "\u{FEFF}"
            }
        }
        if text.isEmpty { report(path, .empty("character")) }
        if !isLine { report(path, .contradiction("expected one line of text")) }
    }

    private mutating func checkName(_ name: String, _ path: String) {
        if !LayoutCheck.isName(name) { report(path, .notAName(name)) }
    }

    /// Whether a text may name a disk, slice, array or volume: it goes into a GPT (36 characters),
    /// an md superblock (32), device paths and messages.
    static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard (1...32).contains(text.utf8.count), let first = text.utf8.first else { return false }
        return isAlphanumeric(first)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    // MARK: Disks

    mutating func check(_ disk: DiskRole) {
        let path = "disks.\(disk.name)"
        let slices = disk.division.slices
        switch disk.division {
        case .partitions:
            if slices.isEmpty { report("\(path).partitions", .empty("partition")) }
        case .wholeDisk(let array, _):
            if layout.array(array) == nil {
                report("\(path).whole-disk", .unknown(array, known: layout.arrays.map(\.name)))
            }
        }
        var names: Set<String> = []
        var rest: String?
        for (index, slice) in slices.enumerated() {
            let slicePath = disk.path(ofSlice: index)
            checkName(slice.name, "\(slicePath).name")
            if !names.insert(slice.name).inserted {
                report("\(slicePath).name", .repeated(slice.name))
            }
            checkContent(of: slice, on: disk, slicePath)
            checkPlace(of: slice, on: disk, slicePath)
            if slice.size == .rest {
                if let rest { report("\(slicePath).size", .secondRest(first: rest)) }
                rest = rest ?? slice.name
            }
        }
        checkMatch(of: disk)
        checkLoaderPlaces(of: disk)
    }

    private mutating func checkContent(of slice: Slice, on disk: DiskRole, _ path: String) {
        switch slice.content {
        case .leg(let name):
            if layout.array(name) == nil {
                report("\(path).holds", .unknown(name, known: layout.arrays.map(\.name)))
            }
        case .volume(let name):
            guard let volume = layout.volume(name) else {
                let known =
                    ["bios-boot", "esp"] + layout.arrays.map(\.name) + layout.volumes.map(\.name)
                report("\(path).holds", .unknown(name, known: known))
                return
            }
            if layout.array(name) != nil {
                report(
                    "\(path).holds",
                    .contradiction("\"\(name)\" is an array too, and an array goes before"))
            } else if let array = volume.array {
                report(
                    "\(path).holds",
                    .contradiction("volume \"\(name)\" is on array \"\(array)\" already"))
            }
        case .biosBoot, .esp:
            if case .wholeDisk = disk.division {
                report(
                    "\(path).holds",
                    .contradiction(
                        "a region cannot hold a loader; allowed are arrays and volumes"))
            }
        }
        let isLeg = if case .leg = slice.content { true } else { false }
        if slice.isWriteMostly, !isLeg {
            report("\(path).write-mostly", .contradiction("only a leg of an array can be so"))
        }
        if slice.size == .array, !isLeg { report("\(path).size", .sizeOfArrayWithoutArray) }
    }

    private mutating func checkPlace(of slice: Slice, on disk: DiskRole, _ path: String) {
        let unit: UInt64
        switch disk.division {
        case .partitions: unit = ByteSize.mebibyte
        case .wholeDisk: unit = LayoutCheck.regionUnit
        }
        if let start = slice.start {
            if !(unit...ByteSize.limit).contains(start) {
                report("\(path).start", .size(start, atLeast: unit, atMost: ByteSize.limit))
            }
            if !start.isMultiple(of: unit) {
                report("\(path).start", .alignment(start, unit: unit))
            }
        }
        guard case .bytes(let byteCount) = slice.size else { return }
        let least: UInt64 = slice.content == .esp ? LayoutCheck.leastSystemPartition : unit
        if !(least...ByteSize.limit).contains(byteCount) {
            report("\(path).size", .size(byteCount, atLeast: least, atMost: ByteSize.limit))
        }
        if unit == LayoutCheck.regionUnit, !byteCount.isMultiple(of: unit) {
            report("\(path).size", .alignment(byteCount, unit: unit))
        }
    }

    /// Loader and ESP lie where the boot code's constants say: it loads the core image from
    /// LBA 2048, and that reads the ESP as the second partition.
    private mutating func checkLoaderPlaces(of disk: DiskRole) {
        guard case .partitions(let slices) = disk.division else { return }
        let path = "disks.\(disk.name)"
        for (content, name) in [(Slice.Content.biosBoot, "bios-boot"), (.esp, "esp")] {
            let indices = slices.indices.filter { slices[$0].content == content }
            for index in indices.dropFirst() {
                report("\(disk.path(ofSlice: index)).holds", .repeated(name))
            }
        }
        let biosBoot = slices.firstIndex { $0.content == .biosBoot }
        let system = slices.firstIndex { $0.content == .esp }
        if let biosBoot {
            let start = slices[biosBoot].start ?? LayoutResolver.firstStart
            if biosBoot != 0 || start != LayoutResolver.firstStart {
                report(
                    disk.path(ofSlice: biosBoot),
                    .contradiction(
                        "the BIOS boot partition is the first and starts at 1 MiB (LBA 2048), "
                            + "where the boot code looks for it"))
            }
            if let system, system != 1 {
                report(
                    disk.path(ofSlice: system),
                    .contradiction(
                        "the ESP is the second partition beside a BIOS boot partition, as the "
                            + "core image looks for it there"))
            }
        }
        if disk.firmware.contains(.bios), biosBoot == nil {
            report(
                "\(path).partitions",
                .contradiction(
                    "firmware bios starts from this disk, and there is no partition that holds "
                        + "bios-boot"))
        }
        if !disk.firmware.isEmpty || biosBoot != nil, system == nil {
            report(
                "\(path).partitions",
                .contradiction(
                    "firmware starts from this disk, and there is no partition that holds esp"))
        }
    }

    // MARK: Arrays and volumes

    mutating func check(_ array: ArraySpec) {
        let path = "arrays.\(array.name)"
        let legs = layout.legs(of: array.name)
        if !(1...4).contains(legs.count) { report(path, .legCount(legs.count, of: array.name)) }
        var disks: Set<String> = []
        for leg in legs {
            guard let disk = leg.disk else { continue }
            if !disks.insert(disk).inserted {
                report(layout.path(of: leg), .legsOnOneDisk(array: array.name, disk: disk))
            }
        }
        let isWhole = legs.contains { if case .disk = $0 { true } else { false } }
        let sizes = legs.compactMap { leg -> SliceSize? in
            guard case .slice(let disk, let slice) = leg else { return nil }
            return layout.disk(disk)?.division.slices.first { $0.name == slice }?.size
        }
        if array.size == .rest, !isWhole, !legs.isEmpty, sizes.allSatisfy({ $0 == .array }) {
            report("\(path).size", .noSizeGiven(array: array.name))
        }
        switch array.size {
        case .bytes(let byteCount):
            if !(ByteSize.mebibyte...ByteSize.limit).contains(byteCount) {
                report(
                    "\(path).size",
                    .size(byteCount, atLeast: ByteSize.mebibyte, atMost: ByteSize.limit))
            }
        case .rest: break
        case .array: report("\(path).size", .sizeOfArrayWithoutArray)
        }
        checkDataOffset(of: array, path)
        if let chunk = array.bitmapChunkByteCount {
            // md-bitmap.c takes powers of two from 512 on, mdadm from 4 KiB on.
            let allowed: ClosedRange<UInt64> = 4096...(1 << 30)
            if !allowed.contains(chunk) || chunk.nonzeroBitCount != 1 {
                report(
                    "\(path).bitmap",
                    .contradiction(
                        "\(ByteSize.text(chunk)); allowed are none and powers of two from 4 KiB "
                            + "to 1 GiB"))
            }
        }
    }

    private mutating func checkDataOffset(of array: ArraySpec, _ path: String) {
        let isBehind = array.metadata.standardDataOffset == 0
        if isBehind, array.dataOffset != 0 {
            report(
                "\(path).data-offset",
                .contradiction("data start at 0 with metadata \(array.metadata.rawValue)"))
        }
        let allowed = ByteSize.mebibyte...(1 << 30)
        guard !isBehind, !allowed.contains(array.dataOffset) else { return }
        report(
            "\(path).data-offset",
            .size(array.dataOffset, atLeast: allowed.lowerBound, atMost: allowed.upperBound))
    }

    mutating func check(_ volume: VolumeSpec) {
        let path = "volumes.\(volume.name)"
        let holders = layout.disks.flatMap { disk in
            disk.division.slices.indices.filter {
                disk.division.slices[$0].content == .volume(volume.name)
            }.map { disk.path(ofSlice: $0) }
        }
        if let array = volume.array {
            if layout.array(array) == nil {
                report("\(path).array", .unknown(array, known: layout.arrays.map(\.name)))
            }
            if let first = layout.volumes.first(where: { $0.array == array }),
                first.name != volume.name
            {
                report(
                    "\(path).array",
                    .contradiction("array \"\(array)\" holds volume \"\(first.name)\" already"))
            }
        } else if holders.isEmpty {
            report(
                path,
                .contradiction(
                    "it is on nothing; name an array, or let a partition or region hold it"))
        }
        for holder in holders.dropFirst() {
            report(
                "\(holder).holds",
                .contradiction(
                    "\(holders[0]) holds volume \"\(volume.name)\" already; two copies need an "
                        + "array"))
        }
        for (index, option) in volume.options.enumerated() {
            let isWord = option.utf8.allSatisfy {
                $0 > 0x20 && $0 < 0x7F && !",\\\"".utf8.contains($0)
            }
            if option.isEmpty || !isWord {
                report(
                    "\(path).options[\(index)]",
                    .contradiction("\"\(option)\"; allowed is a mount option without blanks"))
            }
        }
        if volume.filesystem == .ext4, volume.label.isEmpty {
            report("\(path).label", .empty("character"))
        }
        // ext4's label is 16 bytes (ext4.h, `s_volume_name`).
        let isLabel = volume.label.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }
        if volume.label.utf8.count > 16 || !isLabel {
            report(
                "\(path).label",
                .contradiction(
                    "\"\(volume.label)\"; allowed are up to 16 letters of ASCII, no blank, no \"/\""
                ))
        }
        if let mountPoint = volume.mountPoint, !LayoutCheck.isMountPoint(mountPoint) {
            report(
                "\(path).mount",
                .contradiction("\"\(mountPoint)\"; allowed is an absolute path without \"..\""))
        }
    }

    /// Whether a path can be put into a mount unit as it is.
    private static func isMountPoint(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.hasPrefix("/") && parts.count > 1
            && parts.dropFirst().allSatisfy { !["", ".", ".."].contains($0) }
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\\\"'".utf8.contains($0) }
    }
}

extension LayoutCheck {
    // MARK: Boot legs

    /// Each boot leg has what one of them needs: all are written alike, so that each disk boots in
    /// the other's place.
    mutating func checkBootLegs() {
        let disks = layout.bootDisks
        for disk in layout.disks where !disk.firmware.isEmpty {
            guard layout.bootVolume != nil, !disks.contains(where: { $0.name == disk.name }) else {
                continue
            }
            report(
                "disks.\(disk.name).firmware",
                .contradiction(
                    "firmware starts from this disk, and it holds no leg of the boot volume"))
        }
        guard layout.bootVolume != nil, !disks.isEmpty else { return }
        if !disks.contains(where: { !$0.firmware.isEmpty }) {
            report(
                "disks",
                .contradiction(
                    "no disk of the boot volume has firmware; allowed are bios and efi"))
        }
        let needsBiosBoot = disks.contains { $0.firmware.contains(.bios) }
        for disk in disks {
            guard case .partitions = disk.division else {
                report(
                    "disks.\(disk.name).whole-disk",
                    .contradiction("a boot leg needs partitions: its loader lies beside the array"))
                continue
            }
            for (content, name, isNeeded) in [
                (Slice.Content.esp, "esp", true), (.biosBoot, "bios-boot", needsBiosBoot),
            ] where isNeeded && disk.slice(holding: content) == nil {
                // A disk that firmware starts from has been told so already.
                if !disk.firmware.isEmpty { continue }
                report(
                    "disks.\(disk.name).partitions",
                    .contradiction("a boot leg needs a partition that holds \(name)"))
            }
        }
        if let array = layout.bootArray, array.metadata != .v1_0 {
            report(
                "arrays.\(array.name).metadata",
                .contradiction(
                    "the boot array needs \"1.0\": a leg alone must read as its filesystem"))
        }
        if let volume = layout.bootVolume, volume.filesystem != .ext4 {
            report(
                "volumes.\(volume.name).filesystem",
                .contradiction("the boot volume needs ext4"))
        }
    }

    // MARK: Matches

    mutating func checkMatch(of disk: DiskRole) {
        let path = "disks.\(disk.name).match"
        if disk.match == DiskMatch() {
            report(
                path,
                .contradiction(
                    "every disk matches; allowed are bus, removable, size or sold-as, model"))
        }
        switch disk.match.size {
        case .soldAs(let nominal):
            let allowed: ClosedRange<UInt64> = 1_000_000...ByteSize.limit
            if !allowed.contains(nominal) {
                report(
                    "\(path).sold-as",
                    .size(nominal, atLeast: allowed.lowerBound, atMost: allowed.upperBound))
            }
        case .range(let range):
            if range.lowerBound == 0 || range.upperBound > ByteSize.limit {
                let outside = range.lowerBound == 0 ? 0 : range.upperBound
                report("\(path).size", .size(outside, atLeast: 1, atMost: ByteSize.limit))
            }
        case nil: break
        }
        checkText(disk.match.model, "\(path).model")
        guard let identity = disk.identity else { return }
        let identityPath = "disks.\(disk.name).identity"
        if !(1...ByteSize.limit).contains(identity.byteCount) {
            report(
                "\(identityPath).size",
                .size(identity.byteCount, atLeast: 1, atMost: ByteSize.limit))
        }
        checkText(identity.serial, "\(identityPath).serial")
        checkText(identity.wwn, "\(identityPath).wwn")
        checkText(identity.tableGUID, "\(identityPath).table")
        for (index, uuid) in identity.memberUUIDs.enumerated() {
            checkText(uuid, "\(identityPath).members[\(index)]")
        }
    }

    /// Two roles that one disk could take must be the same in all else, so that it does not matter
    /// which disk gets which.
    mutating func checkMatches() {
        for (index, disk) in layout.disks.enumerated() {
            for other in layout.disks[..<index] {
                if let identity = disk.identity, let second = other.identity {
                    if identity == second {
                        report(
                            "disks.\(disk.name).identity",
                            .contradiction("it is that of disk \"\(other.name)\" too"))
                    }
                    continue
                }
                let areInterchangeable =
                    disk.division == other.division && disk.firmware == other.firmware
                if !areInterchangeable, !disk.match.excludes(other.match) {
                    report(
                        "disks.\(disk.name).match",
                        .contradiction(
                            "a disk could be \"\(disk.name)\" and \"\(other.name)\"; let bus, "
                                + "removable, size or model differ, or divide both alike"))
                }
            }
        }
    }
}

extension DiskMatch {
    /// Whether no disk can match both.
    func excludes(_ other: DiskMatch) -> Bool {
        if let bus, let second = other.bus, bus != second { return true }
        if let removable, let second = other.removable, removable != second { return true }
        if let size, let second = other.size, !size.bounds.overlaps(second.bounds) { return true }
        if let model, let second = other.model {
            // What stands before the first wildcard decides.
            let prefix = model.prefix { !"*?".contains($0) }
            let secondPrefix = second.prefix { !"*?".contains($0) }
            if prefix.count == model.count, secondPrefix.count == second.count {
                return model != second
            }
            let length = min(prefix.count, secondPrefix.count)
            return prefix.prefix(length) != secondPrefix.prefix(length)
        }
        return false
    }
}

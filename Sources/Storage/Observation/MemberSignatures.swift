import DiskFormats

extension Signature {
    /// The md superblocks of a device, good and damaged.
    ///
    /// Of a damaged one nothing is believed; that it is there may be all that is left of an array.
    static func members(of device: some ByteSource) -> [Signature] {
        var signatures: [Signature] = []
        for finding in MDMember.findings(in: device) {
            switch finding.result {
            case .success(let member):
                signatures.append(.member(ObservedMember(member, on: device)))
            case .failure(let fault):
                var finding = damagedSuperblock
                if case .unreadable = fault { finding = unreadable }
                if !signatures.contains(finding) { signatures.append(finding) }
            }
        }
        return signatures
    }

    /// A superblock whose bytes do not fit together.
    static let damagedSuperblock = Signature.other(type: "damaged md superblock", uuid: nil)
    /// A place that gives errors.
    static let unreadable = Signature.other(type: "unreadable", uuid: nil)

    /// The ext4 of a device, where nothing but its bytes can be asked.
    static func ext4(of device: some ByteSource) -> Signature? {
        guard let superblock = try? Ext4Superblock(reading: device) else { return nil }
        let label = superblock.label
        return .filesystem(
            type: "ext4", uuid: superblock.uuid.description, label: label.isEmpty ? nil : label)
    }
}

extension ObservedMember {
    /// What a superblock says, in our terms.
    init(_ member: MDMember, on device: some ByteSource) {
        switch member {
        case .version1(let superblock): self.init(superblock, on: device)
        case .version090(let superblock): self.init(superblock)
        }
    }

    private init(_ superblock: MDSuperblock, on device: some ByteSource) {
        let bitmap = try? MDBitmap(reading: device, of: superblock)
        let roles = Set(superblock.deviceRoles)
        let name = superblock.setName
        self.init(
            metadata: MetadataVersion(superblock.version),
            arrayUUID: superblock.setUUID.mdadmText,
            arrayName: name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) }
                ?? name,
            deviceUUID: superblock.deviceUUID.mdadmText, level: Int(superblock.level),
            raidDisks: Int(superblock.raidDisks),
            dataByteCount: superblock.componentSectors.bytesOfSectors,
            dataOffset: superblock.dataSector.bytesOfSectors,
            role: Role(superblock.role),
            // Not more than there can be roles, whatever the number of slots says.
            activeSlots: (0..<min(Int(superblock.raidDisks), Int(superblock.maximumDevices)))
                .map { slot in UInt16(exactly: slot).map { roles.contains(.active($0)) } ?? false },
            events: superblock.events, updateTime: superblock.updateTime.seconds,
            recoveryOffset: superblock.features.contains(.recoveryOffset)
                ? superblock.recoveryOffset.bytesOfSectors : nil,
            isClean: superblock.isClean,
            bitmapChunkByteCount: bitmap.map { UInt64($0.chunkByteCount) },
            bitmapEventsCleared: bitmap?.eventsCleared,
            isWriteMostly: superblock.deviceFlags.contains(.writeMostly))
    }

    private init(_ superblock: MDSuperblock090) {
        self.init(
            metadata: .v0_90, arrayUUID: superblock.setUUID.mdadmText, arrayName: "",
            // There is no UUID of a device before version 1: its number in the array tells it.
            deviceUUID: "\(superblock.setUUID.mdadmText)/\(superblock.thisDisk.number)",
            level: Int(superblock.level), raidDisks: Int(superblock.raidDisks),
            dataByteCount: superblock.componentSectors.bytesOfSectors,
            role: Role(superblock.thisDisk.role),
            activeSlots: (0..<superblock.raidDisks).map { slot in
                superblock.disks.contains { disk in
                    UInt16(exactly: slot).map { disk.role == .active($0) } ?? false
                }
            },
            events: superblock.events, updateTime: superblock.updateTime.seconds,
            isClean: superblock.isClean, isWriteMostly: superblock.thisDisk.state & 1 << 9 != 0)
    }
}

extension ObservedMember.Role {
    fileprivate init(_ role: MDRole) {
        switch role {
        case .active(let slot): self = .slot(Int(slot))
        case .spare: self = .spare
        case .faulty: self = .faulty
        case .journal: self = .journal
        }
    }
}

extension MetadataVersion {
    fileprivate init(_ version: MDVersion) {
        switch version {
        case .v0_90: self = .v0_90
        case .v1_0: self = .v1_0
        case .v1_1: self = .v1_1
        case .v1_2: self = .v1_2
        }
    }
}

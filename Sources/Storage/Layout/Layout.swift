/// What the disks of a machine must look like: disks, arrays, volumes.
///
/// A layout file is for a kind of machine. When it has been installed it is narrowed to the
/// machine: identities of its disks, sizes in place of `rest`, UUIDs of its arrays.
package struct Layout: Sendable, Equatable {
    /// The layout's name, such as `tvs-663`.
    package var name: String
    /// One line for people.
    package var summary: String
    /// The disks, in the order of the file.
    package var disks: [DiskRole]
    /// The arrays, in the order of the file.
    package var arrays: [ArraySpec]
    /// The volumes, in the order of the file.
    package var volumes: [VolumeSpec]

    /// Makes a layout; what it says is checked by `resolve` and the linter.
    package init(
        name: String, summary: String = "", disks: [DiskRole], arrays: [ArraySpec],
        volumes: [VolumeSpec]
    ) {
        self.name = name
        self.summary = summary
        self.disks = disks
        self.arrays = arrays
        self.volumes = volumes
    }
}

/// A disk that the layout needs, and how it is recognised.
package struct DiskRole: Sendable, Equatable {
    /// The role's name, such as `card`.
    package var name: String
    /// What a disk must be like to take the role.
    package var match: DiskMatch
    /// The firmware that can start from it; empty when none can.
    package var firmware: Set<Firmware>
    /// The very disk, once installed.
    package var identity: DiskIdentity?
    /// How the disk is divided.
    package var division: Division

    /// Makes a role.
    package init(
        name: String, match: DiskMatch, firmware: Set<Firmware> = [],
        identity: DiskIdentity? = nil, division: Division
    ) {
        self.name = name
        self.match = match
        self.firmware = firmware
        self.identity = identity
        self.division = division
    }
}

/// Firmware that can start a machine from a disk.
package enum Firmware: String, Sendable, CaseIterable {
    /// A PC BIOS: boot code in the first sector, core image in the BIOS boot partition.
    case bios
    /// UEFI: a loader in the EFI system partition.
    case efi
}

/// How a disk hangs on the machine.
package enum Bus: String, Sendable, CaseIterable {
    case usb, nvme, sata, scsi, virtio, mmc
    /// An image file, or a disk that says nothing of its bus.
    case other
}

/// What a disk must be like; what is nil does not matter.
package struct DiskMatch: Sendable, Equatable {
    /// The bus.
    package var bus: Bus?
    /// Whether it is in a reader or slot that says its medium can be taken out.
    package var removable: Bool?
    /// The size.
    package var size: SizeMatch?
    /// A glob pattern (`*`, `?`) of the model.
    package var model: String?

    /// Makes a match.
    package init(
        bus: Bus? = nil, removable: Bool? = nil, size: SizeMatch? = nil, model: String? = nil
    ) {
        self.bus = bus
        self.removable = removable
        self.size = size
        self.model = model
    }
}

/// Sizes that a disk may have, in bytes.
package enum SizeMatch: Sendable, Equatable {
    /// What the disk is sold as, such as 64 GB. Disks of one nominal size differ: from 95 % of it
    /// on they are accepted, to 110 %, and `rest` reaches to 95 %, so that the next disk fits.
    case soldAs(UInt64)
    /// Any size of a range; `rest` reaches to the end of the smallest disk that is there.
    case range(ClosedRange<UInt64>)
}

/// Which disk it is.
///
/// A USB reader reports its own serial for every card, so a serial proves nothing alone: all parts
/// together do.
package struct DiskIdentity: Sendable, Hashable {
    /// The serial number that the device or its reader reports.
    package var serial: String?
    /// The world-wide name, where there is one.
    package var wwn: String?
    /// The logical unit: a reader with two slots has two.
    package var lun: UInt32?
    /// The size in bytes.
    package var byteCount: UInt64
    /// The GUID of the partition table.
    package var tableGUID: String?
    /// The device UUIDs of the md superblocks on it, sorted.
    package var memberUUIDs: [String]

    /// Makes an identity.
    package init(
        serial: String?, wwn: String? = nil, lun: UInt32? = nil, byteCount: UInt64,
        tableGUID: String? = nil, memberUUIDs: [String] = []
    ) {
        self.serial = serial
        self.wwn = wwn
        self.lun = lun
        self.byteCount = byteCount
        self.tableGUID = tableGUID
        self.memberUUIDs = memberUUIDs.sorted()
    }
}

/// How a disk is divided.
package enum Division: Sendable, Equatable {
    /// A GPT whose partitions lie in this order; their numbers count from 1.
    case partitions([Slice])
    /// The whole disk is one member of an array, as XCP-ng's installer makes it; regions lie
    /// behind the array's data, reached through loop devices. There is no table outside.
    case wholeDisk(array: String, regions: [Slice])

    /// The slices: partitions or regions.
    package var slices: [Slice] {
        switch self {
        case .partitions(let slices), .wholeDisk(_, let slices): slices
        }
    }
}

/// A partition, or a region that a loop device reaches.
package struct Slice: Sendable, Equatable {
    /// Its name, unique on the disk; a partition carries it in the table.
    package var name: String
    /// What it holds.
    package var content: Content
    /// Where it starts, in bytes; nil for the next free place, aligned to 1 MiB.
    package var start: UInt64?
    /// How large it is.
    package var size: SliceSize
    /// Whether md reads from other legs while it can.
    package var isWriteMostly: Bool

    /// What a slice holds.
    package enum Content: Sendable, Equatable {
        /// GRUB's core image for BIOS machines.
        case biosBoot
        /// The EFI system partition, which GRUB reads under both firmwares.
        case esp
        /// A leg of the array of this name.
        case leg(array: String)
        /// The filesystem of the volume of this name, without an array.
        case volume(String)
    }

    /// Makes a slice.
    package init(
        name: String, content: Content, start: UInt64? = nil, size: SliceSize,
        isWriteMostly: Bool = false
    ) {
        self.name = name
        self.content = content
        self.start = start
        self.size = size
        self.isWriteMostly = isWriteMostly
    }
}

/// The size of a slice or an array.
package enum SliceSize: Sendable, Equatable {
    /// So many bytes.
    case bytes(UInt64)
    /// What is left of the disk; of an array: what its smallest leg has room for.
    case rest
    /// Of a leg only: as much as its array needs, whose size others say.
    case array
}

/// An md array.
package struct ArraySpec: Sendable, Equatable {
    /// The name, which the superblocks carry too.
    package var name: String
    /// The superblock's version.
    package var metadata: MetadataVersion
    /// The size of its data.
    package var size: SliceSize
    /// Where a leg's data start, in bytes: 0 where the superblock lies behind them.
    package var dataOffset: UInt64
    /// Bytes that one bit of the write-intent bitmap stands for; nil for an array without one.
    package var bitmapChunkByteCount: UInt64?
    /// Its UUID, once installed.
    package var uuid: String?

    /// Makes a RAID1 array; its legs are the slices that name it.
    package init(
        name: String, metadata: MetadataVersion, size: SliceSize = .rest,
        dataOffset: UInt64? = nil, bitmapChunkByteCount: UInt64?, uuid: String? = nil
    ) {
        self.name = name
        self.metadata = metadata
        self.size = size
        self.dataOffset = dataOffset ?? metadata.standardDataOffset
        self.bitmapChunkByteCount = bitmapChunkByteCount
        self.uuid = uuid
    }
}

/// Versions of md superblocks.
package enum MetadataVersion: String, Sendable, CaseIterable {
    case v0_90 = "0.90"
    case v1_0 = "1.0"
    case v1_1 = "1.1"
    case v1_2 = "1.2"
}

/// A filesystem.
package struct VolumeSpec: Sendable, Equatable {
    /// The name.
    package var name: String
    /// The array that holds it; nil when a slice does, which then names the volume.
    package var array: String?
    /// Its type.
    package var filesystem: Filesystem
    /// Its label.
    package var label: String
    /// Where the running system mounts it; nil for nowhere.
    package var mountPoint: String?
    /// Mount options.
    package var options: [String]

    /// Filesystems that a volume may have.
    package enum Filesystem: String, Sendable, CaseIterable {
        case ext4
        /// Nothing that Slipway makes or checks: XCP-ng's partitions, a VM store's LVM.
        case foreign
    }

    /// Makes a volume.
    package init(
        name: String, array: String?, filesystem: Filesystem, label: String,
        mountPoint: String? = nil, options: [String] = []
    ) {
        self.name = name
        self.array = array
        self.filesystem = filesystem
        self.label = label
        self.mountPoint = mountPoint
        self.options = options
    }
}

extension Layout {
    /// The array with a name.
    package func array(_ name: String) -> ArraySpec? { arrays.first { $0.name == name } }

    /// The volume with a name.
    package func volume(_ name: String) -> VolumeSpec? { volumes.first { $0.name == name } }

    /// The disk with a role.
    package func disk(_ name: String) -> DiskRole? { disks.first { $0.name == name } }

    /// The legs of an array, in the order of the disks: their places are the array's slots.
    package func legs(of array: String) -> [DeviceReference] {
        disks.flatMap { disk -> [DeviceReference] in
            var legs: [DeviceReference] = []
            if case .wholeDisk(array, _) = disk.division { legs.append(.disk(disk.name)) }
            for slice in disk.division.slices where slice.content == .leg(array: array) {
                legs.append(.slice(disk: disk.name, slice: slice.name))
            }
            return legs
        }
    }
}

/// A device of a layout, by names that hold before and after it exists.
package enum DeviceReference: Sendable, Hashable {
    /// A whole disk, by its role.
    case disk(String)
    /// A partition or region of a disk.
    case slice(disk: String, slice: String)
    /// An array.
    case array(String)

    /// The role of the disk that it lies on; nil for an array.
    package var disk: String? {
        switch self {
        case .disk(let role), .slice(let role, _): role
        case .array: nil
        }
    }
}

extension DeviceReference: CustomStringConvertible {
    /// `card`, `card/boot`, or `array boot`.
    package var description: String {
        switch self {
        case .disk(let role): role
        case .slice(let role, let slice): "\(role)/\(slice)"
        case .array(let name): "array \(name)"
        }
    }
}

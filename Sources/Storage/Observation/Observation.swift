/// What the disks of a machine look like, as read.
///
/// Its JSON form is stable (docs/observation.md): an observation that was saved can be planned
/// against elsewhere.
package struct Observation: Sendable, Equatable {
    /// All disks, sorted by path.
    package var disks: [ObservedDisk]
    /// All md arrays that the kernel knows, inactive ones too, sorted by path.
    package var arrays: [ObservedArray]
    /// The identities that are written down on the boot volume, by role; nil when it was not
    /// reachable, empty when it has none.
    package var recordedIdentities: [String: DiskIdentity]?

    /// Makes an observation.
    package init(
        disks: [ObservedDisk], arrays: [ObservedArray],
        recordedIdentities: [String: DiskIdentity]? = nil
    ) {
        self.disks = disks
        self.arrays = arrays
        self.recordedIdentities = recordedIdentities
    }
}

/// A disk, or an image file.
package struct ObservedDisk: Sendable, Equatable {
    /// The device or file, such as `/dev/sda`.
    package var path: String
    /// The size in bytes; 0 for a reader without a card.
    package var byteCount: UInt64
    /// The size of a logical sector in bytes, 512 or 4096.
    package var sectorByteCount: UInt32
    package var bus: Bus
    package var isRemovable: Bool
    package var isReadOnly: Bool
    package var model: String?
    package var serial: String?
    package var wwn: String?
    package var lun: UInt32?
    /// The partition table.
    package var table: ObservedTable
    /// What lies on the disk: the whole disk, its partitions, loop regions on it, and places where
    /// something was looked for and found; sorted by start, larger first.
    package var areas: [ObservedArea]
    /// What the firmware would find; nil when nothing was looked for.
    package var bootLeg: BootLegState?

    /// Makes a disk without a table and content.
    package init(
        path: String, byteCount: UInt64, sectorByteCount: UInt32 = 512, bus: Bus,
        isRemovable: Bool = false, isReadOnly: Bool = false, model: String? = nil,
        serial: String? = nil, wwn: String? = nil, lun: UInt32? = nil,
        table: ObservedTable = .none, areas: [ObservedArea] = [], bootLeg: BootLegState? = nil
    ) {
        self.path = path
        self.byteCount = byteCount
        self.sectorByteCount = sectorByteCount
        self.bus = bus
        self.isRemovable = isRemovable
        self.isReadOnly = isReadOnly
        self.model = model
        self.serial = serial
        self.wwn = wwn
        self.lun = lun
        self.table = table
        self.areas = areas
        self.bootLeg = bootLeg
    }
}

/// A partition table.
package enum ObservedTable: Sendable, Equatable {
    /// There is none.
    case none
    /// A GPT, read from its primary or, when that is damaged, its backup copy.
    case gpt(ObservedGPT)
    /// A table of another kind, such as `dos`.
    case other(String)
}

/// A GPT.
package struct ObservedGPT: Sendable, Equatable {
    /// The disk's GUID, in upper case.
    package var guid: String
    /// Its partitions, sorted by number.
    package var partitions: [ObservedPartition]
    /// What is wrong with one of its two copies, or the protective MBR; empty when all is well.
    package var faults: [String]

    /// Makes a table.
    package init(guid: String, partitions: [ObservedPartition], faults: [String] = []) {
        self.guid = guid
        self.partitions = partitions
        self.faults = faults
    }
}

/// An entry of a GPT.
package struct ObservedPartition: Sendable, Equatable {
    /// The number, from 1.
    package var number: Int
    /// The type's GUID, in upper case.
    package var type: String
    /// The partition's own GUID, in upper case.
    package var guid: String
    package var name: String
    package var extent: Extent

    /// Makes a partition.
    package init(number: Int, type: String, guid: String, name: String, extent: Extent) {
        self.number = number
        self.type = type
        self.guid = guid
        self.name = name
        self.extent = extent
    }
}

/// A part of a disk, what was found in it, and who uses it.
package struct ObservedArea: Sendable, Equatable {
    /// Where it lies on the disk.
    package var extent: Extent
    /// The device that reaches it, such as `/dev/sda3` or `/dev/loop0`; nil when none does.
    package var device: String?
    /// The partition's number; nil for the whole disk, a loop region, and what no table names.
    package var partition: Int?
    /// What its bytes say.
    package var signatures: [Signature]
    /// Kernel devices made of it, such as `md127` or `dm-0`.
    package var holders: [String]
    /// Where it is mounted.
    package var mountPoints: [String]

    /// Makes an area.
    package init(
        extent: Extent, device: String?, partition: Int? = nil, signatures: [Signature] = [],
        holders: [String] = [], mountPoints: [String] = []
    ) {
        self.extent = extent
        self.device = device
        self.partition = partition
        self.signatures = signatures
        self.holders = holders
        self.mountPoints = mountPoints
    }
}

/// What bytes say that they are.
package enum Signature: Sendable, Equatable {
    /// A member of an md array.
    case member(ObservedMember)
    /// A filesystem, by the name that blkid has for it.
    case filesystem(type: String, uuid: String?, label: String?)
    /// Anything else that blkid knows: `LVM2_member`, `crypto_LUKS`, `zfs_member`, `swap`; or
    /// `damaged md superblock`.
    case other(type: String, uuid: String?)
}

/// An md superblock, in the terms of `struct mdp_superblock_1` (md_p.h).
package struct ObservedMember: Sendable, Equatable {
    package var metadata: MetadataVersion
    /// `set_uuid`, as mdadm writes it.
    package var arrayUUID: String
    /// `set_name` without the home host.
    package var arrayName: String
    /// `device_uuid`, as mdadm writes it.
    package var deviceUUID: String
    package var level: Int
    package var raidDisks: Int
    /// The array's data on each member, in bytes.
    package var dataByteCount: UInt64
    /// Where they start in the member, in bytes.
    package var dataOffset: UInt64
    /// What this member is.
    package var role: Role
    /// For each slot whether this superblock counts it as working.
    package var activeSlots: [Bool]
    package var events: UInt64
    /// Seconds since 1970.
    package var updateTime: UInt64
    /// How far it had been rebuilt, in bytes; nil when it is whole.
    package var recoveryOffset: UInt64?
    /// Whether the array was closed cleanly.
    package var isClean: Bool
    /// Bytes that one bit of the bitmap stands for; nil without a bitmap.
    package var bitmapChunkByteCount: UInt64?
    /// `events_cleared` of the bitmap.
    package var bitmapEventsCleared: UInt64?
    package var isWriteMostly: Bool

    /// A member's place in its array.
    package enum Role: Sendable, Equatable {
        /// In this slot, from 0.
        case slot(Int)
        case spare
        case faulty
        case journal
    }

    /// Makes a member.
    package init(
        metadata: MetadataVersion, arrayUUID: String, arrayName: String, deviceUUID: String,
        level: Int = 1, raidDisks: Int, dataByteCount: UInt64, dataOffset: UInt64 = 0,
        role: Role, activeSlots: [Bool], events: UInt64, updateTime: UInt64 = 0,
        recoveryOffset: UInt64? = nil, isClean: Bool = true,
        bitmapChunkByteCount: UInt64? = nil, bitmapEventsCleared: UInt64? = nil,
        isWriteMostly: Bool = false
    ) {
        self.metadata = metadata
        self.arrayUUID = arrayUUID
        self.arrayName = arrayName
        self.deviceUUID = deviceUUID
        self.level = level
        self.raidDisks = raidDisks
        self.dataByteCount = dataByteCount
        self.dataOffset = dataOffset
        self.role = role
        self.activeSlots = activeSlots
        self.events = events
        self.updateTime = updateTime
        self.recoveryOffset = recoveryOffset
        self.isClean = isClean
        self.bitmapChunkByteCount = bitmapChunkByteCount
        self.bitmapEventsCleared = bitmapEventsCleared
        self.isWriteMostly = isWriteMostly
    }
}

/// An array as the kernel has it (Documentation/admin-guide/md.rst, `/sys/block/mdX/md`).
package struct ObservedArray: Sendable, Equatable {
    /// The device, such as `/dev/md127`.
    package var path: String
    package var uuid: String
    package var name: String
    package var metadata: MetadataVersion
    package var level: Int
    package var raidDisks: Int
    /// The data of each member, in bytes (`component_size`).
    package var dataByteCount: UInt64
    /// The kernel's `array_state`, such as `clean` or `inactive`.
    package var state: String
    /// The kernel's `sync_action`, such as `idle` or `recover`.
    package var syncAction: String
    /// How far that action is, in bytes, and how far it goes; nil when there is none.
    package var syncPosition: UInt64?
    package var syncEnd: UInt64?
    package var members: [Member]
    package var bitmapChunkByteCount: UInt64?
    /// What its data are.
    package var signatures: [Signature]
    /// The size of the ext4 on it, in bytes; nil when there is none.
    package var filesystemByteCount: UInt64?
    package var holders: [String]
    package var mountPoints: [String]

    /// A member as the kernel has it.
    package struct Member: Sendable, Equatable {
        /// The device, such as `/dev/sda3`.
        package var device: String
        /// The slot, from 0; nil for a spare.
        package var slot: Int?
        /// The words of the kernel's `state`, such as `in_sync` or `write_mostly`.
        package var flags: Set<String>
        /// `recovery_start` in bytes; nil when it is whole.
        package var recoveryOffset: UInt64?

        /// Makes a member.
        package init(
            device: String, slot: Int?, flags: Set<String>, recoveryOffset: UInt64? = nil
        ) {
            self.device = device
            self.slot = slot
            self.flags = flags
            self.recoveryOffset = recoveryOffset
        }
    }

    /// Makes an array.
    package init(
        path: String, uuid: String, name: String, metadata: MetadataVersion, level: Int = 1,
        raidDisks: Int, dataByteCount: UInt64, state: String, syncAction: String = "idle",
        syncPosition: UInt64? = nil, syncEnd: UInt64? = nil, members: [Member],
        bitmapChunkByteCount: UInt64? = nil, signatures: [Signature] = [],
        filesystemByteCount: UInt64? = nil, holders: [String] = [], mountPoints: [String] = []
    ) {
        self.path = path
        self.uuid = uuid
        self.name = name
        self.metadata = metadata
        self.level = level
        self.raidDisks = raidDisks
        self.dataByteCount = dataByteCount
        self.state = state
        self.syncAction = syncAction
        self.syncPosition = syncPosition
        self.syncEnd = syncEnd
        self.members = members
        self.bitmapChunkByteCount = bitmapChunkByteCount
        self.signatures = signatures
        self.filesystemByteCount = filesystemByteCount
        self.holders = holders
        self.mountPoints = mountPoints
    }
}

/// Whether the firmware would start from a boot leg, as far as the loader's writer can tell.
package enum BootLegState: Sendable, Equatable {
    /// Boot code, core image and ESP files are what they should be.
    case complete
    /// Something is missing or differs; what, in the writer's words.
    case incomplete([String])
}

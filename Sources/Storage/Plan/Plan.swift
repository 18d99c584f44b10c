/// What is to be done to make the disks what the layout says: the only thing that `apply` takes.
package struct Plan: Sendable, Equatable {
    /// The layout's name.
    package var layout: String
    /// The disk of each role, as it was when the plan was made; a role without a disk is missing.
    package var disks: [String: PlannedDisk]
    /// The steps, in order; empty when nothing is to be done.
    package var steps: [Step]
    /// What a person should know beside: a role without a disk, why a copy is full.
    package var notes: [String]

    /// Makes a plan.
    package init(
        layout: String, disks: [String: PlannedDisk], steps: [Step], notes: [String] = []
    ) {
        self.layout = layout
        self.disks = disks
        self.steps = steps
        self.notes = notes
    }
}

/// A disk that a plan speaks of.
package struct PlannedDisk: Sendable, Equatable {
    /// The device or image file.
    package var path: String
    /// The model, for people.
    package var model: String?
    /// What it was known by.
    package var identity: DiskIdentity

    /// Makes one.
    package init(path: String, model: String?, identity: DiskIdentity) {
        self.path = path
        self.model = model
        self.identity = identity
    }
}

/// One thing to do.
package struct Step: Sendable, Equatable {
    /// What is done.
    package var action: Action
    /// Why, in one line.
    package var why: String
    /// What must be so before it.
    package var conditions: [Condition]
    /// What is lost by it, a line each; empty when nothing is.
    package var erases: [String]

    /// Makes a step.
    package init(
        _ action: Action, why: String, conditions: [Condition] = [], erases: [String] = []
    ) {
        self.action = action
        self.why = why
        self.conditions = conditions
        self.erases = erases
    }
}

/// What a step does.
///
/// Each is idempotent: doing it again, or after it was cut, has the same end.
package enum Action: Sendable, Equatable {
    /// Stops an array that was assembled wrongly or not to its end.
    case stopArray(path: String, uuid: String)
    /// Assembles an array from just these legs, and makes it writable.
    case startArray(name: String, uuid: String, legs: [DeviceReference])
    /// Erases the signatures in a part of the role's disk.
    case wipe(disk: String, extent: Extent)
    /// Writes a GPT; what lies in the partitions stays.
    case writeTable(disk: String, guid: String, partitions: [PartitionToMake])
    /// Makes a loop device of a region.
    case makeRegion(DeviceReference, extent: Extent)
    /// Makes an array without an initial resync.
    case createArray(ArrayToMake)
    /// Takes a member out that is faulty or gone; nil when its device has vanished.
    case removeLeg(array: String, uuid: String, slot: Int?, device: String?)
    /// Adds a fresh leg and copies only what is used (docs/recovery.md).
    case addLegUsedOnly(
        array: String, uuid: String, slot: Int, leg: DeviceReference, isWriteMostly: Bool)
    /// Adds a fresh leg, which md fills whole.
    case addLeg(array: String, uuid: String, leg: DeviceReference, isWriteMostly: Bool)
    /// Puts a leg back that was away; md copies what has changed since, by its bitmap.
    case reAddLeg(array: String, uuid: String, leg: DeviceReference)
    /// Copies a working member to another device, which then takes its slot.
    case replaceLeg(
        array: String, uuid: String, device: String, with: DeviceReference, isWriteMostly: Bool)
    /// Makes an array's data larger, and its filesystem.
    case growArray(array: String, uuid: String, dataByteCount: UInt64)
    /// Makes a filesystem.
    case makeFilesystem(volume: String, on: DeviceReference, label: String, uuid: String)
    /// Makes the EFI system partition of a boot leg.
    case writeSystemPartition(BootLegToMake)
    /// Writes boot code and core image of a boot leg.
    case writeBootCode(BootLegToMake)
    /// Waits until all legs of an array are whole.
    case waitForSync(array: String, uuid: String)
    /// Writes down the layout, with all its places, and which disk is which, on the boot volume.
    case recordIdentities(Layout)
}

extension Action {
    /// Whether the disks are other ones after it; waiting, and starting or stopping what is there,
    /// changes no disk's identity.
    package var isLasting: Bool {
        switch self {
        case .waitForSync, .makeRegion, .stopArray, .startArray: false
        default: true
        }
    }
}

/// A partition that a plan makes.
package struct PartitionToMake: Sendable, Equatable {
    /// The number, from 1.
    package var number: Int
    /// The slice's name, which the table carries.
    package var name: String
    /// The type's GUID, in upper case.
    package var type: String
    /// The partition's own GUID, in upper case.
    package var guid: String
    /// Where it lies.
    package var extent: Extent

    /// Makes one.
    package init(number: Int, name: String, type: String, guid: String, extent: Extent) {
        self.number = number
        self.name = name
        self.type = type
        self.guid = guid
        self.extent = extent
    }
}

/// An array that a plan makes.
package struct ArrayToMake: Sendable, Equatable {
    /// The name.
    package var name: String
    /// The UUID, as mdadm writes it.
    package var uuid: String
    /// The superblock's version.
    package var metadata: MetadataVersion
    /// The size of the data in bytes, a multiple of 1 KiB.
    package var dataByteCount: UInt64
    /// Where data start in each leg, in bytes; `--data-offset` for 1.1 and 1.2, 0 for the others.
    package var dataOffset: UInt64
    /// Bytes that a bit of the bitmap stands for; nil without a bitmap.
    package var bitmapChunkByteCount: UInt64?
    /// The legs in the order of their slots.
    package var legs: [Leg]

    /// A leg of a new array.
    package struct Leg: Sendable, Equatable {
        /// The device; nil when it is missing so far.
        package var device: DeviceReference?
        /// Whether md reads from other legs while it can.
        package var isWriteMostly: Bool

        /// Makes a leg.
        package init(device: DeviceReference?, isWriteMostly: Bool) {
            self.device = device
            self.isWriteMostly = isWriteMostly
        }
    }

    /// Makes one.
    package init(
        name: String, uuid: String, metadata: MetadataVersion, dataByteCount: UInt64,
        dataOffset: UInt64, bitmapChunkByteCount: UInt64?, legs: [Leg]
    ) {
        self.name = name
        self.uuid = uuid
        self.metadata = metadata
        self.dataByteCount = dataByteCount
        self.dataOffset = dataOffset
        self.bitmapChunkByteCount = bitmapChunkByteCount
        self.legs = legs
    }
}

/// A boot leg that a plan makes.
package struct BootLegToMake: Sendable, Equatable {
    /// The disk's role.
    package var disk: String
    /// The BIOS boot partition, if the disk has one.
    package var biosBoot: Extent?
    /// The EFI system partition.
    package var systemPartition: Extent
    /// The firmware that starts from it.
    package var firmware: Set<Firmware>

    /// Makes one.
    package init(
        disk: String, biosBoot: Extent?, systemPartition: Extent, firmware: Set<Firmware>
    ) {
        self.disk = disk
        self.biosBoot = biosBoot
        self.systemPartition = systemPartition
        self.firmware = firmware
    }
}

/// What must be so for a step to be done; checked by `apply` against a fresh observation.
package enum Condition: Sendable, Equatable {
    /// The role's disk is at its path with the serial, WWN, LUN and size that were planned with.
    case disk(String)
    /// The role's disk has a GPT with this GUID; nil: it has no GPT.
    case table(disk: String, guid: String?)
    /// The part of the role's disk holds what was planned with, by its signatures.
    case content(disk: String, extent: Extent, signatures: [Signature])
    /// Nothing uses any part of the role's disk.
    case unused(disk: String)
    /// Nothing uses the part of the role's disk.
    case free(disk: String, extent: Extent)
    /// The array with this UUID runs.
    case running(uuid: String)
    /// No array with this UUID runs.
    case notRunning(uuid: String)
    /// A leg still holds the array's data: its superblock has this device UUID and at least so many
    /// events.
    case survivor(disk: String, deviceUUID: String, leastEvents: UInt64)

    /// Whether it can be checked before anything is written.
    ///
    /// It speaks of the world before the first step then; the others hold only after steps before.
    package var isInitial: Bool {
        switch self {
        case .disk, .table, .content, .survivor: true
        // A wrongly assembled array is stopped first.
        case .unused, .free, .running, .notRunning: false
        }
    }
}

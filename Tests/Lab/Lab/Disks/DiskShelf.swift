import JSON
import Syscalls

/// The disks of a story as they are now: which there are, what is on them, which are in the machine.
struct DiskShelf {
    /// A disk as it is now.
    struct Place {
        /// What it is.
        var disk: Disk
        /// Whether it is in the machine at the next boot.
        var isIn = true
        /// Whether it refuses writes.
        var isProtected = false
    }

    /// The disks in the order of the story, which is the order of their devices.
    private(set) var places: [Place]
    /// The folder of the images, by its path outside.
    private let folder: String

    /// Puts blank disks on the shelf.
    init(_ disks: [Disk], in folder: String) throws {
        places = disks.map { Place(disk: $0) }
        self.folder = folder
        for disk in disks { try DiskImage.makeBlank(path(disk), byteCount: disk.byteCount) }
    }

    /// Copies a shelf as it is, and puts more blank disks on it.
    init(copying other: DiskShelf, adding disks: [Disk], in folder: String) throws {
        self = try DiskShelf(disks, in: folder)
        places = other.places + places
        for place in other.places {
            try DiskImage.copy(other.path(place.disk), to: path(place.disk))
        }
        for name in try FileSystem.list(other.folder) where name.hasSuffix(".kept") {
            try DiskImage.copy("\(other.folder)/\(name)", to: "\(folder)/\(name)")
        }
    }

    /// The image of a disk, by its path outside.
    func path(_ disk: Disk) -> String { "\(folder)/\(disk.name).img" }

    /// A disk by its name.
    ///
    /// - Throws: `Complaint` when the story has no such disk.
    func disk(_ name: String) throws(Complaint) -> Disk { places[try index(name)].disk }

    /// Changes a disk's place.
    mutating func change(_ name: String, _ body: (inout Place) -> Void) throws(Complaint) {
        body(&places[try index(name)])
    }

    /// Puts a blank medium in the place of a disk.
    mutating func makeBlank(_ name: String, byteCount: UInt64?) throws {
        let index = try index(name)
        if let byteCount { places[index].disk.byteCount = byteCount }
        let disk = places[index].disk
        try DiskImage.makeBlank(path(disk), byteCount: disk.byteCount)
    }

    /// Keeps a disk as it is, under a name.
    func keep(_ name: String, as kept: String) throws {
        try DiskImage.copy(path(try disk(name)), to: "\(folder)/\(kept).kept")
    }

    /// Puts a copy of what was kept into the place of a disk.
    mutating func put(_ kept: String, into name: String) throws {
        let index = try index(name)
        let source = "\(folder)/\(kept).kept"
        guard let byteCount = try FileSystem.byteCount(of: source) else {
            throw Complaint(reason: "nothing was kept as \(kept)")
        }
        places[index].disk.byteCount = byteCount
        try DiskImage.copy(source, to: path(places[index].disk))
    }

    /// Turns bits of a disk over.
    func damage(_ name: String, offset: UInt64, byteCount: UInt64) throws {
        let disk = try disk(name)
        guard offset <= disk.byteCount, byteCount <= disk.byteCount - offset else {
            throw Complaint(reason: "\(name) ends before that, at \(disk.byteCount) bytes")
        }
        try DiskImage.damage(path(disk), offset: offset, byteCount: byteCount)
    }

    /// The disks that are in the machine, for its start; `folder` is that of the images, by its path
    /// inside the root.
    func slots(in folder: String) -> [Machine.Slot] {
        places.indices.filter { places[$0].isIn }.map { slot($0, in: folder) }
    }

    /// One disk as the machine has it.
    func slot(_ name: String, in folder: String) throws(Complaint) -> Machine.Slot {
        slot(try index(name), in: folder)
    }

    private func slot(_ index: Int, in folder: String) -> Machine.Slot {
        let place = places[index]
        return Machine.Slot(
            index: index, disk: place.disk.name, image: "\(folder)/\(place.disk.name).img",
            isReadOnly: place.isProtected, hasMedium: place.disk.byteCount > 0)
    }

    /// Whether a disk is in the machine at the next boot, or now.
    func isIn(_ name: String) throws(Complaint) -> Bool { places[try index(name)].isIn }

    /// What image files cannot say of themselves, for `slipway-host --disks`: of those disks that
    /// have a device.
    func description(of devices: [String: String]) -> JSON {
        var disks: [JSON] = []
        for place in places {
            let disk = place.disk
            guard let device = devices[disk.name] else { continue }
            disks.append(
                .makeObject([
                    "path": .string(device), "bus": .string(disk.bus),
                    "serial": .string(disk.serial), "wwn": disk.wwn.map { .string($0) },
                    "lun": disk.lun.map { .integer(Int64($0)) }, "model": .string(disk.model),
                    "removable": .bool(disk.isRemovable),
                ]))
        }
        return .array(disks)
    }

    private func index(_ name: String) throws(Complaint) -> Int {
        guard let index = places.firstIndex(where: { $0.disk.name == name }) else {
            throw Complaint(reason: "there is no disk \(name)")
        }
        return index
    }
}

package import JSON

/// What somebody says of a disk that sysfs knows too little of: an image file, a disk of a lab.
///
/// docs/observation.md describes the file that holds a list of them.
package struct DescribedDisk: Sendable, Equatable {
    /// The device or image file.
    package var path: String
    /// How it is to be taken to hang on the machine.
    package var bus: Bus?
    package var serial: String?
    package var wwn: String?
    package var lun: UInt32?
    package var model: String?
    package var isRemovable: Bool?

    /// Describes a disk; what is nil is as sysfs has it.
    package init(
        path: String, bus: Bus? = nil, serial: String? = nil, wwn: String? = nil,
        lun: UInt32? = nil, model: String? = nil, isRemovable: Bool? = nil
    ) {
        self.path = path
        self.bus = bus
        self.serial = serial
        self.wwn = wwn
        self.lun = lun
        self.model = model
        self.isRemovable = isRemovable
    }

    /// Reads a list of disks.
    ///
    /// - Throws: `SavedFormError` naming the place.
    package static func list(_ json: JSON) throws(SavedFormError) -> [DescribedDisk] {
        let disks = try [DescribedDisk](json: json, at: "")
        var paths: Set<String> = []
        for (index, disk) in disks.enumerated() where !paths.insert(disk.path).inserted {
            throw .wrong("[\(index)].path", wanted: "each disk once; \(disk.path) is there twice")
        }
        return disks
    }
}

extension DescribedDisk: SavedValue {
    var json: JSON {
        .makeObject([
            "path": path.json, "bus": bus?.json, "serial": serial?.json, "wwn": wwn?.json,
            "lun": lun?.json, "model": model?.json, "removable": isRemovable?.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path, keys: ["path", "bus", "serial", "wwn", "lun", "model", "removable"])
        self.init(
            path: try fields.value("path"), bus: try fields.optional("bus"),
            serial: try fields.optional("serial"), wwn: try fields.optional("wwn"),
            lun: try fields.optional("lun"), model: try fields.optional("model"),
            isRemovable: try fields.optional("removable"))
    }
}

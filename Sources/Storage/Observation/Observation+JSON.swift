package import JSON

extension Observation {
    /// The number of the JSON form that docs/observation.md describes.
    private static let format: Int64 = 1

    /// The observation as JSON (docs/observation.md); the same observation gives the same text.
    package var json: JSON {
        .makeObject([
            "format": .integer(Observation.format), "disks": disks.json, "arrays": arrays.json,
            "recordedIdentities": recordedIdentities?.json,
        ])
    }

    /// Reads an observation that was saved.
    ///
    /// - Throws: `SavedFormError` naming the place; keys that are not known are errors.
    package init(json: JSON) throws(SavedFormError) {
        try SavedFields.check(format: Observation.format, of: json)
        let fields = try SavedFields(
            json, at: "", keys: ["format", "disks", "arrays", "recordedIdentities"])
        self.init(
            disks: try fields.value("disks"), arrays: try fields.value("arrays"),
            recordedIdentities: try fields.optional("recordedIdentities"))
    }
}

extension ObservedDisk: SavedValue {
    var json: JSON {
        .makeObject([
            "path": path.json, "byteCount": byteCount.json,
            "sectorByteCount": sectorByteCount.json, "bus": bus.json,
            "isRemovable": isRemovable.json, "isReadOnly": isReadOnly.json,
            "model": model?.json, "serial": serial?.json, "wwn": wwn?.json, "lun": lun?.json,
            "table": table.json, "areas": areas.json, "bootLeg": bootLeg?.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path,
            keys: [
                "path", "byteCount", "sectorByteCount", "bus", "isRemovable", "isReadOnly",
                "model", "serial", "wwn", "lun", "table", "areas", "bootLeg",
            ])
        self.init(
            path: try fields.value("path"), byteCount: try fields.value("byteCount"),
            sectorByteCount: try fields.value("sectorByteCount"), bus: try fields.value("bus"),
            isRemovable: try fields.value("isRemovable"),
            isReadOnly: try fields.value("isReadOnly"), model: try fields.optional("model"),
            serial: try fields.optional("serial"), wwn: try fields.optional("wwn"),
            lun: try fields.optional("lun"), table: try fields.value("table"),
            areas: try fields.value("areas"), bootLeg: try fields.optional("bootLeg"))
    }
}

extension ObservedTable: SavedValue {
    var json: JSON {
        switch self {
        case .none: ["kind": "none"]
        case .gpt(let table):
            .makeObject([
                "kind": "gpt", "guid": table.guid.json, "partitions": table.partitions.json,
                "faults": table.faults.json,
            ])
        case .other(let type): ["kind": "other", "type": type.json]
        }
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        switch try SavedFields.kind(of: json, "kind", at: path) {
        case "none":
            _ = try SavedFields(json, at: path, keys: ["kind"])
            self = .none
        case "gpt":
            let fields = try SavedFields(
                json, at: path, keys: ["kind", "guid", "partitions", "faults"])
            self = .gpt(
                ObservedGPT(
                    guid: try fields.value("guid"), partitions: try fields.value("partitions"),
                    faults: try fields.value("faults")))
        case "other":
            self = .other(try SavedFields(json, at: path, keys: ["kind", "type"]).value("type"))
        default: throw .wrong("\(path).kind", wanted: "one of none, gpt, other")
        }
    }
}

extension ObservedPartition: SavedValue {
    var json: JSON {
        .makeObject([
            "number": number.json, "type": type.json, "guid": guid.json, "name": name.json,
            "extent": extent.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path, keys: ["number", "type", "guid", "name", "extent"])
        self.init(
            number: try fields.value("number"), type: try fields.value("type"),
            guid: try fields.value("guid"), name: try fields.value("name"),
            extent: try fields.value("extent"))
    }
}

extension ObservedArea: SavedValue {
    var json: JSON {
        .makeObject([
            "extent": extent.json, "device": device?.json, "partition": partition?.json,
            "signatures": signatures.json, "holders": holders.json,
            "mountPoints": mountPoints.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path,
            keys: ["extent", "device", "partition", "signatures", "holders", "mountPoints"])
        self.init(
            extent: try fields.value("extent"), device: try fields.optional("device"),
            partition: try fields.optional("partition"),
            signatures: try fields.value("signatures"), holders: try fields.value("holders"),
            mountPoints: try fields.value("mountPoints"))
    }
}

extension BootLegState: SavedValue {
    var json: JSON {
        switch self {
        case .complete: ["state": "complete"]
        case .incomplete(let reasons): ["state": "incomplete", "reasons": reasons.json]
        }
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        switch try SavedFields.kind(of: json, "state", at: path) {
        case "complete":
            _ = try SavedFields(json, at: path, keys: ["state"])
            self = .complete
        case "incomplete":
            self = .incomplete(
                try SavedFields(json, at: path, keys: ["state", "reasons"]).value("reasons"))
        default: throw .wrong("\(path).state", wanted: "one of complete, incomplete")
        }
    }
}

extension DiskIdentity: SavedValue {
    var json: JSON {
        .makeObject([
            "serial": serial?.json, "wwn": wwn?.json, "lun": lun?.json,
            "byteCount": byteCount.json, "tableGUID": tableGUID?.json,
            "memberUUIDs": memberUUIDs.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path,
            keys: ["serial", "wwn", "lun", "byteCount", "tableGUID", "memberUUIDs"])
        self.init(
            serial: try fields.optional("serial"), wwn: try fields.optional("wwn"),
            lun: try fields.optional("lun"), byteCount: try fields.value("byteCount"),
            tableGUID: try fields.optional("tableGUID"),
            memberUUIDs: try fields.value("memberUUIDs"))
    }
}

import JSON

extension Action: SavedValue {
    /// The word for each action, with its keys.
    private enum Kind: String, SavedWord {
        case stopArray, startArray, wipe, writeTable, makeRegion, createArray, removeLeg
        case addLegUsedOnly, addLeg, reAddLeg, replaceLeg, growArray, makeFilesystem
        case writeSystemPartition, writeBootCode, waitForSync, recordIdentities

        var keys: [String] {
            switch self {
            case .stopArray: ["path", "uuid"]
            case .startArray: ["array", "uuid", "legs"]
            case .wipe: ["disk", "extent"]
            case .makeRegion: ["place", "extent"]
            case .writeTable: ["disk", "guid", "partitions"]
            case .createArray:
                [
                    "array", "uuid", "metadata", "dataByteCount", "dataOffset",
                    "bitmapChunkByteCount", "legs",
                ]
            case .removeLeg: ["array", "uuid", "slot", "device"]
            case .addLegUsedOnly: ["array", "uuid", "slot", "leg", "isWriteMostly"]
            case .addLeg: ["array", "uuid", "leg", "isWriteMostly"]
            case .reAddLeg: ["array", "uuid", "leg"]
            case .replaceLeg: ["array", "uuid", "device", "leg", "isWriteMostly"]
            case .growArray: ["array", "uuid", "dataByteCount"]
            case .makeFilesystem: ["volume", "on", "label", "uuid"]
            case .writeSystemPartition, .writeBootCode:
                ["disk", "biosBoot", "systemPartition", "firmware"]
            case .waitForSync: ["array", "uuid"]
            case .recordIdentities: []
            }
        }
    }

    var json: JSON {
        func object(_ kind: Kind, _ members: KeyValuePairs<String, JSON?> = [:]) -> JSON {
            .object(
                [JSON.Member("do", kind.json)]
                    + members.compactMap { key, value in value.map { JSON.Member(key, $0) } })
        }
        switch self {
        case .stopArray(let path, let uuid):
            return object(.stopArray, ["path": path.json, "uuid": uuid.json])
        case .startArray(let name, let uuid, let legs):
            return object(
                .startArray, ["array": name.json, "uuid": uuid.json, "legs": legs.json])
        case .wipe(let role, let extent):
            return object(.wipe, ["disk": role.json, "extent": extent.json])
        case .writeTable(let role, let guid, let partitions):
            return object(
                .writeTable,
                ["disk": role.json, "guid": guid.json, "partitions": partitions.json])
        case .makeRegion(let place, let extent):
            return object(.makeRegion, ["place": place.json, "extent": extent.json])
        case .createArray(let array):
            return object(
                .createArray,
                [
                    "array": array.name.json, "uuid": array.uuid.json,
                    "metadata": array.metadata.json, "dataByteCount": array.dataByteCount.json,
                    "dataOffset": array.dataOffset.json,
                    "bitmapChunkByteCount": array.bitmapChunkByteCount?.json,
                    "legs": array.legs.json,
                ])
        case .removeLeg(let array, let uuid, let slot, let device):
            return object(
                .removeLeg,
                [
                    "array": array.json, "uuid": uuid.json, "slot": slot?.json,
                    "device": device?.json,
                ])
        case .addLegUsedOnly(let array, let uuid, let slot, let leg, let isWriteMostly):
            return object(
                .addLegUsedOnly,
                [
                    "array": array.json, "uuid": uuid.json, "slot": slot.json, "leg": leg.json,
                    "isWriteMostly": isWriteMostly.json,
                ])
        case .addLeg(let array, let uuid, let leg, let isWriteMostly):
            return object(
                .addLeg,
                [
                    "array": array.json, "uuid": uuid.json, "leg": leg.json,
                    "isWriteMostly": isWriteMostly.json,
                ])
        case .reAddLeg(let array, let uuid, let leg):
            return object(
                .reAddLeg, ["array": array.json, "uuid": uuid.json, "leg": leg.json])
        case .replaceLeg(let array, let uuid, let device, let leg, let isWriteMostly):
            return object(
                .replaceLeg,
                [
                    "array": array.json, "uuid": uuid.json, "device": device.json,
                    "leg": leg.json, "isWriteMostly": isWriteMostly.json,
                ])
        case .growArray(let array, let uuid, let byteCount):
            return object(
                .growArray,
                ["array": array.json, "uuid": uuid.json, "dataByteCount": byteCount.json])
        case .makeFilesystem(let volume, let device, let label, let uuid):
            return object(
                .makeFilesystem,
                [
                    "volume": volume.json, "on": device.json, "label": label.json,
                    "uuid": uuid.json,
                ])
        case .writeSystemPartition(let leg):
            return object(.writeSystemPartition, leg.members)
        case .writeBootCode(let leg): return object(.writeBootCode, leg.members)
        case .waitForSync(let array, let uuid):
            return object(.waitForSync, ["array": array.json, "uuid": uuid.json])
        case .recordIdentities: return object(.recordIdentities)
        }
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        guard let word = json["do"] else { throw .missing("\(path).do") }
        let kind = try Kind(json: word, at: "\(path).do")
        let fields = try SavedFields(json, at: path, keys: ["do"] + kind.keys)
        switch kind {
        case .stopArray:
            self = .stopArray(path: try fields.value("path"), uuid: try fields.value("uuid"))
        case .startArray:
            self = .startArray(
                name: try fields.value("array"), uuid: try fields.value("uuid"),
                legs: try fields.value("legs"))
        case .wipe:
            self = .wipe(disk: try fields.value("disk"), extent: try fields.value("extent"))
        case .writeTable:
            self = .writeTable(
                disk: try fields.value("disk"), guid: try fields.value("guid"),
                partitions: try fields.value("partitions"))
        case .makeRegion:
            self = .makeRegion(try fields.value("place"), extent: try fields.value("extent"))
        case .createArray:
            self = .createArray(
                ArrayToMake(
                    name: try fields.value("array"), uuid: try fields.value("uuid"),
                    metadata: try fields.value("metadata"),
                    dataByteCount: try fields.value("dataByteCount"),
                    dataOffset: try fields.value("dataOffset"),
                    bitmapChunkByteCount: try fields.optional("bitmapChunkByteCount"),
                    legs: try fields.value("legs")))
        case .removeLeg:
            self = .removeLeg(
                array: try fields.value("array"), uuid: try fields.value("uuid"),
                slot: try fields.optional("slot"), device: try fields.optional("device"))
        case .addLegUsedOnly:
            self = .addLegUsedOnly(
                array: try fields.value("array"), uuid: try fields.value("uuid"),
                slot: try fields.value("slot"), leg: try fields.value("leg"),
                isWriteMostly: try fields.value("isWriteMostly"))
        case .addLeg:
            self = .addLeg(
                array: try fields.value("array"), uuid: try fields.value("uuid"),
                leg: try fields.value("leg"), isWriteMostly: try fields.value("isWriteMostly"))
        case .reAddLeg:
            self = .reAddLeg(
                array: try fields.value("array"), uuid: try fields.value("uuid"),
                leg: try fields.value("leg"))
        case .replaceLeg:
            self = .replaceLeg(
                array: try fields.value("array"), uuid: try fields.value("uuid"),
                device: try fields.value("device"), with: try fields.value("leg"),
                isWriteMostly: try fields.value("isWriteMostly"))
        case .growArray:
            self = .growArray(
                array: try fields.value("array"), uuid: try fields.value("uuid"),
                dataByteCount: try fields.value("dataByteCount"))
        case .makeFilesystem:
            self = .makeFilesystem(
                volume: try fields.value("volume"), on: try fields.value("on"),
                label: try fields.value("label"), uuid: try fields.value("uuid"))
        case .writeSystemPartition:
            self = .writeSystemPartition(try BootLegToMake(fields))
        case .writeBootCode: self = .writeBootCode(try BootLegToMake(fields))
        case .waitForSync:
            self = .waitForSync(array: try fields.value("array"), uuid: try fields.value("uuid"))
        case .recordIdentities: self = .recordIdentities
        }
    }
}

extension BootLegToMake {
    fileprivate var members: KeyValuePairs<String, JSON?> {
        [
            "disk": disk.json, "biosBoot": biosBoot?.json,
            "systemPartition": systemPartition.json,
            "firmware": firmware.sorted { $0.rawValue < $1.rawValue }.json,
        ]
    }

    fileprivate init(_ fields: SavedFields) throws(SavedFormError) {
        let firmware: [Firmware] = try fields.value("firmware")
        self.init(
            disk: try fields.value("disk"), biosBoot: try fields.optional("biosBoot"),
            systemPartition: try fields.value("systemPartition"), firmware: Set(firmware))
    }
}

extension PartitionToMake: SavedValue {
    var json: JSON {
        .makeObject([
            "number": number.json, "name": name.json, "type": type.json, "guid": guid.json,
            "extent": extent.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path, keys: ["number", "name", "type", "guid", "extent"])
        self.init(
            number: try fields.value("number"), name: try fields.value("name"),
            type: try fields.value("type"), guid: try fields.value("guid"),
            extent: try fields.value("extent"))
    }
}

extension ArrayToMake.Leg: SavedValue {
    var json: JSON {
        .makeObject(["device": device?.json, "isWriteMostly": isWriteMostly.json])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(json, at: path, keys: ["device", "isWriteMostly"])
        self.init(
            device: try fields.optional("device"),
            isWriteMostly: try fields.value("isWriteMostly"))
    }
}

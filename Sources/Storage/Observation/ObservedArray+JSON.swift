import JSON

extension Signature: SavedValue {
    var json: JSON {
        switch self {
        case .member(let member): ["kind": "member", "member": member.json]
        case .filesystem(let type, let uuid, let label):
            .makeObject([
                "kind": "filesystem", "type": type.json, "uuid": uuid?.json, "label": label?.json,
            ])
        case .other(let type, let uuid):
            .makeObject(["kind": "other", "type": type.json, "uuid": uuid?.json])
        }
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        switch try SavedFields.kind(of: json, "kind", at: path) {
        case "member":
            self = .member(
                try SavedFields(json, at: path, keys: ["kind", "member"]).value("member"))
        case "filesystem":
            let fields = try SavedFields(
                json, at: path, keys: ["kind", "type", "uuid", "label"])
            self = .filesystem(
                type: try fields.value("type"), uuid: try fields.optional("uuid"),
                label: try fields.optional("label"))
        case "other":
            let fields = try SavedFields(json, at: path, keys: ["kind", "type", "uuid"])
            self = .other(type: try fields.value("type"), uuid: try fields.optional("uuid"))
        default: throw .wrong("\(path).kind", wanted: "one of member, filesystem, other")
        }
    }
}

extension ObservedMember: SavedValue {
    var json: JSON {
        .makeObject([
            "metadata": metadata.json, "arrayUUID": arrayUUID.json, "arrayName": arrayName.json,
            "deviceUUID": deviceUUID.json, "level": level.json, "raidDisks": raidDisks.json,
            "dataByteCount": dataByteCount.json, "dataOffset": dataOffset.json,
            "role": role.json, "activeSlots": activeSlots.json, "events": events.json,
            "updateTime": updateTime.json, "recoveryOffset": recoveryOffset?.json,
            "isClean": isClean.json, "bitmapChunkByteCount": bitmapChunkByteCount?.json,
            "bitmapEventsCleared": bitmapEventsCleared?.json,
            "isWriteMostly": isWriteMostly.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path,
            keys: [
                "metadata", "arrayUUID", "arrayName", "deviceUUID", "level", "raidDisks",
                "dataByteCount", "dataOffset", "role", "activeSlots", "events", "updateTime",
                "recoveryOffset", "isClean", "bitmapChunkByteCount", "bitmapEventsCleared",
                "isWriteMostly",
            ])
        self.init(
            metadata: try fields.value("metadata"), arrayUUID: try fields.value("arrayUUID"),
            arrayName: try fields.value("arrayName"),
            deviceUUID: try fields.value("deviceUUID"), level: try fields.value("level"),
            raidDisks: try fields.value("raidDisks"),
            dataByteCount: try fields.value("dataByteCount"),
            dataOffset: try fields.value("dataOffset"), role: try fields.value("role"),
            activeSlots: try fields.value("activeSlots"), events: try fields.value("events"),
            updateTime: try fields.value("updateTime"),
            recoveryOffset: try fields.optional("recoveryOffset"),
            isClean: try fields.value("isClean"),
            bitmapChunkByteCount: try fields.optional("bitmapChunkByteCount"),
            bitmapEventsCleared: try fields.optional("bitmapEventsCleared"),
            isWriteMostly: try fields.value("isWriteMostly"))
    }
}

extension ObservedMember.Role: SavedValue {
    var json: JSON {
        switch self {
        case .slot(let slot): slot.json
        case .spare: "spare"
        case .faulty: "faulty"
        case .journal: "journal"
        }
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        switch json {
        case "spare": self = .spare
        case "faulty": self = .faulty
        case "journal": self = .journal
        case .integer: self = .slot(try Int(json: json, at: path))
        default: throw .wrong(path, wanted: "a slot's number, spare, faulty or journal")
        }
    }
}

extension ObservedArray: SavedValue {
    var json: JSON {
        .makeObject([
            "path": path.json, "uuid": uuid.json, "name": name.json, "metadata": metadata.json,
            "level": level.json, "raidDisks": raidDisks.json,
            "dataByteCount": dataByteCount.json, "state": state.json,
            "syncAction": syncAction.json, "syncPosition": syncPosition?.json,
            "syncEnd": syncEnd?.json, "members": members.json,
            "bitmapChunkByteCount": bitmapChunkByteCount?.json, "signatures": signatures.json,
            "filesystemByteCount": filesystemByteCount?.json, "holders": holders.json,
            "mountPoints": mountPoints.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path,
            keys: [
                "path", "uuid", "name", "metadata", "level", "raidDisks", "dataByteCount",
                "state", "syncAction", "syncPosition", "syncEnd", "members",
                "bitmapChunkByteCount", "signatures", "filesystemByteCount", "holders",
                "mountPoints",
            ])
        self.init(
            path: try fields.value("path"), uuid: try fields.value("uuid"),
            name: try fields.value("name"), metadata: try fields.value("metadata"),
            level: try fields.value("level"), raidDisks: try fields.value("raidDisks"),
            dataByteCount: try fields.value("dataByteCount"), state: try fields.value("state"),
            syncAction: try fields.value("syncAction"),
            syncPosition: try fields.optional("syncPosition"),
            syncEnd: try fields.optional("syncEnd"), members: try fields.value("members"),
            bitmapChunkByteCount: try fields.optional("bitmapChunkByteCount"),
            signatures: try fields.value("signatures"),
            filesystemByteCount: try fields.optional("filesystemByteCount"),
            holders: try fields.value("holders"), mountPoints: try fields.value("mountPoints"))
    }
}

extension ObservedArray.Member: SavedValue {
    var json: JSON {
        .makeObject([
            "device": device.json, "slot": slot?.json, "flags": flags.json,
            "recoveryOffset": recoveryOffset?.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path, keys: ["device", "slot", "flags", "recoveryOffset"])
        self.init(
            device: try fields.value("device"), slot: try fields.optional("slot"),
            flags: try fields.value("flags"),
            recoveryOffset: try fields.optional("recoveryOffset"))
    }
}

package import JSON

extension Plan {
    /// The number of the JSON form.
    private static let format: Int64 = 1

    /// The plan as JSON; the same plan always gives the same text.
    package var json: JSON {
        .makeObject([
            "format": .integer(Plan.format), "layout": layout.json, "disks": disks.json,
            "steps": steps.json, "notes": notes.json,
        ])
    }

    /// Reads a plan that was saved.
    ///
    /// - Throws: `SavedFormError` naming the place; a plan with anything unknown in it is refused,
    ///   as it might be a condition.
    package init(json: JSON) throws(SavedFormError) {
        try SavedFields.check(format: Plan.format, of: json)
        let fields = try SavedFields(
            json, at: "", keys: ["format", "layout", "disks", "steps", "notes"])
        self.init(
            layout: try fields.value("layout"), disks: try fields.value("disks"),
            steps: try fields.value("steps"), notes: try fields.value("notes"))
    }
}

extension PlannedDisk: SavedValue {
    var json: JSON {
        .makeObject(["path": path.json, "model": model?.json, "identity": identity.json])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(json, at: path, keys: ["path", "model", "identity"])
        self.init(
            path: try fields.value("path"), model: try fields.optional("model"),
            identity: try fields.value("identity"))
    }
}

extension Step: SavedValue {
    var json: JSON {
        .makeObject([
            "action": action.json, "why": why.json, "conditions": conditions.json,
            "erases": erases.json,
        ])
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(
            json, at: path, keys: ["action", "why", "conditions", "erases"])
        self.init(
            try fields.value("action"), why: try fields.value("why"),
            conditions: try fields.value("conditions"), erases: try fields.value("erases"))
    }
}

extension DeviceReference: SavedValue {
    var json: JSON {
        switch self {
        case .disk(let role): ["disk": role.json]
        case .slice(let role, let slice): ["disk": role.json, "slice": slice.json]
        case .array(let name): ["array": name.json]
        }
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let fields = try SavedFields(json, at: path, keys: ["disk", "slice", "array"])
        let (disk, slice, array): (String?, String?, String?) = (
            try fields.optional("disk"), try fields.optional("slice"),
            try fields.optional("array")
        )
        switch (disk, slice, array) {
        case (let role?, nil, nil): self = .disk(role)
        case (let role?, let slice?, nil): self = .slice(disk: role, slice: slice)
        case (nil, nil, let name?): self = .array(name)
        default: throw .wrong(path, wanted: "a disk, a disk and a slice, or an array")
        }
    }
}

extension Condition: SavedValue {
    var json: JSON {
        switch self {
        case .disk(let role): ["is": "disk", "disk": role.json]
        case .table(let role, let guid):
            .makeObject(["is": "table", "disk": role.json, "guid": guid?.json])
        case .content(let place, let extent, let signatures):
            [
                "is": "content", "place": place.json, "extent": extent.json,
                "signatures": signatures.json,
            ]
        case .unused(let role): ["is": "unused", "disk": role.json]
        case .free(let place, let extent):
            ["is": "free", "place": place.json, "extent": extent.json]
        case .running(let uuid): ["is": "running", "uuid": uuid.json]
        case .notRunning(let uuid): ["is": "notRunning", "uuid": uuid.json]
        case .survivor(let place, let deviceUUID, let leastEvents):
            [
                "is": "survivor", "place": place.json, "deviceUUID": deviceUUID.json,
                "leastEvents": leastEvents.json,
            ]
        }
    }

    init(json: JSON, at path: String) throws(SavedFormError) {
        let kind = try SavedFields.kind(of: json, "is", at: path)
        guard let keys = Condition.keys[kind] else { throw .unknown("\(path).is \"\(kind)\"") }
        let fields = try SavedFields(json, at: path, keys: ["is"] + keys)
        switch kind {
        case "disk": self = .disk(try fields.value("disk"))
        case "table":
            self = .table(disk: try fields.value("disk"), guid: try fields.optional("guid"))
        case "content":
            self = .content(
                try fields.value("place"), extent: try fields.value("extent"),
                signatures: try fields.value("signatures"))
        case "unused": self = .unused(disk: try fields.value("disk"))
        case "free":
            self = .free(try fields.value("place"), extent: try fields.value("extent"))
        case "running": self = .running(uuid: try fields.value("uuid"))
        case "notRunning": self = .notRunning(uuid: try fields.value("uuid"))
        default:
            self = .survivor(
                try fields.value("place"), deviceUUID: try fields.value("deviceUUID"),
                leastEvents: try fields.value("leastEvents"))
        }
    }

    private static let keys: [String: [String]] = [
        "disk": ["disk"], "table": ["disk", "guid"],
        "content": ["place", "extent", "signatures"], "unused": ["disk"],
        "free": ["place", "extent"], "running": ["uuid"], "notRunning": ["uuid"],
        "survivor": ["place", "deviceUUID", "leastEvents"],
    ]
}

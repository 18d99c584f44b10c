package import YAML

extension Layout {
    /// Reads a layout file.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes: YAML, or JSON as `json` writes it.
    ///   - file: How errors name the file.
    /// - Throws: `YAMLIssues` with all that is wrong: what cannot be read, and what contradicts.
    package init(parsing bytes: [UInt8], file: String) throws(YAMLIssues) {
        self = try YAMLDecoder.decode(bytes, file: file) { decoder, root in
            Layout(decoding: root, to: decoder)
        }
    }

    /// Reads a layout that is a part of a file.
    ///
    /// - Parameters:
    ///   - field: Where it stands.
    ///   - decoder: Told all that is wrong: what cannot be read, and what contradicts.
    package init(decoding field: YAMLField, to decoder: YAMLDecoder) {
        self.init(decoding: field)
        reportContradictions(to: decoder, of: field)
    }

    private init(decoding field: YAMLField) {
        let map = field.mapping(["name", "summary", "disks", "arrays", "volumes"])
        name = map.string("name")
        summary = map.optionalString("summary") ?? ""
        disks = map.required("disks", or: []) { field in
            field.entries.map { DiskRole(name: $0.key, decoding: $0.value) }
        }
        arrays =
            map.optional("arrays") { field in
                field.entries.map { ArraySpec(name: $0.key, decoding: $0.value) }
            } ?? []
        volumes =
            map.optional("volumes") { field in
                field.entries.map { VolumeSpec(name: $0.key, decoding: $0.value) }
            } ?? []
        resolveContents()
    }

    /// A name that a slice holds is an array's, or else a volume's.
    private mutating func resolveContents() {
        let volumeNames = Set(volumes.map(\.name)).subtracting(arrays.map(\.name))
        for index in disks.indices {
            disks[index].division = disks[index].division.mapSlices { slice in
                guard case .leg(let name) = slice.content, volumeNames.contains(name) else {
                    return slice
                }
                var slice = slice
                slice.content = .volume(name)
                return slice
            }
        }
    }

    /// Notes contradictions where their keys stand.
    ///
    /// What could not be read has been noted already;
    /// a stand-in for it must not be blamed again.
    private func reportContradictions(to decoder: YAMLDecoder, of field: YAMLField) {
        let prefix = field.path.isEmpty ? "" : field.path + "."
        guard !decoder.issues.contains(where: { $0.path == field.path }) else { return }
        let broken = decoder.issues.map(\.path).filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }
        // A section that is broken leaves names unknown everywhere.
        guard broken.allSatisfy({ $0.contains(".") }) else { return }
        let marks = field.node.marks()
        for error in contradictions where !broken.contains(where: { error.path.isBelow($0) }) {
            let mark = marks.nearest(to: error.path) ?? field.mark
            decoder.report(error.problem.description, at: mark, path: prefix + error.path)
        }
    }
}

extension LayoutErrors {
    /// The same errors at the lines of the file that the layout was read from.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: How errors name the file.
    /// - Returns: The issues, in the order of lines; at the start of a file that is no YAML.
    package func issues(in bytes: [UInt8], file: String) -> YAMLIssues {
        let marks = (try? YAMLNode(parsing: bytes))?.marks() ?? [:]
        let issues = errors.map { error in
            YAMLIssue(
                file: file, mark: marks.nearest(to: error.path) ?? YAMLMark(line: 1, column: 1),
                path: error.path, message: error.problem.description)
        }
        return YAMLIssues(issues: issues.sorted { $0.mark < $1.mark })
    }
}

extension [String: YAMLMark] {
    /// Where a key stands, or the nearest above it that is there.
    fileprivate func nearest(to key: String) -> YAMLMark? {
        var path = key[...]
        while self[String(path)] == nil, let end = path.lastIndex(where: { ".[".contains($0) }) {
            path = path[..<end]
        }
        return self[String(path)]
    }
}

extension Division {
    /// The same division with other slices.
    func mapSlices(_ transform: (Slice) -> Slice) -> Division {
        switch self {
        case .partitions(let slices): .partitions(slices.map(transform))
        case .wholeDisk(let array, let regions):
            .wholeDisk(array: array, regions: regions.map(transform))
        }
    }
}

extension DiskRole {
    fileprivate init(name: String, decoding field: YAMLField) {
        let map = field.mapping([
            "match", "firmware", "identity", "partitions", "whole-disk", "regions",
        ])
        self.name = name
        match = map.required("match", or: DiskMatch(bus: .other)) { DiskMatch(decoding: $0) }
        firmware = Set(
            map.optional("firmware") { $0.elements.compactMap { $0.choice(Firmware.self) } } ?? [])
        identity = map.optional("identity") { DiskIdentity(decoding: $0) }
        let slices: (YAMLField) -> [Slice] = { $0.elements.map { Slice(decoding: $0) } }
        if map.has("whole-disk") {
            if map.has("partitions") {
                map.report("partitions", "a whole disk has none; allowed is \"regions\"")
            }
            division = .wholeDisk(
                array: map.string("whole-disk"), regions: map.optional("regions", slices) ?? [])
        } else {
            if map.has("regions") {
                map.report("regions", "only a disk with \"whole-disk\" has them")
            }
            division = .partitions(map.required("partitions", or: [], slices))
        }
    }
}

extension DiskMatch {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["bus", "removable", "size", "sold-as", "model"])
        bus = map.optional("bus") { $0.choice(Bus.self) ?? .other }
        removable = map.optional("removable") { $0.bool }
        model = map.optional("model") { $0.nonEmptyString }
        size = map.optional("size") { .range($0.sizeRange) }
        if let nominal = map.optional("sold-as", { $0.size }) {
            if size != nil { map.report("sold-as", "give either this or \"size\"") }
            size = .soldAs(nominal)
        }
    }
}

extension DiskIdentity {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["serial", "wwn", "lun", "size", "table", "members"])
        self.init(
            serial: map.optional("serial") { $0.nonEmptyString },
            wwn: map.optional("wwn") { $0.nonEmptyString },
            lun: map.optional("lun") { UInt32($0.integer(in: 0...Int(UInt32.max))) },
            byteCount: map.required("size", or: 1) { $0.size },
            tableGUID: map.optional("table") { $0.nonEmptyString },
            memberUUIDs: map.strings("members"))
    }
}

extension Slice {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["name", "holds", "start", "size", "write-mostly"])
        name = map.string("name")
        content = map.required("holds", or: .leg(array: "")) { field in
            switch field.nonEmptyString {
            case "bios-boot": .biosBoot
            case "esp": .esp
            // Which names are volumes' is known when all has been read.
            case let name: .leg(array: name)
            }
        }
        start = map.optional("start") { $0.size }
        size = map.required("size", or: YAMLField.standInSize) {
            $0.sliceSize(words: ["rest": .rest, "array": .array])
        }
        isWriteMostly = map.bool("write-mostly", default: false)
    }
}

extension ArraySpec {
    /// The one level there is, as a word.
    private enum Level: String, CaseIterable { case mirror = "1" }

    /// What a bitmap may be beside a size.
    private enum Bitmap: String { case none }

    fileprivate init(name: String, decoding field: YAMLField) {
        let map = field.mapping([
            "level", "metadata", "size", "data-offset", "bitmap", "uuid",
        ])
        _ = map.required("level", or: nil) { $0.choice(Level.self) }
        self.init(
            name: name,
            metadata: map.required("metadata", or: .v1_0) {
                $0.choice(MetadataVersion.self) ?? .v1_0
            },
            size: map.optional("size") { $0.sliceSize(words: ["rest": .rest]) } ?? .rest,
            dataOffset: map.optional("data-offset") { $0.size },
            bitmapChunkByteCount: map.required("bitmap", or: nil) { field in
                let isNone = Bitmap(rawValue: field.string) != nil
                return isNone ? nil : field.size(or: ["none"], standIn: 1 << 20)
            },
            uuid: map.optional("uuid") { $0.nonEmptyString })
    }
}

extension VolumeSpec {
    fileprivate init(name: String, decoding field: YAMLField) {
        let map = field.mapping(["array", "filesystem", "label", "mount", "options"])
        let filesystem = map.required("filesystem", or: Filesystem.foreign) {
            $0.choice(Filesystem.self) ?? .foreign
        }
        self.init(
            name: name, array: map.optional("array") { $0.nonEmptyString },
            filesystem: filesystem,
            label: filesystem == .foreign
                ? map.optionalString("label") ?? "" : map.string("label"),
            mountPoint: map.optional("mount") { $0.nonEmptyString },
            options: map.strings("options"))
    }
}

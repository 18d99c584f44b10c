package import JSON

extension Layout {
    /// The layout in the vocabulary of layout files; the parser of those reads it back.
    package var json: JSON {
        .makeObject([
            "name": .string(name),
            "summary": summary.isEmpty ? nil : .string(summary),
            "disks": .object(disks.map { JSON.Member($0.name, $0.json) }),
            "arrays": arrays.isEmpty
                ? nil : .object(arrays.map { JSON.Member($0.name, $0.json) }),
            "volumes": volumes.isEmpty
                ? nil : .object(volumes.map { JSON.Member($0.name, $0.json) }),
        ])
    }
}

extension JSON {
    fileprivate static func size(_ byteCount: UInt64) -> JSON { .string(ByteSize.text(byteCount)) }

    fileprivate static func size(_ size: SliceSize) -> JSON {
        switch size {
        case .bytes(let byteCount): .size(byteCount)
        case .rest: "rest"
        case .array: "array"
        }
    }

    fileprivate static func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }
}

extension DiskRole {
    fileprivate var json: JSON {
        let words = firmware.map(\.rawValue).sorted()
        var members: [JSON.Member] = [JSON.Member("match", match.json)]
        if !words.isEmpty { members.append(JSON.Member("firmware", .strings(words))) }
        if let identity { members.append(JSON.Member("identity", identity.layoutJSON)) }
        let slices = JSON.array(division.slices.map(\.json))
        switch division {
        case .partitions: members.append(JSON.Member("partitions", slices))
        case .wholeDisk(let array, let regions):
            members.append(JSON.Member("whole-disk", .string(array)))
            if !regions.isEmpty { members.append(JSON.Member("regions", slices)) }
        }
        return .object(members)
    }
}

extension DiskMatch {
    fileprivate var json: JSON {
        var range: JSON?
        var nominal: JSON?
        switch size {
        case .soldAs(let byteCount): nominal = .size(byteCount)
        case .range(let bounds):
            range = .string(
                ByteSize.text(bounds.lowerBound) + " .. " + ByteSize.text(bounds.upperBound))
        case nil: break
        }
        return .makeObject([
            "bus": bus.map { .string($0.rawValue) },
            "removable": removable.map { .bool($0) },
            "size": range,
            "sold-as": nominal,
            "model": model.map { .string($0) },
        ])
    }
}

extension DiskIdentity {
    /// The words of a layout; an observation and a plan have their own.
    fileprivate var layoutJSON: JSON {
        .makeObject([
            "serial": serial.map { .string($0) },
            "wwn": wwn.map { .string($0) },
            "lun": lun.map { .integer(Int64($0)) },
            "size": .size(byteCount),
            "table": tableGUID.map { .string($0) },
            "members": memberUUIDs.isEmpty ? nil : .strings(memberUUIDs),
        ])
    }
}

extension Slice {
    fileprivate var json: JSON {
        let holds =
            switch content {
            case .biosBoot: "bios-boot"
            case .esp: "esp"
            case .leg(let name), .volume(let name): name
            }
        return .makeObject([
            "name": .string(name),
            "holds": .string(holds),
            "start": start.map { .size($0) },
            "size": .size(size),
            "write-mostly": isWriteMostly ? true : nil,
        ])
    }
}

extension ArraySpec {
    fileprivate var json: JSON {
        .makeObject([
            "level": 1,
            "metadata": .string(metadata.rawValue),
            "size": .size(size),
            "data-offset": dataOffset == metadata.standardDataOffset ? nil : .size(dataOffset),
            "bitmap": bitmapChunkByteCount.map { .size($0) } ?? "none",
            "uuid": uuid.map { .string($0) },
        ])
    }
}

extension VolumeSpec {
    fileprivate var json: JSON {
        .makeObject([
            "array": array.map { .string($0) },
            "filesystem": .string(filesystem.rawValue),
            "label": label.isEmpty ? nil : .string(label),
            "mount": mountPoint.map { .string($0) },
            "options": options.isEmpty ? nil : .strings(options),
        ])
    }
}

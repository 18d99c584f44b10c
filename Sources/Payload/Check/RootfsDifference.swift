import JSON
package import SquashFS

/// What differs between two root filesystems, sorted for people.
package struct RootfsDifference: Sendable, Equatable {
    /// Paths that only the new one has.
    package private(set) var added: [SquashFS.Difference] = []
    /// Paths that only the old one has.
    package private(set) var removed: [SquashFS.Difference] = []
    /// Paths that are in both and not the same.
    package private(set) var changed: [SquashFS.Difference] = []

    /// Sorts the differences of two images.
    ///
    /// - Parameters:
    ///   - differences: All of them, sorted by path.
    ///   - includesTimes: Whether a path that differs in its time alone counts.
    init(_ differences: [SquashFS.Difference], includesTimes: Bool) {
        for difference in differences {
            if difference.changes.contains(.added) {
                added.append(difference)
            } else if difference.changes.contains(.removed) {
                removed.append(difference)
            } else if includesTimes || !difference.changes.allSatisfy(\.isTime) {
                changed.append(difference)
            }
        }
    }

    /// The difference as JSON.
    var json: JSON {
        func path(_ difference: SquashFS.Difference) -> JSON {
            .string(SquashFS.text(difference.path))
        }
        return [
            "added": .array(added.map(path)),
            "removed": .array(removed.map(path)),
            "changed": .array(
                changed.map { difference in
                    ["path": path(difference), "how": .array(difference.changes.map(\.json))]
                }),
        ]
    }
}

extension SquashFS.Difference.Change {
    /// Whether it is no more than a time.
    fileprivate var isTime: Bool {
        if case .modificationTime = self { true } else { false }
    }

    /// The change as JSON: what changed, and both values where there are any.
    fileprivate var json: JSON {
        func number(_ value: some BinaryInteger) -> JSON { .integer(Int64(clamping: value)) }
        func make(_ what: String, _ old: JSON? = nil, _ new: JSON? = nil) -> JSON {
            JSON.makeObject(["what": .string(what), "old": old, "new": new])
        }
        return switch self {
        case .added: make("added")
        case .removed: make("removed")
        case .kind(let old, let new): make("kind", .string(old), .string(new))
        case .mode(let old, let new):
            make("mode", .string(String(old, radix: 8)), .string(String(new, radix: 8)))
        case .owner(let old, let new): make("owner", .string(old), .string(new))
        case .modificationTime(let old, let new): make("time", number(old), number(new))
        case .target(let old, let new): make("target", .string(old), .string(new))
        case .device(let old, let new): make("device", .string(old), .string(new))
        case .linkCount(let old, let new): make("links", number(old), number(new))
        case .xattrs: make("xattrs")
        case .size(let old, let new): make("size", number(old), number(new))
        case .content: make("content")
        }
    }
}

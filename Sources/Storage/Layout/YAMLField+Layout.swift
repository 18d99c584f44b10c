package import YAML

extension YAMLField {
    /// What stands for a size that cannot be read: one that contradicts nothing.
    static let standInSize = SliceSize.bytes(1 << 30)

    /// A size such as `64 GB`.
    var size: UInt64 { size(or: [], standIn: 1 << 30) }

    /// A size.
    ///
    /// - Parameters:
    ///   - words: What may stand here as well, for the error.
    ///   - standIn: What stands for a size that cannot be read.
    /// - Returns: The size in bytes, or the stand-in, which has been reported then.
    func size(or words: [String], standIn: UInt64) -> UInt64 {
        let text = string
        if let byteCount = ByteSize.parse(text) { return byteCount }
        let allowed = ["a size such as 64 GB or 1 MiB"] + words
        if !text.isEmpty {
            report("expected \(allowed.joined(separator: " or ")), got \(node.summary)")
        }
        return standIn
    }

    /// A size of a slice or array: a size or one of some words.
    func sliceSize(words: [String: SliceSize]) -> SliceSize {
        if case .scalar(let text, _) = node.content, let size = words[text] { return size }
        return .bytes(size(or: words.keys.sorted(), standIn: 1 << 30))
    }

    /// A range of sizes such as `60 GB .. 70 GB`, or one size.
    package var sizeRange: ClosedRange<UInt64> {
        guard case .scalar(let text, _) = node.content, let dots = text.firstRange(of: "..") else {
            let one = size(or: ["a range such as 60 GB .. 70 GB"], standIn: 1 << 30)
            return one...one
        }
        let ends = [text[..<dots.lowerBound], text[dots.upperBound...]].map { part in
            ByteSize.parse(part.trimming(" "))
        }
        guard let low = ends[0], let high = ends[1], low <= high else {
            report("expected a range such as 60 GB .. 70 GB, got \(node.summary)")
            return 1...ByteSize.limit
        }
        return low...high
    }
}

extension Substring {
    /// The text without a character at its ends.
    fileprivate func trimming(_ character: Character) -> Substring {
        var text = self.drop { $0 == character }
        while text.last == character { text = text.dropLast() }
        return text
    }
}

extension YAMLNode {
    /// Where each value below stands, by the keys and indices that lead to it: a scalar itself, the
    /// key of a list or mapping.
    func marks() -> [String: YAMLMark] {
        var marks: [String: YAMLMark] = [:]
        collect(into: &marks, path: "", at: mark)
        return marks
    }

    private func collect(into marks: inout [String: YAMLMark], path: String, at place: YAMLMark) {
        switch content {
        case .scalar: marks[path] = mark
        case .sequence(let nodes):
            marks[path] = place
            for (index, node) in nodes.enumerated() {
                node.collect(into: &marks, path: "\(path)[\(index)]", at: node.mark)
            }
        case .mapping(let entries):
            marks[path] = place
            for entry in entries {
                entry.value.collect(
                    into: &marks, path: path.isEmpty ? entry.key : "\(path).\(entry.key)",
                    at: entry.keyMark)
            }
        }
    }
}

extension String {
    /// Whether a path of keys is another one or leads further down from it.
    func isBelow(_ path: String) -> Bool {
        guard hasPrefix(path) else { return false }
        let rest = dropFirst(path.count)
        return rest.isEmpty || rest.hasPrefix(".") || rest.hasPrefix("[")
    }
}

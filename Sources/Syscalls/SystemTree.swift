/// The kernel's files: `/sys`, `/proc` and `/dev`, or a recorded tree of them.
package struct SystemTree: Sendable {
    /// The folder that stands for `/`; empty for the running system.
    package let root: String

    /// The files of the running system.
    package static let live = SystemTree(root: "")

    /// A recorded tree.
    package init(root: String) { self.root = root }

    /// Where a path of the system is.
    package func path(_ path: String) -> String { root + path }

    /// The text of a small file without the blanks around it; nil when it is not there, is empty,
    /// or gives an error, as attributes of devices that are going away do.
    package func text(_ path: String) -> String? {
        guard let bytes = try? FileSystem.read(self.path(path), limit: 1 << 20) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    /// The bytes of a file; nil as above.
    package func bytes(_ path: String) -> [UInt8]? {
        try? FileSystem.read(self.path(path), limit: 1 << 20)
    }

    /// The number in a file.
    package func number(_ path: String) -> UInt64? { text(path).flatMap { UInt64($0) } }

    /// The names in a folder; none when it is not there.
    package func names(_ path: String) -> [String] {
        (try? FileSystem.list(self.path(path))) ?? []
    }

    /// Whether a file, a folder or a link is there.
    package func exists(_ path: String) -> Bool { FileSystem.exists(self.path(path)) }

    /// Where a symlink leads, by the text of the link alone.
    ///
    /// So `/sys/block/sda` leads to `/sys/devices/…/block/sda`; what is no symlink leads to itself.
    package func target(of path: String) -> String {
        guard let target = try? FileSystem.readLink(self.path(path)) else { return path }
        if target.hasPrefix("/") { return target }
        var parts = path.split(separator: "/").dropLast()
        for part in target.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}

import Syscalls
import CSyscalls
import Synchronization

extension SquashFS {
    /// How a path differs between two images.
    package struct Difference: Sendable, Equatable, CustomStringConvertible {
        /// One respect in which it differs.
        package enum Change: Sendable, Equatable {
            case added
            case removed
            case kind(String, String)
            case mode(UInt16, UInt16)
            case owner(String, String)
            case modificationTime(UInt32, UInt32)
            case target(String, String)
            case device(String, String)
            case linkCount(UInt32, UInt32)
            case xattrs
            case size(UInt64, UInt64)
            /// The same length, other bytes.
            case content
        }

        /// The path in both images.
        package let path: [UInt8]
        /// All respects; never empty.
        package let changes: [Change]

        package var description: String {
            let what = changes.map { change in
                switch change {
                case .added: "added"
                case .removed: "removed"
                case .kind(let old, let new): "kind \(old) → \(new)"
                case .mode(let old, let new):
                    "mode \(String(old, radix: 8)) → \(String(new, radix: 8))"
                case .owner(let old, let new): "owner \(old) → \(new)"
                case .modificationTime(let old, let new): "time \(old) → \(new)"
                case .target(let old, let new): "target \(old) → \(new)"
                case .device(let old, let new): "device \(old) → \(new)"
                case .linkCount(let old, let new): "links \(old) → \(new)"
                case .xattrs: "xattrs"
                case .size(let old, let new): "size \(old) → \(new)"
                case .content: "content"
                }
            }
            return "/\(SquashFS.text(path)): \(what.joined(separator: ", "))"
        }
    }

    /// Compares two images path by path.
    ///
    /// - Parameters:
    ///   - old: The one that changes start from.
    ///   - new: The one that they lead to.
    ///   - threads: How many threads compare the bytes of files.
    /// - Returns: The differences, sorted by the bytes of their paths.
    /// - Throws: `SquashFSError` when one of the images is damaged.
    package static func difference(
        from old: Image, to new: Image, threads: Int = 1
    ) throws -> [Difference] {
        var before: [[UInt8]: Inode] = [:]
        try old.forEachEntry { before[$0.path] = $0.inode }
        var found: [[UInt8]: [Difference.Change]] = [:]
        var pairs: [(path: [UInt8], old: Inode, new: Inode)] = []
        try new.forEachEntry { entry in
            guard let inode = before.removeValue(forKey: entry.path) else {
                found[entry.path] = [.added]
                return
            }
            let changes = try changes(from: inode, in: old, to: entry.inode, in: new)
            if !changes.isEmpty { found[entry.path] = changes }
            if inode.isRegular, entry.inode.isRegular, inode.byteCount == entry.inode.byteCount {
                pairs.append((entry.path, inode, entry.inode))
            }
        }
        for path in before.keys { found[path] = [.removed] }
        let candidates = pairs
        let changed = Mutex<[[UInt8]]>([])
        try ParallelWork.forEach(candidates.count, threads: threads) { index in
            let pair = candidates[index]
            if try !hasSameBytes(pair.old, in: old, pair.new, in: new) {
                changed.withLock { $0.append(pair.path) }
            }
        }
        for path in changed.withLock({ $0 }) { found[path, default: []].append(.content) }
        return found.map { Difference(path: $0.key, changes: $0.value) }
            .sorted { $0.path.lexicographicallyPrecedes($1.path) }
    }

    private static func changes(
        from old: Inode, in oldImage: Image, to new: Inode, in newImage: Image
    ) throws(SquashFSError) -> [Difference.Change] {
        var changes: [Difference.Change] = []
        func add<Value: Equatable>(
            _ old: Value, _ new: Value, _ change: (Value, Value) -> Difference.Change
        ) {
            if old != new { changes.append(change(old, new)) }
        }
        add(name(of: old.kind), name(of: new.kind), Difference.Change.kind)
        add(old.mode, new.mode, Difference.Change.mode)
        add("\(old.uid):\(old.gid)", "\(new.uid):\(new.gid)", Difference.Change.owner)
        add(old.modificationTime, new.modificationTime, Difference.Change.modificationTime)
        add(old.byteCount, new.byteCount, Difference.Change.size)
        if !old.isDirectory || !new.isDirectory {
            add(old.linkCount, new.linkCount, Difference.Change.linkCount)
        }
        switch (old.kind, new.kind) {
        case (.symlink(let old), .symlink(let new)):
            add(text(old), text(new), Difference.Change.target)
        case (.blockDevice(let a, let b), .blockDevice(let c, let d)),
            (.characterDevice(let a, let b), .characterDevice(let c, let d)):
            add("\(a):\(b)", "\(c):\(d)", Difference.Change.device)
        default: break
        }
        let before = Set(try oldImage.xattrs(of: old)), after = Set(try newImage.xattrs(of: new))
        if before != after { changes.append(.xattrs) }
        return changes
    }

    private static func hasSameBytes(
        _ old: Inode, in oldImage: Image, _ new: Inode, in newImage: Image
    ) throws -> Bool {
        let size = Int(oldImage.superblock.blockSize)
        let before = try FileReader(old, in: oldImage), after = try FileReader(new, in: newImage)
        let left = BlockBuffer(byteCount: size), right = BlockBuffer(byteCount: size)
        var offset: UInt64 = 0
        while offset < old.byteCount {
            let count = Int(min(UInt64(size), old.byteCount - offset))
            let a = UnsafeMutableRawBufferPointer(rebasing: left.bytes[..<count])
            let b = UnsafeMutableRawBufferPointer(rebasing: right.bytes[..<count])
            try before.read(into: a, at: offset)
            try after.read(into: b, at: offset)
            guard let x = a.baseAddress, let y = b.baseAddress, memcmp(x, y, count) == 0 else {
                return false
            }
            offset += UInt64(count)
        }
        return true
    }

    /// A kind's name for people.
    package static func name(of kind: Inode.Kind) -> String {
        switch kind {
        case .directory: "folder"
        case .regular: "file"
        case .symlink: "symlink"
        case .blockDevice: "block device"
        case .characterDevice: "character device"
        case .fifo: "fifo"
        case .socket: "socket"
        }
    }
}

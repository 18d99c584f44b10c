import CSyscalls
import Syscalls

extension SquashFS {
    /// Merges sources into a tree: paths, layers, excludes, owners, times and the filter.
    struct TreeBuilder {
        let options: WriterOptions
        private(set) var tree = FileTree()
        /// Paths whose POSIX ACLs, which the format has no place for, were left out.
        private(set) var pathsWithDroppedACLs: [String] = []
        /// Folders on disk, by the index that contents refer to.
        private(set) var folders: [[UInt8]] = []
        /// How many bytes the regular files had when they were found.
        private(set) var foundByteCount: UInt64 = 0
        private var isFirstSource = true
        private var droppedFolders: Set<[UInt8]> = []

        init(options: WriterOptions) { self.options = options }

        /// Adds a source on top of those before.
        ///
        /// - Parameters:
        ///   - source: Where entries come from.
        ///   - spool: Keeps the content of streams until it is packed.
        /// - Throws: `SquashFSError`.
        mutating func add(_ source: Source, spool: Spool) throws(SquashFSError) {
            switch source {
            case .directory(let path): try scan(Array(path.utf8))
            case .stream(let stream): try read(stream, spool: spool)
            case .entries(let entries):
                for entry in entries { try add(entry) }
            }
            isFirstSource = false
        }

        /// Notes a folder and returns the index that contents refer to.
        mutating func addFolder(_ path: [UInt8]) -> Int32 {
            folders.append(path)
            return Int32(folders.count - 1)
        }

        mutating func count(bytes: UInt64) { foundByteCount += bytes }

        /// Adds one entry.
        ///
        /// - Parameters:
        ///   - entry: The entry.
        ///   - folder: The folder that a file's content is in under this path, or nil.
        /// - Returns: The node; nil when the entry was left out or was a whiteout.
        /// - Throws: `SquashFSError.invalidEntry`.
        @discardableResult
        mutating func add(_ entry: Entry, folder: Int32? = nil) throws(SquashFSError) -> Int32? {
            guard let components = try Self.components(of: entry.path) else { return nil }
            if isLeftOut(components) { return nil }
            if !isFirstSource, case .characterDevice(0, 0) = entry.kind {
                if let node = find(components), node != FileTree.root { tree.remove(node) }
                return nil
            }
            var entry = entry
            var isOpaque = false
            if !isFirstSource { isOpaque = try takeOverlayMarks(&entry) }
            if let (uid, gid) = options.ownerMap?.owner(uid: entry.uid, gid: entry.gid) {
                (entry.uid, entry.gid) = (uid, gid)
            }
            let found = entry.kind
            let path = components.joined(separator: [UInt8(ascii: "/")])
            if let filter = options.filter, !filter(&entry) {
                if case .directory = found { droppedFolders.insert(Array(path)) }
                return nil
            }
            if !droppedFolders.isEmpty { droppedFolders.remove(Array(path)) }
            entry.xattrs = try keptXattrs(of: entry)

            guard let name = components.last else { return try updateRoot(entry, isOpaque) }
            let parent = try makeParents(components.dropLast(), of: entry.path)
            if case .hardLink(let target) = entry.kind {
                return try link(entry.path, to: target, in: parent, as: name)
            }
            let existing = tree.child(of: parent, named: name)
            let node: Int32
            if case .directory = entry.kind, let existing, tree.isDirectory(existing) {
                node = existing
                tree.update(
                    tree.nodes[Int(existing)].inode, with: try inode(entry, content: -1))
            } else {
                // A content refers to its first name, whose number is known only afterwards.
                var content: Int32 = -1
                if case .regular(let bytes) = entry.kind { content = tree.add(.other(bytes)) }
                node = tree.link(
                    tree.add(try inode(entry, content: content)), in: parent, as: name)
                // The filter may have put another content in its place.
                if let folder, case .regular(.path(let kept)) = entry.kind,
                    case .regular(.path(let original)) = found, kept == original
                {
                    tree.replace(content, with: .source(folder, node: node))
                }
            }
            if isOpaque { tree.removeChildren(of: node) }
            return node
        }

        /// Points another name to an inode that is there already.
        mutating func link(_ path: [UInt8], to inode: Int32) throws(SquashFSError) {
            guard let components = try Self.components(of: path), let name = components.last,
                !isLeftOut(components)
            else { return }
            let parent = try makeParents(components.dropLast(), of: path)
            tree.link(inode, in: parent, as: name)
        }

        // MARK: Paths

        /// The names of a path.
        ///
        /// - Throws: `SquashFSError.invalidEntry` for `..`, bytes of zero and names over 255 bytes.
        static func components(of path: [UInt8]) throws(SquashFSError) -> [ArraySlice<UInt8>]? {
            let parts = path.split(separator: UInt8(ascii: "/"))
                .filter { $0 != [UInt8(ascii: ".")] }
            for part in parts {
                if part == [UInt8(ascii: "."), UInt8(ascii: ".")] {
                    throw .invalidEntry(path: text(path), problem: "it has a \"..\"")
                }
                if part.count > 255 {
                    throw .invalidEntry(
                        path: text(path), problem: "a name of \(part.count) bytes, 255 is most")
                }
                if part.contains(0) {
                    throw .invalidEntry(path: text(path), problem: "it has a byte of zero")
                }
            }
            return parts
        }

        private func find(_ components: [ArraySlice<UInt8>]) -> Int32? {
            var node = FileTree.root
            for name in components {
                guard tree.isDirectory(node), let child = tree.child(of: node, named: name) else {
                    return nil
                }
                node = child
            }
            return node
        }

        private mutating func makeParents(
            _ components: ArraySlice<ArraySlice<UInt8>>, of path: [UInt8]
        ) throws(SquashFSError) -> Int32 {
            var node = FileTree.root
            for name in components {
                if let child = tree.child(of: node, named: name), tree.isDirectory(child) {
                    node = child
                    continue
                }
                let inode = FileTree.Inode(
                    kind: .directory, mode: 0o755, uid: 0, gid: 0,
                    modificationTime: options.clampTime ?? 0)
                node = tree.link(tree.add(inode), in: node, as: name)
            }
            return node
        }

        private mutating func link(
            _ path: [UInt8], to target: [UInt8], in parent: Int32, as name: ArraySlice<UInt8>
        ) throws(SquashFSError) -> Int32 {
            guard let components = try Self.components(of: target), let node = find(components),
                !tree.isDirectory(node)
            else {
                throw .invalidEntry(
                    path: SquashFS.text(path),
                    problem: "a hard link to \(SquashFS.text(target)), which is not there")
            }
            return tree.link(tree.nodes[Int(node)].inode, in: parent, as: name)
        }

        // MARK: Attributes

        private mutating func updateRoot(_ entry: Entry, _ isOpaque: Bool) throws(SquashFSError)
            -> Int32
        {
            guard case .directory = entry.kind else {
                throw .invalidEntry(path: "/", problem: "the root must be a folder")
            }
            tree.update(tree.nodes[0].inode, with: try inode(entry, content: -1))
            if isOpaque { tree.removeChildren(of: FileTree.root) }
            return FileTree.root
        }

        private mutating func inode(
            _ entry: Entry, content: Int32
        ) throws(SquashFSError) -> FileTree.Inode {
            let kind: FileTree.Inode.Kind
            switch entry.kind {
            case .regular: kind = .regular(content: content)
            case .directory: kind = .directory
            case .symlink(let target):
                guard (1...65535).contains(target.count), !target.contains(0) else {
                    throw .invalidEntry(
                        path: SquashFS.text(entry.path),
                        problem: "a symlink's target of \(target.count) bytes")
                }
                kind = .symlink(target: tree.add(target: target))
            case .blockDevice(let major, let minor):
                kind = .device(isBlock: true, number: try device(major, minor, entry))
            case .characterDevice(let major, let minor):
                kind = .device(isBlock: false, number: try device(major, minor, entry))
            case .fifo: kind = .fifo
            case .socket: kind = .socket
            case .hardLink:
                throw .invalidEntry(
                    path: SquashFS.text(entry.path), problem: "a hard link needs a name")
            }
            var time = UInt32(clamping: entry.modificationTime)
            if let clamp = options.clampTime { time = min(time, clamp) }
            return FileTree.Inode(
                kind: kind, mode: entry.mode & 0o7777, uid: entry.uid, gid: entry.gid,
                modificationTime: time, xattrs: tree.add(xattrs: entry.xattrs))
        }

        /// The kernel's `new_encode_dev`: 12 bits of major, 20 of minor number.
        private func device(
            _ major: UInt32, _ minor: UInt32, _ entry: Entry
        ) throws(SquashFSError) -> UInt32 {
            guard major < 1 << 12, minor < 1 << 20 else {
                throw .invalidEntry(
                    path: SquashFS.text(entry.path),
                    problem: "device \(major):\(minor); 4095:1048575 is the highest")
            }
            return minor & 0xff | major << 8 | (minor & ~0xff) << 12
        }

        /// Takes overlayfs' own xattrs off.
        ///
        /// - Returns: Whether the directory hides what is below it.
        private func takeOverlayMarks(_ entry: inout Entry) throws(SquashFSError) -> Bool {
            var isOpaque = false
            var problem: String?
            entry.xattrs.removeAll { xattr in
                for prefix in ["trusted.overlay.", "user.overlay."]
                where xattr.name.starts(with: prefix.utf8) {
                    switch String(decoding: xattr.name.dropFirst(prefix.utf8.count), as: UTF8.self)
                    {
                    case "opaque": isOpaque = isOpaque || xattr.value == [UInt8(ascii: "y")]
                    case "redirect", "metacopy", "whiteouts", "whiteout":
                        problem = "overlayfs' \(SquashFS.text(xattr.name)) is not followed"
                    default: break
                    }
                    return true
                }
                return false
            }
            if let problem {
                throw .invalidEntry(path: SquashFS.text(entry.path), problem: problem)
            }
            guard case .directory = entry.kind else { return false }
            return isOpaque
        }

        private mutating func keptXattrs(of entry: Entry) throws(SquashFSError) -> [Xattr] {
            var kept: [Xattr] = []
            for xattr in entry.xattrs {
                guard XattrPrefix(of: xattr.name) != nil else {
                    if pathsWithDroppedACLs.last != SquashFS.text(entry.path) {
                        pathsWithDroppedACLs.append(SquashFS.text(entry.path))
                    }
                    continue
                }
                guard xattr.name.count <= 255, xattr.value.count <= 65536 else {
                    throw .invalidEntry(
                        path: SquashFS.text(entry.path),
                        problem: "xattr \(SquashFS.text(xattr.name)) of "
                            + "\(xattr.value.count) bytes; 65536 is most")
                }
                kept.append(xattr)
            }
            return kept
        }

        /// Says whether a path or a folder above it is excluded or was dropped by the filter.
        private func isLeftOut(_ components: [ArraySlice<UInt8>]) -> Bool {
            if options.excludes.isEmpty, droppedFolders.isEmpty { return false }
            var path: [UInt8] = []
            for (index, name) in components.enumerated() {
                if index > 0 { path.append(UInt8(ascii: "/")) }
                path += name
                if options.excludes.contains(where: { $0.matches(path) }) { return true }
                if index + 1 < components.count, droppedFolders.contains(path) { return true }
            }
            return false
        }
    }
}

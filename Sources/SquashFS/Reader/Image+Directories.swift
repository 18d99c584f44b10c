extension SquashFS.Image {
    /// One name of a directory.
    package struct Name: Sendable, Equatable {
        /// 1 to 256 bytes, neither `.` nor `..`, without `/` and zeros.
        package let bytes: [UInt8]
        let reference: SquashFS.InodeReference
        let type: UInt16
        let inodeNumber: UInt32
    }

    /// Lists a directory.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - body: Called for each name in turn; false ends the listing.
    /// - Throws: `SquashFSError`; names that are out of order or cannot be names are errors.
    package func forEachName(
        in directory: SquashFS.Inode, _ body: (Name) throws(SquashFSError) -> Bool
    ) throws(SquashFSError) {
        guard case .directory(let listing) = directory.record.body else {
            throw .wrongKind(path: "inode \(directory.number)", wanted: "a directory")
        }
        // The length counts `.` and `..`, which are not there, as 3 bytes.
        guard listing.byteCount > 3 else { return }
        var remaining = Int(listing.byteCount) - 3
        let start = superblock.directoryTable + UInt64(listing.startBlock)
        var stream = try SquashFS.MetadataStream(
            self, "directory", at: start, end: directoryTableEnd, offset: Int(listing.offset))
        var previous: [UInt8] = []
        while remaining > 0 {
            let header = try SquashFS.DirectoryHeader(from: &stream)
            remaining -= SquashFS.DirectoryHeader.encodedSize
            for _ in 0..<header.entryCount {
                let entry = try SquashFS.DirectoryEntry(from: &stream)
                remaining -= SquashFS.DirectoryEntry.fixedSize + entry.name.count
                guard remaining >= 0 else {
                    throw stream.malformed("file_size", "a name goes beyond the listing")
                }
                try check(entry.name, after: previous, stream)
                previous = entry.name
                let number = Int64(header.inodeNumber) + Int64(entry.inodeNumberDelta)
                let name = Name(
                    bytes: entry.name,
                    reference: SquashFS.InodeReference(
                        block: UInt64(header.startBlock), offset: Int(entry.offset)),
                    type: entry.type, inodeNumber: UInt32(truncatingIfNeeded: number))
                guard try body(name) else { return }
            }
        }
    }

    private func check(
        _ name: [UInt8], after previous: [UInt8], _ stream: SquashFS.MetadataStream
    ) throws(SquashFSError) {
        let dot = UInt8(ascii: ".")
        if name == [dot] || name == [dot, dot] || name.contains(UInt8(ascii: "/"))
            || name.contains(0)
        {
            throw stream.malformed("name", "\"\(SquashFS.text(name))\" cannot be a name")
        }
        guard previous.lexicographicallyPrecedes(name) else {
            throw stream.malformed(
                "name", "\"\(SquashFS.text(name))\" after \"\(SquashFS.text(previous))\"")
        }
    }

    /// Where the directory table ends at the latest: at the next table's index.
    var directoryTableEnd: UInt64 {
        [
            superblock.fragmentTable, superblock.exportTable, superblock.idTable,
            superblock.xattrTable,
        ].filter { $0 > superblock.directoryTable }.reduce(superblock.bytesUsed, min)
    }

    /// Reads the inode of a name, which must be what the directory says that it is.
    package func inode(of name: Name) throws(SquashFSError) -> SquashFS.Inode {
        let inode = try inode(at: name.reference)
        guard inode.record.basicType == name.type || inode.record.basicType + 7 == name.type,
            inode.number == name.inodeNumber
        else {
            throw .malformed(
                structure: "directory", field: "type", offset: superblock.directoryTable,
                problem: "\(SquashFS.text(name.bytes)): type \(name.type), inode "
                    + "\(name.inodeNumber); the inode has type \(inode.record.basicType), number "
                    + "\(inode.number)")
        }
        return inode
    }

    /// Finds a path; symlinks are not followed.
    ///
    /// - Parameter path: Names between slashes, from the root.
    /// - Returns: The inode; nil when there is no such path.
    /// - Throws: `SquashFSError` for a damaged image.
    package func lookup(_ path: [UInt8]) throws(SquashFSError) -> SquashFS.Inode? {
        var inode = try root
        for component in path.split(separator: UInt8(ascii: "/")) {
            if component == [UInt8(ascii: ".")] { continue }
            guard inode.isDirectory else { return nil }
            let wanted = Array(component)
            var found: Name?
            try forEachName(in: inode) { name throws(SquashFSError) in
                if name.bytes == wanted { found = name }
                return name.bytes.lexicographicallyPrecedes(wanted)
            }
            guard let found else { return nil }
            inode = try self.inode(of: found)
        }
        return inode
    }

    /// Finds a path; symlinks are not followed.
    ///
    /// - Returns: The inode; nil when there is no such path.
    /// - Throws: `SquashFSError` for a damaged image.
    package func lookup(_ path: String) throws(SquashFSError) -> SquashFS.Inode? {
        try lookup(Array(path.utf8))
    }

    /// Visits all paths, a directory before what is in it, names in the order of their bytes.
    ///
    /// - Parameters:
    ///   - start: The path to start at.
    ///   - body: Called for each.
    /// - Throws: `SquashFSError` for a damaged image or a missing start, and what `body` throws.
    package func forEachEntry(
        below start: [UInt8] = [], _ body: (SquashFS.ImageEntry) throws -> Void
    ) throws {
        guard let first = try lookup(start) else {
            throw SquashFSError.noSuchPath(SquashFS.text(start))
        }
        let path = Array(
            start.split(separator: UInt8(ascii: "/")).joined(separator: [UInt8(ascii: "/")]))
        var pending = [SquashFS.ImageEntry(path: path, inode: first)]
        var visited: Set<SquashFS.InodeReference> = []
        var count: UInt64 = 0
        while let entry = pending.popLast() {
            try body(entry)
            guard entry.inode.isDirectory else { continue }
            guard visited.insert(entry.inode.reference).inserted else {
                throw SquashFSError.malformed(
                    structure: "directory", field: "inode", offset: superblock.directoryTable,
                    problem: "\(SquashFS.text(entry.path)) is in two places")
            }
            var children: [SquashFS.ImageEntry] = []
            try forEachName(in: entry.inode) { name throws(SquashFSError) in
                count += 1
                guard count <= limits.entryCount else {
                    throw .limit(what: "names", value: count, limit: limits.entryCount)
                }
                let path = SquashFS.joinPath(entry.path, name.bytes)
                guard path.count <= limits.pathByteCount else {
                    throw .limit(
                        what: "bytes of a path", value: UInt64(path.count),
                        limit: UInt64(limits.pathByteCount))
                }
                children.append(SquashFS.ImageEntry(path: path, inode: try inode(of: name)))
                return true
            }
            pending += children.reversed()
        }
    }

    /// All paths, a directory before what is in it.
    ///
    /// - Throws: `SquashFSError`.
    package func entries() throws -> [SquashFS.ImageEntry] {
        var entries: [SquashFS.ImageEntry] = []
        try forEachEntry { entries.append($0) }
        return entries
    }
}

extension SquashFS {
    /// A path and a name in it; the root's path is empty.
    static func joinPath(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
        folder.isEmpty ? name : folder + [UInt8(ascii: "/")] + name
    }
}

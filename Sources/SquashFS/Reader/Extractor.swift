import CSyscalls
import Glibc
import Synchronization
import Syscalls

extension SquashFS {
    /// How an image is extracted.
    package struct ExtractOptions: Sendable {
        /// The paths to extract, with all below them; everything when empty.
        package var paths: [[UInt8]] = []
        /// How many threads decompress and write, 1 or more.
        package var threads = Processors.count
        /// Whether owners are set; otherwise all belongs to the caller.
        package var setsOwners = geteuid() == 0
        /// Whether xattrs are set.
        package var setsXattrs = true

        /// The defaults given with each property.
        package init() {}
    }

    /// What extracting came to.
    package struct ExtractSummary: Sendable, Equatable {
        /// Names made.
        package var names = 0
        /// Bytes written into files.
        package var byteCount: UInt64 = 0
        /// What an ordinary user may not make: device nodes, and xattrs of the system.
        package var skipped: [String] = []
    }
}

extension SquashFS.Image {
    /// Extracts into a folder that is new or empty.
    ///
    /// The folder is closed to others until all is done; files are only ever made anew, in folders
    /// that were just made, and symlinks come last: no name in the image can lead outside.
    ///
    /// - Parameters:
    ///   - folder: Where to; its folder has to be there.
    ///   - options: What and how.
    /// - Returns: What was made, and what an ordinary user may not make.
    /// - Throws: `SquashFSError`; what has been extracted so far stays.
    @discardableResult
    package func extract(
        to folder: String, options: SquashFS.ExtractOptions = SquashFS.ExtractOptions()
    ) throws -> SquashFS.ExtractSummary {
        try SquashFS.Extractor(image: self, root: Array(folder.utf8), options: options).run()
    }
}

extension SquashFS {
    /// One extraction.
    final class Extractor: Sendable {
        private struct Folder: Sendable {
            let path: [UInt8]
            let inode: Inode
            var files: [(name: [UInt8], inode: Inode)] = []
        }

        private let image: Image
        private let root: [UInt8]
        private let options: ExtractOptions
        private let summary = Mutex(ExtractSummary())

        init(image: Image, root: [UInt8], options: ExtractOptions) {
            self.image = image
            self.root = root
            self.options = options
        }

        func run() throws -> ExtractSummary {
            var folders: [[UInt8]: Int] = [:]
            var list: [Folder] = []
            var symlinks: [ImageEntry] = []
            var links: [(path: [UInt8], first: [UInt8])] = []
            var firstNames: [UInt32: [UInt8]] = [:]

            func add(_ entry: ImageEntry) throws {
                if entry.inode.isDirectory {
                    guard folders[entry.path] == nil else { return }
                    folders[entry.path] = list.count
                    list.append(Folder(path: entry.path, inode: entry.inode))
                    return
                }
                if entry.inode.linkCount > 1 {
                    if let first = firstNames[entry.inode.number] {
                        if first != entry.path { links.append((entry.path, first)) }
                        return
                    }
                    firstNames[entry.inode.number] = entry.path
                }
                if case .symlink = entry.inode.kind {
                    symlinks.append(entry)
                    return
                }
                let (folder, name) = Self.split(entry.path)
                guard let index = folders[folder] else {
                    throw SquashFSError.noSuchPath(text(folder))
                }
                list[index].files.append((name, entry.inode))
            }

            for path in options.paths.isEmpty ? [[]] : options.paths {
                try addParents(of: path, add)
                try image.forEachEntry(below: path, add)
            }
            try makeFolders(list)
            try makeFiles(list)
            for link in links { try makeLink(link.path, to: link.first) }
            for entry in symlinks { try makeSymlink(entry) }
            for folder in list.reversed() { try finish(folder) }
            return summary.withLock { $0 }
        }

        private func addParents(
            of path: [UInt8], _ add: (ImageEntry) throws -> Void
        ) throws {
            let components = path.split(separator: UInt8(ascii: "/"))
            for count in 0..<max(1, components.count) {
                let parent = Array(
                    components.prefix(count).joined(separator: [UInt8(ascii: "/")]))
                guard let inode = try image.lookup(parent) else {
                    throw SquashFSError.noSuchPath(text(path))
                }
                try add(ImageEntry(path: parent, inode: inode))
            }
        }

        private static func split(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8]) {
            guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return ([], path) }
            return (Array(path[..<slash]), Array(path[(slash + 1)...]))
        }

        private func open(_ path: [UInt8]) throws(SystemError) -> File {
            try PathBytes.open(
                join(root, path), flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        }

        // MARK: Folders

        private func makeFolders(_ folders: [Folder]) throws {
            let name = text(root)
            if PathBytes.withCString(root, { mkdir($0, 0o700) }) != 0 {
                guard errno == EEXIST else { throw SystemError("mkdir", name) }
                let folder = try open([])
                guard try DirectoryReader.read(root).isEmpty else {
                    throw SquashFSError.unsafeExtraction(
                        path: name, problem: "the folder is not empty")
                }
                try checked("fchmod", name) { fchmod(folder.descriptor, 0o700) }
            }
            for folder in folders where !folder.path.isEmpty {
                let (parent, name) = Self.split(folder.path)
                let descriptor = try open(parent)
                try checked("mkdirat", text(folder.path)) {
                    PathBytes.withCString(name) { mkdirat(descriptor.descriptor, $0, 0o700) }
                }
            }
        }

        private func finish(_ folder: Folder) throws {
            let file = try open(folder.path)
            try setAttributes(of: file, folder.inode, folder.path)
            count(names: 1)
        }

        private func count(names: Int, bytes: UInt64 = 0) {
            summary.withLock { summary in
                summary.names += names
                summary.byteCount += bytes
            }
        }

        private func skip(_ path: [UInt8], _ what: String) {
            summary.withLock { $0.skipped.append("\(text(path)): \(what)") }
        }

        // MARK: Files

        private func makeFiles(_ folders: [Folder]) throws {
            // A few files of one folder at a time: their fragments are shared.
            var batches: [(folder: Int, range: Range<Int>)] = []
            for (index, folder) in folders.enumerated() {
                for start in stride(from: 0, to: folder.files.count, by: 32) {
                    batches.append((index, start..<min(start + 32, folder.files.count)))
                }
            }
            let work = batches
            try ParallelWork.forEach(work.count, threads: options.threads) { index in
                let folder = folders[work[index].folder]
                let descriptor = try self.open(folder.path)
                let buffer = BlockBuffer(byteCount: Int(self.image.superblock.blockSize))
                for (name, inode) in folder.files[work[index].range] {
                    try self.make(
                        name, inode, in: descriptor, joinPath(folder.path, name), buffer)
                }
            }
        }

        private func make(
            _ name: [UInt8], _ inode: Inode, in folder: File, _ path: [UInt8],
            _ buffer: BlockBuffer
        ) throws {
            let type: mode_t
            var device: dev_t = 0
            switch inode.kind {
            case .regular: return try makeRegular(name, inode, in: folder, path, buffer)
            case .blockDevice(let major, let minor):
                type = S_IFBLK
                device = gnu_dev_makedev(major, minor)
            case .characterDevice(let major, let minor):
                type = S_IFCHR
                device = gnu_dev_makedev(major, minor)
            case .fifo: type = S_IFIFO
            case .socket: type = S_IFSOCK
            case .directory, .symlink: return
            }
            let result = PathBytes.withCString(name) {
                mknodat(folder.descriptor, $0, type | 0o600, device)
            }
            if result != 0 {
                guard errno == EPERM else { throw SystemError("mknodat", text(path)) }
                skip(path, "only root may make a device node")
                return
            }
            try setAttributes(ofName: name, in: folder, inode, path)
            count(names: 1)
        }

        private func makeRegular(
            _ name: [UInt8], _ inode: Inode, in folder: File, _ path: [UInt8],
            _ buffer: BlockBuffer
        ) throws {
            let reader = try FileReader(inode, in: image)
            let descriptor = try checked("openat", text(path)) {
                PathBytes.withCString(name) {
                    slipway_openat(
                        folder.descriptor, $0,
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
                }
            }
            let file = File(descriptor: descriptor, path: text(path))
            var hasHoles = false
            for index in 0..<reader.pieceCount {
                if reader.isZeros(index) {
                    hasHoles = true
                    continue
                }
                let count = reader.byteCount(ofPiece: index)
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
                try reader.readPiece(index, into: piece)
                try file.write(
                    UnsafeRawBufferPointer(piece),
                    at: UInt64(index) * UInt64(image.superblock.blockSize))
            }
            if hasHoles {
                guard let size = off_t(exactly: inode.byteCount) else {
                    throw SystemError("ftruncate", text(path), code: EFBIG)
                }
                try checked("ftruncate", text(path)) { ftruncate(descriptor, size) }
            }
            try setAttributes(of: file, inode, path)
            count(names: 1, bytes: inode.byteCount)
        }

        private func makeLink(_ path: [UInt8], to first: [UInt8]) throws {
            let (folder, name) = Self.split(path)
            let (firstFolder, firstName) = Self.split(first)
            let target = try open(folder)
            let source = try open(firstFolder)
            let result = PathBytes.withCString(firstName) { firstName in
                PathBytes.withCString(name) { name in
                    linkat(source.descriptor, firstName, target.descriptor, name, 0)
                }
            }
            if result != 0 {
                // The first name is missing when it is a device that was skipped.
                guard errno == ENOENT, !options.setsOwners else {
                    throw SystemError("linkat", text(path))
                }
                skip(path, "its first name was skipped")
                return
            }
            count(names: 1)
        }

        private func makeSymlink(_ entry: ImageEntry) throws {
            guard case .symlink(let target) = entry.inode.kind else { return }
            let (folder, name) = Self.split(entry.path)
            let descriptor = try open(folder)
            try checked("symlinkat", text(entry.path)) {
                PathBytes.withCString(target) { target in
                    PathBytes.withCString(name) { symlinkat(target, descriptor.descriptor, $0) }
                }
            }
            try setAttributes(ofName: name, in: descriptor, entry.inode, entry.path)
            count(names: 1)
        }

        // MARK: Attributes

        private func times(_ inode: Inode) -> [timespec] {
            let time = timespec(tv_sec: Int(inode.modificationTime), tv_nsec: 0)
            return [time, time]
        }

        private func setAttributes(of file: File, _ inode: Inode, _ path: [UInt8]) throws {
            if options.setsOwners, inode.uid != 0 || inode.gid != 0 {
                try checked("fchown", text(path)) {
                    fchown(file.descriptor, inode.uid, inode.gid)
                }
            }
            try setXattrs(inode, path) { name, value in
                PathBytes.withCString(name) {
                    fsetxattr(file.descriptor, $0, value, value.count, 0)
                }
            }
            // After the owner, whose change takes the set-id bits away.
            try checked("fchmod", text(path)) {
                fchmod(file.descriptor, mode_t(inode.mode))
            }
            try checked("futimens", text(path)) { futimens(file.descriptor, times(inode)) }
        }

        /// For what cannot be opened without an effect: nodes and symlinks.
        private func setAttributes(
            ofName name: [UInt8], in folder: File, _ inode: Inode, _ path: [UInt8]
        ) throws {
            let flags = AT_SYMLINK_NOFOLLOW
            let description = text(path)
            try PathBytes.withCString(name) { name in
                Result {
                    if options.setsOwners {
                        try checked("fchownat", description) {
                            fchownat(folder.descriptor, name, inode.uid, inode.gid, flags)
                        }
                    }
                    if case .symlink = inode.kind {
                    } else {
                        try checked("fchmodat", description) {
                            fchmodat(folder.descriptor, name, mode_t(inode.mode), 0)
                        }
                    }
                    try checked("utimensat", description) {
                        utimensat(folder.descriptor, name, times(inode), flags)
                    }
                }
            }.get()
            let place = Array("/proc/self/fd/\(folder.descriptor)/".utf8) + name
            try setXattrs(inode, path) { name, value in
                PathBytes.withCString(place) { place in
                    PathBytes.withCString(name) { lsetxattr(place, $0, value, value.count, 0) }
                }
            }
        }

        private func setXattrs(
            _ inode: Inode, _ path: [UInt8], _ set: (_ name: [UInt8], _ value: [UInt8]) -> CInt
        ) throws {
            guard options.setsXattrs, inode.hasXattrs else { return }
            for xattr in try image.xattrs(of: inode) where set(xattr.name, xattr.value) != 0 {
                switch errno {
                case EPERM, EACCES, ENOTSUP: skip(path, "xattr \(text(xattr.name))")
                default: throw SystemError("setxattr", "\(text(path)), \(text(xattr.name))")
                }
            }
        }
    }
}

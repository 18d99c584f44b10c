import CSyscalls
import Glibc
import Syscalls

extension SquashFS.TreeBuilder {
    /// Adds a folder with all that is in it.
    ///
    /// Names are added folder by folder in the order of their bytes, so that of several hard links
    /// the same one comes first on every filesystem.
    mutating func scan(_ folder: [UInt8]) throws(SquashFSError) {
        let index = addFolder(folder)
        var links: [LinkKey: Int32] = [:]
        guard let root = try entry(folder, path: [], status: try status(folder)) else { return }
        guard case .directory = root.kind else {
            throw .system(SystemError("open", SquashFS.text(folder), code: ENOTDIR))
        }
        try add(root, folder: index)
        var pending: [[UInt8]] = [[]]
        while let path = pending.popLast() {
            var subfolders: [[UInt8]] = []
            let directory = SquashFS.join(folder, path)
            for (name, status) in try read(directory) {
                let childPath = path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
                let isFolder = status.st_mode & S_IFMT == S_IFDIR
                let key = LinkKey(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
                if !isFolder, status.st_nlink > 1, let node = links[key] {
                    try link(childPath, to: tree.nodes[Int(node)].inode)
                    continue
                }
                guard
                    let entry = try entry(
                        SquashFS.join(directory, name), path: childPath, status: status),
                    let node = try add(entry, folder: index)
                else { continue }
                if isFolder {
                    subfolders.append(childPath)
                } else {
                    if status.st_nlink > 1 { links[key] = node }
                    count(bytes: UInt64(max(0, status.st_size)))
                }
            }
            pending += subfolders.reversed()
        }
    }

    private func read(
        _ folder: [UInt8]
    ) throws(SquashFSError) -> [(name: [UInt8], status: stat)] {
        try system { () throws(SystemError) in try DirectoryReader.read(folder) }
    }

    private struct LinkKey: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private func status(_ path: [UInt8]) throws(SquashFSError) -> stat {
        try system { () throws(SystemError) in
            try PathBytes.open(path, flags: O_RDONLY | O_DIRECTORY).status()
        }
    }

    /// What a file on disk is, with its attributes.
    private func entry(
        _ file: [UInt8], path: [UInt8], status: stat
    ) throws(SquashFSError) -> SquashFS.Entry? {
        let kind: SquashFS.Entry.Kind
        let (major, minor) = (UInt32(gnu_dev_major(status.st_rdev)), gnu_dev_minor(status.st_rdev))
        var xattrs: [SquashFS.Xattr] = []
        do {
            switch status.st_mode & S_IFMT {
            case S_IFREG: kind = .regular(.path(file))
            case S_IFDIR: kind = .directory
            case S_IFLNK: kind = .symlink(target: try PathBytes.readLink(file))
            case S_IFBLK: kind = .blockDevice(major: major, minor: UInt32(minor))
            case S_IFCHR: kind = .characterDevice(major: major, minor: UInt32(minor))
            case S_IFIFO: kind = .fifo
            case S_IFSOCK: kind = .socket
            default:
                throw SystemError("lstat", SquashFS.text(file), code: EINVAL)
            }
            if options.includesXattrs {
                xattrs = try PathBytes.xattrs(file).map { .init(name: $0.name, value: $0.value) }
            }
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            throw .invalidEntry(path: SquashFS.text(file), problem: "\(error)")
        }
        return SquashFS.Entry(
            path: path, kind: kind, mode: UInt16(status.st_mode & 0o7777), uid: status.st_uid,
            gid: status.st_gid, modificationTime: Int64(status.st_mtim.tv_sec), xattrs: xattrs)
    }
}

extension SquashFS {
    /// A path of a folder and a path in it.
    static func join(_ folder: [UInt8], _ path: [UInt8]) -> [UInt8] {
        path.isEmpty ? folder : folder + [UInt8(ascii: "/")] + path
    }
}

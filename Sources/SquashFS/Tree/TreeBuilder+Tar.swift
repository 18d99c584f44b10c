import Archive
import Syscalls

extension SquashFS.TreeBuilder {
    /// Adds the entries of a tar archive; what files hold goes to the spool.
    ///
    /// A later entry of the same path wins, as tar(1) has it.
    mutating func read(tar path: String, spool: SquashFS.Spool) throws(SquashFSError) {
        do {
            let file = try File(path)
            let reader = try ArchiveReader(file, range: 0..<(try file.byteCount()), name: path)
            while let entry = try reader.next() { try add(entry, from: reader, spool: spool) }
        } catch let error as SquashFSError {
            throw error
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as ArchiveError {
            throw .archive(error)
        } catch {
            throw .invalidEntry(path: path, problem: "\(error)")
        }
    }

    private mutating func add(
        _ entry: ArchiveEntry, from reader: ArchiveReader, spool: SquashFS.Spool
    ) throws {
        let kind: SquashFS.Entry.Kind
        switch entry.kind {
        case .regular:
            let start = try spool.begin()
            try reader.forEachPiece { piece, offset in
                try spool.write(piece, at: start + offset)
            }
            spool.end(at: start + entry.byteCount)
            count(bytes: entry.byteCount)
            kind = .regular(
                .slice(path: spool.path, offset: start, byteCount: entry.byteCount))
        case .directory: kind = .directory
        case .symlink(let target): kind = .symlink(target: target)
        case .hardLink(let target): kind = .hardLink(to: target)
        case .device(true, let major, let minor): kind = .blockDevice(major: major, minor: minor)
        case .device(false, let major, let minor):
            kind = .characterDevice(major: major, minor: minor)
        case .fifo: kind = .fifo
        case .socket: kind = .socket
        }
        try add(
            SquashFS.Entry(
                path: entry.path, kind: kind, mode: UInt16(truncatingIfNeeded: entry.mode & 0o7777),
                uid: entry.uid, gid: entry.gid, modificationTime: entry.modificationTime,
                xattrs: entry.attributes.map { .init(name: $0.name, value: $0.value) }))
    }
}

import Archive
package import SquashFS
import Syscalls

/// A tar archive as a source of a squashfs image.
///
/// A target of its own, so that programs that only read images do not need libarchive.
package struct TarStream: SquashFS.EntryStream {
    private let path: String

    /// Names an archive, compressed or not; it is opened when it is read.
    package init(path: String) { self.path = path }

    package func forEachEntry(
        _ body: (SquashFS.Entry, SquashFS.StreamedContent?) throws -> Void
    ) throws {
        let file = try File(path)
        let reader = try ArchiveReader(file, range: 0..<(try file.byteCount()), name: path)
        while let entry = try reader.next() {
            var content: SquashFS.StreamedContent?
            if case .regular = entry.kind {
                content = .init(byteCount: entry.byteCount) { try reader.forEachPiece($0) }
            }
            try body(SquashFS.Entry(entry), content)
        }
    }
}

extension SquashFS.Source {
    /// A tar archive, compressed or not.
    package static func tar(path: String) -> SquashFS.Source { .stream(TarStream(path: path)) }
}

extension SquashFS.Entry {
    fileprivate init(_ entry: ArchiveEntry) {
        let kind: Kind
        switch entry.kind {
        case .regular: kind = .regular(.bytes([]))
        case .directory: kind = .directory
        case .symlink(let target): kind = .symlink(target: target)
        case .hardLink(let target): kind = .hardLink(to: target)
        case .device(true, let major, let minor): kind = .blockDevice(major: major, minor: minor)
        case .device(false, let major, let minor):
            kind = .characterDevice(major: major, minor: minor)
        case .fifo: kind = .fifo
        case .socket: kind = .socket
        }
        self.init(
            path: entry.path, kind: kind, mode: UInt16(truncatingIfNeeded: entry.mode & 0o7777),
            uid: entry.uid, gid: entry.gid, modificationTime: entry.modificationTime,
            xattrs: entry.attributes.map { .init(name: $0.name, value: $0.value) })
    }
}

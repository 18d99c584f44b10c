import CArchive
import Glibc
package import Syscalls

/// Reads a tar archive, compressed or not, entry by entry, through libarchive.
///
/// For one thread at a time.
package final class ArchiveReader {
    private let handle: OpaquePointer
    private let source: Source
    private let name: String
    private var current: OpaquePointer?

    /// Opens an archive that fills a range of a file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - range: The bytes of the file that are the archive.
    ///   - name: What messages call it.
    /// - Throws: `ArchiveError.unreadable` when it is no tar archive.
    package init(_ file: File, range: Range<UInt64>, name: String) throws(ArchiveError) {
        guard let handle = archive_read_new() else {
            throw .unreadable(archive: name, reason: "no memory")
        }
        self.handle = handle
        self.name = name
        source = Source(file: file, range: range)
        archive_read_support_filter_all(handle)
        archive_read_support_format_tar(handle)
        let status = archive_read_open(
            handle, Unmanaged.passUnretained(source).toOpaque(), nil,
            { handle, context, buffer in
                guard let context else { return -1 }
                return Unmanaged<Source>.fromOpaque(context).takeUnretainedValue()
                    .provide(handle, buffer)
            }, nil)
        try check(status)
    }

    deinit { archive_read_free(handle) }

    /// The next entry; nil at the end.
    package func next() throws(ArchiveError) -> ArchiveEntry? {
        let status = archive_read_next_header(handle, &current)
        if status == ARCHIVE_EOF { return nil }
        try check(status)
        guard let entry = current else { return nil }
        return ArchiveEntry(
            path: bytes(archive_entry_pathname(entry)), kind: try kind(of: entry),
            mode: UInt32(archive_entry_perm(entry)),
            uid: UInt32(clamping: archive_entry_uid(entry)),
            gid: UInt32(clamping: archive_entry_gid(entry)),
            byteCount: UInt64(max(0, archive_entry_size(entry))),
            modificationTime: Int64(archive_entry_mtime(entry)), attributes: attributes(of: entry))
    }

    /// Hands out the current entry's content piece by piece, each with its offset.
    ///
    /// A gap between pieces is a hole of zeros.
    package func forEachPiece(_ body: (UnsafeRawBufferPointer, UInt64) throws -> Void) throws {
        var buffer: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        while true {
            let status = archive_read_data_block(handle, &buffer, &count, &offset)
            if status == ARCHIVE_EOF { return }
            try check(status)
            try body(UnsafeRawBufferPointer(start: buffer, count: count), UInt64(offset))
        }
    }

    /// The current entry's content in one piece.
    package func readContent() throws -> [UInt8] {
        var content: [UInt8] = []
        try forEachPiece { piece, offset in
            content += [UInt8](repeating: 0, count: Int(offset) - content.count)
            content += piece
        }
        return content
    }

    private func kind(of entry: OpaquePointer) throws(ArchiveError) -> ArchiveEntry.Kind {
        if let target = archive_entry_hardlink(entry) { return .hardLink(target: bytes(target)) }
        switch archive_entry_filetype(entry) {
        case S_IFREG: return .regular
        case S_IFDIR: return .directory
        case S_IFLNK: return .symlink(target: bytes(archive_entry_symlink(entry)))
        case S_IFIFO: return .fifo
        case S_IFSOCK: return .socket
        case S_IFBLK, S_IFCHR:
            return .device(
                isBlock: archive_entry_filetype(entry) == S_IFBLK,
                major: UInt32(archive_entry_rdevmajor(entry)),
                minor: UInt32(archive_entry_rdevminor(entry)))
        case let type:
            throw .unreadable(archive: name, reason: "entry of unknown type \(type)")
        }
    }

    private func attributes(of entry: OpaquePointer) -> [(name: [UInt8], value: [UInt8])] {
        var found: [(name: [UInt8], value: [UInt8])] = []
        archive_entry_xattr_reset(entry)
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while archive_entry_xattr_next(entry, &name, &value, &count) == ARCHIVE_OK {
            found.append(
                (bytes(name), Array(UnsafeRawBufferPointer(start: value, count: count))))
        }
        return found
    }

    private func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text else { return [] }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    private func check(_ status: CInt) throws(ArchiveError) {
        // A warning means that a part was not understood, and here nothing may be lost.
        guard status == ARCHIVE_OK else {
            let reason = archive_error_string(handle).map { String(cString: $0) }
            throw .unreadable(archive: name, reason: source.failure ?? reason ?? "unknown error")
        }
    }
}

/// Feeds libarchive from a range of a file.
private final class Source {
    private let file: File
    private var offset: UInt64
    private let end: UInt64
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private(set) var failure: String?

    init(file: File, range: Range<UInt64>) {
        self.file = file
        offset = range.lowerBound
        end = range.upperBound
    }

    deinit { buffer.deallocate() }

    func provide(_ handle: OpaquePointer?, _ result: UnsafeMutablePointer<UnsafeRawPointer?>?)
        -> Int
    {
        let wanted = UnsafeMutableRawBufferPointer(
            rebasing: buffer[..<Int(min(UInt64(buffer.count), end - offset))])
        do {
            let count = try file.read(into: wanted, at: offset)
            offset += UInt64(count)
            result?.pointee = UnsafeRawPointer(buffer.baseAddress)
            return count
        } catch {
            failure = error.description
            return -1
        }
    }
}

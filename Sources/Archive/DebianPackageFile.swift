import Syscalls

/// A binary package file: an ar archive of `debian-binary`, `control.tar.*` and `data.tar.*`.
///
/// The format is deb(5)'s; the ar headers are those of `<ar.h>`: 8 bytes of magic, then for each
/// member 60 bytes of blank-padded text (name 16, time 12, uid 6, gid 6, mode 8, size 10, end 2)
/// and its content, padded to an even length.
package struct DebianPackageFile: Sendable {
    private let file: File
    private let members: [String: Range<UInt64>]

    /// Opens a package file and finds its members.
    ///
    /// - Throws: `ArchiveError.notADebianPackage` or `SystemError`.
    package init(_ path: String) throws {
        file = try File(path)
        members = try DebianPackageFile.findMembers(of: file)
        guard members["debian-binary"] != nil else {
            throw ArchiveError.missingMember(path: path, member: "debian-binary")
        }
    }

    /// The files of the control archive by name, such as `control`, `postinst`, `md5sums`.
    package func readControl() throws -> [String: [UInt8]] {
        let reader = try open("control.tar")
        var files: [String: [UInt8]] = [:]
        while let entry = try reader.next() {
            guard entry.kind == .regular else { continue }
            var name = String(decoding: entry.path, as: UTF8.self)
            if name.hasPrefix("./") { name.removeFirst(2) }
            files[name] = try reader.readContent()
        }
        return files
    }

    /// Opens the archive of the package's files.
    package func openData() throws -> ArchiveReader { try open("data.tar") }

    private func open(_ prefix: String) throws -> ArchiveReader {
        guard let (name, range) = members.first(where: { $0.key.hasPrefix(prefix) }) else {
            throw ArchiveError.missingMember(path: file.path, member: prefix)
        }
        return try ArchiveReader(file, range: range, name: "\(file.path): \(name)")
    }

    private static func findMembers(of file: File) throws -> [String: Range<UInt64>] {
        func failure(_ expected: String, _ offset: UInt64) -> ArchiveError {
            .notADebianPackage(path: file.path, expected: expected, offset: offset)
        }
        let end = try file.byteCount()
        guard try file.read(8, at: 0) == Array("!<arch>\n".utf8) else {
            throw failure("\"!<arch>\"", 0)
        }
        var members: [String: Range<UInt64>] = [:]
        var offset: UInt64 = 8
        while offset < end {
            let header = try file.read(60, at: offset)
            guard header.count == 60, header[58...] == [0x60, 0x0A] else {
                throw failure("a member header", offset)
            }
            let name = field(header[0..<16]), start = offset + 60
            guard let size = UInt64(field(header[48..<58])), size <= end - start else {
                throw failure("member \(name) to end within \(end) bytes", offset)
            }
            members[name] = start..<(start + size)
            offset = start + size + size % 2
        }
        return members
    }

    /// A blank-padded field; GNU ar ends names with a slash.
    private static func field(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)
        if text.hasSuffix("/") { text.removeLast() }
        return text
    }
}

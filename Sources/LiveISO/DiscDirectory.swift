import Bytes
import Syscalls

/// Finds files on an ISO 9660 filesystem by their paths, to know where their bytes lie.
///
/// Reads the primary volume descriptor and its directories (ECMA-119, 8.4 and 9.1); of names, what
/// ISO 9660 itself has: letters without case and a version. That is enough for the media
/// that we make, and it is no filesystem for anything else.
package struct DiscDirectory {
    /// Where a file's bytes lie in the medium.
    package struct Extent: Sendable, Equatable {
        /// The first byte.
        package let offset: UInt64
        /// How many there are.
        package let byteCount: UInt64
    }

    private static let sectorByteCount: UInt64 = 2048
    private static let directoryByteLimit: UInt64 = 1 << 20

    private let file: File
    private let root: Extent

    /// Opens a medium.
    ///
    /// - Throws: `LiveISOError.notAnISO`, `SystemError`.
    package init(_ path: String) throws {
        file = try File(path)
        let descriptor = try file.read(2048, at: 16 * DiscDirectory.sectorByteCount)
        guard descriptor.count == 2048, descriptor[0] == 1,
            Array(descriptor[1..<6]) == Array("CD001".utf8)
        else {
            throw LiveISOError.notAnISO(path: path, problem: "no primary volume descriptor")
        }
        guard let record = DiscDirectory.record(in: descriptor, at: 156), record.isFolder else {
            throw LiveISOError.notAnISO(path: path, problem: "no root directory")
        }
        root = record.extent
    }

    /// Where a file lies.
    ///
    /// - Parameter name: Its path from the root, such as `boot/vmlinuz`.
    /// - Returns: The place of its bytes.
    /// - Throws: `LiveISOError.missing` when there is none, or it lies in more than one piece.
    package func extent(of name: String) throws -> Extent {
        var place = root
        let parts = name.split(separator: "/")
        for (index, part) in parts.enumerated() {
            let wanted = part.uppercased()
            let isLast = index == parts.count - 1
            let found = try records(of: place).first {
                $0.name == wanted && $0.isFolder != isLast && !$0.hasMorePieces
            }
            guard let found else { throw LiveISOError.missing(path: file.path, file: name) }
            place = found.extent
        }
        return place
    }

    /// The bytes of a file.
    package func read(_ name: String) throws -> [UInt8] {
        let extent = try extent(of: name)
        guard extent.byteCount <= UInt64(256 << 20) else {
            throw LiveISOError.notAnISO(
                path: file.path, problem: "\(name) has \(extent.byteCount) bytes")
        }
        return try file.read(Int(extent.byteCount), at: extent.offset)
    }

    private struct Record {
        let name: String
        let isFolder: Bool
        let hasMorePieces: Bool
        let extent: Extent
        let byteCount: Int
    }

    private func records(of folder: Extent) throws -> [Record] {
        guard folder.byteCount <= DiscDirectory.directoryByteLimit else {
            throw LiveISOError.notAnISO(
                path: file.path, problem: "a directory of \(folder.byteCount) bytes")
        }
        let bytes = try file.read(Int(folder.byteCount), at: folder.offset)
        var records: [Record] = []
        var place = 0
        while place < bytes.count {
            if bytes[place] == 0 {
                // Records do not cross sectors: the rest of this one is empty.
                place = (place / 2048 + 1) * 2048
                continue
            }
            guard let record = DiscDirectory.record(in: bytes, at: place) else {
                throw LiveISOError.notAnISO(
                    path: file.path, problem: "a directory record at \(folder.offset) is cut")
            }
            records.append(record)
            place += record.byteCount
        }
        return records
    }

    /// A directory record (ECMA-119, 9.1); nil when it does not end in the bytes.
    private static func record(in bytes: [UInt8], at place: Int) -> Record? {
        guard place + 34 <= bytes.count else { return nil }
        let byteCount = Int(bytes[place])
        let nameCount = Int(bytes[place + 32])
        guard byteCount >= 33 + nameCount, place + byteCount <= bytes.count else { return nil }
        func number(at offset: Int) -> UInt64 {
            bytes[(place + offset)..<(place + offset + 4)].reversed().reduce(0) {
                $0 << 8 | UInt64($1)
            }
        }
        var name = bytes[(place + 33)..<(place + 33 + nameCount)].prefix { $0 != UInt8(ascii: ";") }
        // A name without an extension has the dot before it all the same (ECMA-119, 7.5.1).
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        let flags = bytes[place + 25]
        return Record(
            name: String(decoding: name, as: UTF8.self), isFolder: flags & 2 != 0,
            hasMorePieces: flags & 0x80 != 0,
            extent: Extent(offset: number(at: 2) * sectorByteCount, byteCount: number(at: 10)),
            byteCount: byteCount)
    }
}

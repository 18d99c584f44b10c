import Command
import Compression
import SquashFS
import Syscalls

/// Entries and images for the tests, the same every time.
enum Sample {
    /// Bytes without any order.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { buffer in
            for index in buffer.indices {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                buffer[index] = UInt8(truncatingIfNeeded: state >> 32)
            }
        }
        return bytes
    }

    /// Bytes that compress well.
    static func text(_ count: Int, seed: Int = 0) -> [UInt8] {
        let line = Array("line \(seed) of a file that says little; ".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + line.count)
        while bytes.count < count { bytes += line }
        return Array(bytes[..<count])
    }

    static func file(_ path: String, _ bytes: [UInt8], mode: UInt16 = 0o644) -> SquashFS.Entry {
        SquashFS.Entry(
            path: path, kind: .regular(.bytes(bytes)), mode: mode, modificationTime: 1_700_000_000)
    }

    static func folder(_ path: String) -> SquashFS.Entry {
        SquashFS.Entry(path: path, kind: .directory, mode: 0o755, modificationTime: 1_700_000_001)
    }

    /// All kinds of inodes, lengths around the block size, names that are no text.
    static func everything(blockSize: Int) -> [SquashFS.Entry] {
        let time: Int64 = 1_700_000_000
        var entries: [SquashFS.Entry] = [
            SquashFS.Entry(path: "", kind: .directory, mode: 0o755, modificationTime: time),
            folder("empty"),
            folder("sizes"),
            SquashFS.Entry(
                path: "link", kind: .symlink(target: Array("sizes/0".utf8)), mode: 0o777,
                modificationTime: time),
            SquashFS.Entry(
                path: "null", kind: .characterDevice(major: 1, minor: 3), mode: 0o666,
                modificationTime: time),
            SquashFS.Entry(
                path: "disk", kind: .blockDevice(major: 259, minor: 70_000), mode: 0o660, uid: 5,
                gid: 6, modificationTime: time),
            SquashFS.Entry(path: "pipe", kind: .fifo, mode: 0o600, modificationTime: time),
            SquashFS.Entry(path: "socket", kind: .socket, mode: 0o755, modificationTime: time),
            file("setuid", text(10), mode: 0o4755),
            SquashFS.Entry(
                path: Array("na".utf8) + [0xff, 0xfe, 0x0a] + Array("me".utf8),
                kind: .regular(.bytes([1, 2, 3])), mode: 0o644, modificationTime: time),
            file(String(repeating: "n", count: 255), [9]),
            SquashFS.Entry(
                path: "attributes", kind: .regular(.bytes([7])), mode: 0o644,
                modificationTime: time,
                xattrs: [
                    .init("user.empty", []), .init("user.large", text(1500)),
                    .init("security.capability", [1, 0, 0, 2, 0, 4, 0, 0] + noise(12)),
                    .init("trusted.t", noise(100)),
                ]),
            SquashFS.Entry(
                path: "attributes2", kind: .directory, mode: 0o1777, modificationTime: time,
                xattrs: [.init("user.large", text(1500)), .init("trusted.t", noise(100))]),
        ]
        let lengths = [
            0, 1, blockSize - 1, blockSize, blockSize + 1, 3 * blockSize + 17,
        ]
        for length in lengths {
            entries.append(file("sizes/\(length)", text(length, seed: length)))
            entries.append(file("sizes/noise-\(length)", noise(length, seed: UInt64(length) + 7)))
            entries.append(file("sizes/zeros-\(length)", [UInt8](repeating: 0, count: length)))
        }
        var holes = text(blockSize) + [UInt8](repeating: 0, count: 2 * blockSize)
        holes += noise(blockSize) + [UInt8](repeating: 0, count: 100)
        entries.append(file("sizes/holes", holes))
        entries.append(file("sizes/copy", text(3 * blockSize + 17, seed: 3 * blockSize + 17)))
        for index in 0..<3 {
            entries.append(
                SquashFS.Entry(
                    path: "hard\(index)", kind: .hardLink(to: Array("sizes/1".utf8)), mode: 0))
        }
        return entries
    }

    static func options(
        _ codec: Compression.Codec = .zstd(level: 3), blockSize: Int = 4096, threads: Int = 2
    ) -> SquashFS.WriterOptions {
        SquashFS.WriterOptions(
            compression: codec, blockSize: blockSize, clampTime: 1_700_000_000, threads: threads)
    }

    /// Packs into memory.
    static func pack(
        _ sources: [SquashFS.Source], _ options: SquashFS.WriterOptions = options(),
        cache: SquashFS.BlockCache? = nil
    ) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/image"
        try SquashFS.pack(sources, to: path, options: options, cache: cache)
        return try FileSystem.read(path)
    }

    static func image(
        _ entries: [SquashFS.Entry], _ options: SquashFS.WriterOptions = options()
    ) throws -> SquashFS.Image {
        try SquashFS.Image(bytes: try pack([.entries(entries)], options))
    }

    /// One line for each path of an image: all that can be compared.
    static func describe(_ image: SquashFS.Image) throws -> [String] {
        try image.entries().map { entry in
            let inode = entry.inode
            let content = inode.isRegular ? try image.digest(of: inode).description : ""
            let xattrs = try image.xattrs(of: inode).map { "\(SquashFS.text($0.name))=\($0.value)" }
            return "\(SquashFS.text(entry.path)) \(inode.kind) \(inode.mode) \(inode.uid) "
                + "\(inode.gid) \(inode.modificationTime) \(inode.byteCount) "
                + "\(inode.isDirectory ? 0 : inode.linkCount) \(content) \(xattrs.sorted())"
        }
    }

    static func paths(_ image: SquashFS.Image) throws -> [String] {
        try image.entries().map { SquashFS.text($0.path) }
    }

    /// Whether a program is installed.
    static func has(_ program: String) -> Bool { Command(program).locate() != nil }
}

extension Compression.Codec {
    static let all: [Compression.Codec] = [
        .zstd(level: 3), .xz, .gzip(level: 6), .lz4, .lz4HighCompression, .none,
    ]
}

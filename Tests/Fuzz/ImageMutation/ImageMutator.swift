import Compression
import SquashFS
import Syscalls

/// Makes damaged images out of sound ones, with an eye for where structures are.
package struct ImageMutator: Sendable {
    private struct Seed: Sendable {
        let bytes: [UInt8]
        /// Where the tables begin: what comes before is content.
        let tables: Int
        let end: Int
    }

    private let seeds: [Seed]

    /// A mutator with small images of each codec; most are uncompressed, so that a changed byte
    /// is a changed field.
    ///
    /// - Throws: What packing the images throws.
    package init() throws {
        let folder = try TemporaryFolder()
        let codecs: [(Compression.Codec, Int)] = [
            (.none, 5), (.gzip(level: 9), 1), (.lz4, 1), (.zstd(level: 3), 1), (.xz, 1),
        ]
        var seeds: [Seed] = []
        for (codec, count) in codecs {
            var options = SquashFS.WriterOptions(
                compression: codec, blockSize: 4096, clampTime: 1, threads: 1)
            for entries in [Self.small, Self.rich] {
                let path = "\(folder.path)/image"
                options.packsTails = entries.count > 4
                try SquashFS.pack([.entries(entries)], to: path, options: options)
                let image = try SquashFS.Image(path: path)
                let end = Int(image.superblock.bytesUsed)
                let seed = Seed(
                    bytes: Array(try FileSystem.read(path)[..<end]),
                    tables: Int(image.superblock.inodeTable), end: end)
                seeds += Array(repeating: seed, count: count)
            }
        }
        self.seeds = seeds
    }

    private static let small: [SquashFS.Entry] = [
        .init(path: "a", kind: .regular(.bytes(Array("hello".utf8))), mode: 0o644),
        .init(path: "d", kind: .directory, mode: 0o755),
        .init(path: "d/l", kind: .symlink(target: Array("../a".utf8)), mode: 0o777),
    ]

    private static var rich: [SquashFS.Entry] {
        let noise = (0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let value = Array(noise[..<70])
        return small + [
            .init(path: "b", kind: .regular(.bytes(noise)), mode: 0o644, uid: 5),
            .init(
                path: "c", kind: .regular(.bytes([UInt8](repeating: 0, count: 9000) + [1])),
                mode: 0o600, xattrs: [.init("user.a", value), .init("security.b", [1])]),
            .init(
                path: "d/x", kind: .directory, mode: 0o755,
                xattrs: [.init("user.b", value), .init("trusted.t", [])]),
            .init(path: "e", kind: .blockDevice(major: 8, minor: 300), mode: 0o660),
            .init(path: "f", kind: .fifo, mode: 0o600),
            .init(path: "h", kind: .hardLink(to: Array("a".utf8)), mode: 0),
            .init(path: "s", kind: .socket, mode: 0o600),
        ]
    }

    /// A damaged image; the same number gives the same one.
    package func image(number: UInt64) -> [UInt8] {
        var random = RandomBits(seed: number)
        let seed = seeds[random.below(seeds.count)]
        var bytes = seed.bytes
        for _ in 0..<(1 + random.below(4)) { Self.mutate(&bytes, seed, &random) }
        if random.below(20) == 0 { bytes.removeLast(random.below(bytes.count)) }
        return bytes
    }

    /// The sound images that the others are made of, each once.
    package var soundImages: Set<[UInt8]> { Set(seeds.map(\.bytes)) }

    /// Changes any image a little; where its tables are its superblock says, if it is right.
    package static func mutate(_ image: [UInt8], seed number: UInt64) -> [UInt8] {
        var random = RandomBits(seed: number)
        // inode_table_start is at 64 of the superblock, in little-endian bytes.
        let tables = image.dropFirst(64).prefix(3).reversed().reduce(0) { $0 << 8 | Int($1) }
        let seed = Seed(bytes: [], tables: tables, end: image.count)
        var bytes = image
        mutate(&bytes, seed, &random)
        return bytes
    }

    private static func mutate(
        _ bytes: inout [UInt8], _ seed: Seed, _ random: inout RandomBits
    ) {
        guard bytes.count > 96 else { return }
        let place: Int
        switch random.below(10) {
        case 0..<3: place = random.below(96)
        case 3..<9 where seed.tables < bytes.count:
            place = seed.tables + random.below(bytes.count - seed.tables)
        default: place = random.below(bytes.count)
        }
        switch random.below(8) {
        case 0, 1: bytes[place] ^= 1 << UInt8(random.below(8))
        case 2: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 3, 4, 5: overwrite(&bytes, at: place, random.interesting(seed.end), &random)
        case 6:
            // A structure in another's place.
            let from = random.below(bytes.count)
            let count = min(1 + random.below(40), bytes.count - max(from, place))
            bytes.replaceSubrange(
                place..<(place + count), with: Array(bytes[from..<(from + count)]))
        default:
            if random.below(2) == 0 {
                bytes.remove(at: place)
            } else {
                bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            }
        }
    }

    private static func overwrite(
        _ bytes: inout [UInt8], at place: Int, _ value: UInt64, _ random: inout RandomBits
    ) {
        let width = [1, 2, 4, 8][random.below(4)]
        for index in 0..<width where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
        }
    }
}

/// Random numbers that a number starts: splitmix64.
struct RandomBits {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0xd134_2543_de82_ef95 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    /// A number at a border of something: a type, a block, the image.
    mutating func interesting(_ end: Int) -> UInt64 {
        let values: [UInt64] = [
            0, 1, 2, 0x7f, 0xff, 0x100, 0x7fff, 0x8000, 0x8001, 0xffff, 0x1_0000, 0x7fff_ffff,
            0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 1 << 24, 1 << 63,
            0xffff_ffff_ffff_fffe, 0xffff_ffff_ffff_ffff, 4096, 8191, 8192, 8193,
        ]
        switch below(3) {
        case 0: return UInt64(below(end + 8))
        case 1: return UInt64(end) &- 4 &+ UInt64(below(8))
        default: return values[below(values.count)]
        }
    }
}

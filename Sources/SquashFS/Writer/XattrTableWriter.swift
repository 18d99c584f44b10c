import Bytes

extension SquashFS {
    /// Makes the xattr tables: names and values, and where each set of them is.
    ///
    /// A value of more than `minimumSharedSize` bytes that is there already is pointed to.
    struct XattrTableWriter {
        private static let minimumSharedSize = 64

        private(set) var values: MetadataWriter
        private(set) var sets: MetadataWriter
        private let encoder: BlockEncoder
        private var known: [[UInt8]: UInt64] = [:]
        private(set) var count = 0

        init(isRaw: Bool, encoder: BlockEncoder) {
            values = MetadataWriter(isRaw: isRaw)
            sets = MetadataWriter(isRaw: isRaw)
            self.encoder = encoder
        }

        /// Writes all sets, in the order of their indices.
        mutating func write(_ list: [[Xattr]]) throws(SquashFSError) {
            for set in list {
                let position = values.position
                // What the kernel needs for a list of the names, each with a byte of zero.
                var nameByteCount = 0
                for xattr in set {
                    nameByteCount += xattr.name.count + 1
                    try write(xattr)
                }
                // struct squashfs_xattr_id
                var writer = ByteWriter(capacity: 16)
                writer.uint64LE(position.block << 16 | UInt64(position.offset))
                writer.uint32LE(UInt32(set.count))
                writer.uint32LE(UInt32(nameByteCount))
                try sets.append(writer.bytes, encoder)
                count += 1
            }
            try values.finish(encoder)
            try sets.finish(encoder)
        }

        /// Writes `struct squashfs_xattr_entry` and `struct squashfs_xattr_val`.
        private mutating func write(_ xattr: Xattr) throws(SquashFSError) {
            guard let prefix = XattrPrefix(of: xattr.name) else {
                preconditionFailure("xattrs are sorted out before")
            }
            let name = xattr.name.dropFirst(prefix.text.count)
            let shared = known[xattr.value]
            var writer = ByteWriter(capacity: 16 + name.count)
            writer.uint16LE(
                prefix.rawValue | (shared == nil ? 0 : XattrPrefix.valueIsElsewhere))
            writer.uint16LE(UInt16(name.count))
            writer.raw(name)
            try values.append(writer.bytes, encoder)
            var value = ByteWriter(capacity: 4 + xattr.value.count)
            if let shared {
                value.uint32LE(8)
                value.uint64LE(shared)
            } else {
                if xattr.value.count >= Self.minimumSharedSize {
                    let position = values.position
                    known[xattr.value] = position.block << 16 | UInt64(position.offset)
                }
                value.uint32LE(UInt32(xattr.value.count))
                value.raw(xattr.value)
            }
            try values.append(value.bytes, encoder)
        }
    }
}

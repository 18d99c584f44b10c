extension SquashFS {
    /// An inode of an image, with numbers of owners in place of their indices.
    package struct Inode: Sendable, Equatable {
        /// What an inode is.
        package enum Kind: Sendable, Equatable {
            case directory
            case regular
            case symlink(target: [UInt8])
            case blockDevice(major: UInt32, minor: UInt32)
            case characterDevice(major: UInt32, minor: UInt32)
            case fifo
            case socket
        }

        let record: InodeRecord
        let reference: InodeReference
        /// What it is.
        package let kind: Kind
        /// The owner's number.
        package let uid: UInt32
        /// The group's number.
        package let gid: UInt32

        /// Permission bits with set-id and sticky, 0 to 0o7777.
        package var mode: UInt16 { record.mode }
        /// Seconds since 1970.
        package var modificationTime: UInt32 { record.modificationTime }
        /// Its number in the image, from 1.
        package var number: UInt32 { record.number }
        /// How many names it has.
        package var linkCount: UInt32 { record.linkCount }
        /// A regular file's length in bytes; 0 for all else.
        package var byteCount: UInt64 {
            if case .regular(let regular) = record.body { regular.byteCount } else { 0 }
        }
        /// How many bytes of a regular file are in blocks of zeros, which are not stored.
        package var sparseByteCount: UInt64 {
            if case .regular(let regular) = record.body { regular.sparseByteCount } else { 0 }
        }
        /// Whether it is a directory.
        package var isDirectory: Bool { kind == .directory }
        /// Whether it is a regular file.
        package var isRegular: Bool { kind == .regular }
        /// Whether it has extended attributes.
        package var hasXattrs: Bool { record.xattrs != SquashFS.none }

        init(_ record: InodeRecord, reference: InodeReference, uid: UInt32, gid: UInt32) {
            self.record = record
            self.reference = reference
            self.uid = uid
            self.gid = gid
            switch record.body {
            case .directory: kind = .directory
            case .regular: kind = .regular
            case .symlink(let target): kind = .symlink(target: target)
            case .device(let isBlock, let number):
                let major = number >> 8 & 0xfff
                let minor = number & 0xff | number >> 12 & 0xfff00
                kind =
                    isBlock
                    ? .blockDevice(major: major, minor: minor)
                    : .characterDevice(major: major, minor: minor)
            case .fifo: kind = .fifo
            case .socket: kind = .socket
            }
        }
    }

    /// A path of an image with its inode.
    package struct ImageEntry: Sendable, Equatable {
        /// The path from the root, without a leading slash; empty for the root.
        package let path: [UInt8]
        /// What it points to.
        package let inode: Inode
    }

    /// What reading may take, whatever an image claims.
    package struct Limits: Sendable, Equatable {
        /// The most names in all directories of an image together.
        package var entryCount: UInt64 = 1 << 24
        /// The longest path in bytes.
        package var pathByteCount = 1 << 16
        /// The most blocks of a file: 2 TiB of blocks of 128 KiB.
        package var blockCount: UInt64 = 1 << 24
        /// The most xattrs of an inode.
        package var xattrCount: UInt32 = 1 << 16
        /// The most bytes of an inode's xattrs together.
        package var xattrByteCount = 1 << 24

        /// The limits given with each property.
        package init() {}
    }
}

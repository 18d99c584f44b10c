import Bytes

extension SquashFS {
    /// An inode as it is on disk: `union squashfs_inode`, both its basic and its extended forms.
    struct InodeRecord: Sendable, Equatable {
        /// What follows the fields that all inodes have.
        enum Body: Sendable, Equatable {
            case directory(Directory)
            case regular(Regular)
            case symlink(target: [UInt8])
            case device(isBlock: Bool, number: UInt32)
            case fifo
            case socket
        }

        /// `squashfs_dir_inode`, `squashfs_ldir_inode`.
        struct Directory: Sendable, Equatable {
            /// The listing's metadata block, as an offset in the directory table.
            var startBlock: UInt32
            /// The listing's offset in that block, before compression.
            var offset: UInt16
            /// The listing's length in bytes, plus 3 for the `.` and `..` that it lacks.
            var byteCount: UInt32
            /// The number of the directory above; of the root, one more than there are inodes.
            var parent: UInt32
            /// Places to start reading at in a long listing.
            var index: [DirectoryIndex] = []
        }

        /// `squashfs_reg_inode`, `squashfs_lreg_inode`.
        struct Regular: Sendable, Equatable {
            /// Where the data blocks start, in bytes from the image's start.
            var startBlock: UInt64
            /// The content's length in bytes.
            var byteCount: UInt64
            /// How many bytes of it are in blocks of zeros, which are not stored.
            var sparseByteCount: UInt64
            /// The fragment that holds the end of the content, or `none`.
            var fragment: UInt32
            /// The offset in the uncompressed fragment.
            var fragmentOffset: UInt32
            /// The stored size of each block, with `blockIsRaw`; 0 for a block of zeros.
            var blocks: [UInt32]
        }

        /// The permission bits, 0 to 0o7777.
        var mode: UInt16
        /// The owner's place in the id table.
        var uidIndex: UInt16
        /// The group's place in the id table.
        var gidIndex: UInt16
        /// Seconds since 1970.
        var modificationTime: UInt32
        /// The inode's number, from 1.
        var number: UInt32
        /// How many names it has; directories: 2 and one for each folder in it.
        var linkCount: UInt32
        /// The xattr set's index, or `none`.
        var xattrs: UInt32
        /// The rest.
        var body: Body

        /// The number for the basic kind, 1 to 7; the extended one is 7 more.
        var basicType: UInt16 {
            switch body {
            case .directory: 1
            case .regular: 2
            case .symlink: 3
            case .device(let isBlock, _): isBlock ? 4 : 5
            case .fifo: 6
            case .socket: 7
            }
        }

        /// Whether the basic form has no room for a value.
        private var needsExtendedForm: Bool {
            if xattrs != SquashFS.none { return true }
            switch body {
            case .directory(let directory):
                return directory.byteCount > 0xffff || !directory.index.isEmpty
            case .regular(let regular):
                return linkCount != 1 || regular.sparseByteCount != 0
                    || regular.startBlock > 0xffff_ffff || regular.byteCount > 0xffff_ffff
            case .symlink, .device, .fifo, .socket: return false
            }
        }

        /// Appends the inode in the shortest form that holds it.
        func encode(into writer: inout ByteWriter) {
            let isExtended = needsExtendedForm
            writer.uint16LE(isExtended ? basicType + 7 : basicType)
            writer.uint16LE(mode)
            writer.uint16LE(uidIndex)
            writer.uint16LE(gidIndex)
            writer.uint32LE(modificationTime)
            writer.uint32LE(number)
            switch body {
            case .directory(let directory):
                encode(directory, isExtended: isExtended, into: &writer)
            case .regular(let regular):
                encode(regular, isExtended: isExtended, into: &writer)
            case .symlink(let target):
                writer.uint32LE(linkCount)
                writer.uint32LE(UInt32(target.count))
                writer.raw(target)
                if isExtended { writer.uint32LE(xattrs) }
            case .device(_, let number):
                writer.uint32LE(linkCount)
                writer.uint32LE(number)
                if isExtended { writer.uint32LE(xattrs) }
            case .fifo, .socket:
                writer.uint32LE(linkCount)
                if isExtended { writer.uint32LE(xattrs) }
            }
        }

        private func encode(
            _ directory: Directory, isExtended: Bool, into writer: inout ByteWriter
        ) {
            guard isExtended else {
                writer.uint32LE(directory.startBlock)
                writer.uint32LE(linkCount)
                // `needsExtendedForm` has seen that it fits.
                writer.uint16LE(UInt16(truncatingIfNeeded: directory.byteCount))
                writer.uint16LE(directory.offset)
                writer.uint32LE(directory.parent)
                return
            }
            writer.uint32LE(linkCount)
            writer.uint32LE(directory.byteCount)
            writer.uint32LE(directory.startBlock)
            writer.uint32LE(directory.parent)
            writer.uint16LE(UInt16(directory.index.count))
            writer.uint16LE(directory.offset)
            writer.uint32LE(xattrs)
            for entry in directory.index { entry.encode(into: &writer) }
        }

        private func encode(
            _ regular: Regular, isExtended: Bool, into writer: inout ByteWriter
        ) {
            if isExtended {
                writer.uint64LE(regular.startBlock)
                writer.uint64LE(regular.byteCount)
                writer.uint64LE(regular.sparseByteCount)
                writer.uint32LE(linkCount)
                writer.uint32LE(regular.fragment)
                writer.uint32LE(regular.fragmentOffset)
                writer.uint32LE(xattrs)
            } else {
                // `needsExtendedForm` has seen that both fit.
                writer.uint32LE(UInt32(truncatingIfNeeded: regular.startBlock))
                writer.uint32LE(regular.fragment)
                writer.uint32LE(regular.fragmentOffset)
                writer.uint32LE(UInt32(truncatingIfNeeded: regular.byteCount))
            }
            for size in regular.blocks { writer.uint32LE(size) }
        }
    }

    /// A place to start reading at in a long listing: `struct squashfs_dir_index`.
    struct DirectoryIndex: Sendable, Equatable {
        /// The offset in the uncompressed listing where a header starts.
        var offset: UInt32
        /// The metadata block that holds it, as an offset in the directory table.
        var startBlock: UInt32
        /// The first name after that header.
        var name: [UInt8]

        func encode(into writer: inout ByteWriter) {
            writer.uint32LE(offset)
            writer.uint32LE(startBlock)
            writer.uint32LE(UInt32(name.count - 1))
            writer.raw(name)
        }
    }
}

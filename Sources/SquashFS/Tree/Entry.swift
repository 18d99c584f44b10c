extension SquashFS {
    /// What is to be packed under one path.
    package struct Entry: Sendable {
        /// Where a file's bytes come from.
        package enum Content: Sendable {
            /// From memory.
            case bytes([UInt8])
            /// From a file on disk, read when its turn comes; the path is bytes.
            case path([UInt8])
            /// From a range of a file on disk.
            case slice(path: [UInt8], offset: UInt64, byteCount: UInt64)
            /// From a file of another image.
            case image(Image, Inode)

            /// From a file on disk, read when its turn comes.
            package static func file(_ path: String) -> Content { .path(Array(path.utf8)) }
        }

        /// What an entry is.
        package enum Kind: Sendable {
            case regular(Content)
            case directory
            case symlink(target: [UInt8])
            case blockDevice(major: UInt32, minor: UInt32)
            case characterDevice(major: UInt32, minor: UInt32)
            case fifo
            case socket
            /// Another name of an entry that comes before it; the other's attributes count.
            case hardLink(to: [UInt8])
        }

        /// The path from the image's root, with `/` between names; empty for the root itself.
        ///
        /// A leading `/` or `./` is taken off; `..` is refused.
        package var path: [UInt8]
        /// What it is.
        package var kind: Kind
        /// Permission bits with set-id and sticky, 0 to 0o7777.
        package var mode: UInt16
        /// The owner's number.
        package var uid: UInt32
        /// The group's number.
        package var gid: UInt32
        /// Seconds since 1970; the format holds 0 to 2³²−1, others become the nearest of these.
        package var modificationTime: Int64
        /// Extended attributes by full name, such as `security.capability`.
        package var xattrs: [Xattr]

        /// Makes an entry owned by root.
        package init(
            path: [UInt8], kind: Kind, mode: UInt16, uid: UInt32 = 0, gid: UInt32 = 0,
            modificationTime: Int64 = 0, xattrs: [Xattr] = []
        ) {
            self.path = path
            self.kind = kind
            self.mode = mode
            self.uid = uid
            self.gid = gid
            self.modificationTime = modificationTime
            self.xattrs = xattrs
        }

        /// Makes an entry owned by root.
        package init(
            path: String, kind: Kind, mode: UInt16, uid: UInt32 = 0, gid: UInt32 = 0,
            modificationTime: Int64 = 0, xattrs: [Xattr] = []
        ) {
            self.init(
                path: Array(path.utf8), kind: kind, mode: mode, uid: uid, gid: gid,
                modificationTime: modificationTime, xattrs: xattrs)
        }
    }

    /// An extended attribute.
    package struct Xattr: Sendable, Hashable {
        /// The full name, such as `user.comment`.
        package var name: [UInt8]
        /// The value, at most 65,536 bytes.
        package var value: [UInt8]

        /// Makes an attribute.
        package init(name: [UInt8], value: [UInt8]) {
            self.name = name
            self.value = value
        }

        /// Makes an attribute.
        package init(_ name: String, _ value: [UInt8]) {
            self.init(name: Array(name.utf8), value: value)
        }
    }

    /// Where entries come from; of several sources the later one wins.
    ///
    /// In all but the first, what overlayfs leaves in an upper layer is obeyed: a character device
    /// 0/0 removes the path below it, a directory whose xattr `trusted.overlay.opaque` or
    /// `user.overlay.opaque` is `y` hides what the sources before it have in that place.
    package enum Source: Sendable {
        /// A folder on disk; its own attributes become those of the root.
        case directory(path: String)
        /// Entries that come one after the other and only once, such as those of a tar archive.
        case stream(any EntryStream)
        /// Entries made in code; folders that they lack are made with mode 755 and owner root.
        case entries([Entry])
    }
}

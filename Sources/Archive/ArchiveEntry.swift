/// One entry of a tar archive.
package struct ArchiveEntry: Sendable, Equatable {
    /// What an entry is.
    package enum Kind: Sendable, Equatable {
        /// A file with content of its own.
        case regular
        /// A folder.
        case directory
        /// A symlink and its target, as written.
        case symlink(target: [UInt8])
        /// Another name of an earlier entry, as written.
        case hardLink(target: [UInt8])
        /// A device node; block or character.
        case device(isBlock: Bool, major: UInt32, minor: UInt32)
        /// A named pipe.
        case fifo
        /// A socket.
        case socket
    }

    /// The path as written, such as `./usr/bin/true`.
    package var path: [UInt8]
    /// What it is.
    package var kind: Kind
    /// Permission bits with set-id and sticky, 0 to 0o7777.
    package var mode: UInt32
    /// The owner's number.
    package var uid: UInt32
    /// The group's number.
    package var gid: UInt32
    /// The content's length in bytes.
    package var byteCount: UInt64
    /// Seconds since 1970.
    package var modificationTime: Int64
    /// Extended attributes by full name.
    package var attributes: [(name: [UInt8], value: [UInt8])] = []

    /// Makes an entry.
    package init(
        path: [UInt8], kind: Kind, mode: UInt32, uid: UInt32, gid: UInt32, byteCount: UInt64,
        modificationTime: Int64, attributes: [(name: [UInt8], value: [UInt8])] = []
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.byteCount = byteCount
        self.modificationTime = modificationTime
        self.attributes = attributes
    }

    package static func == (left: ArchiveEntry, right: ArchiveEntry) -> Bool {
        left.path == right.path && left.kind == right.kind && left.mode == right.mode
            && left.uid == right.uid && left.gid == right.gid
            && left.byteCount == right.byteCount
            && left.modificationTime == right.modificationTime
            && left.attributes.elementsEqual(right.attributes) {
                $0.name == $1.name && $0.value == $1.value
            }
    }
}

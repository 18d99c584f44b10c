/// A story: disks, what happens to them, and what has to be so afterwards.
package struct Story: Sendable, Equatable {
    /// A statement and the line where it stands.
    package struct Line: Sendable, Equatable {
        /// The line's number, from 1.
        package let number: Int
        /// The line as it was written, without what is indented below it.
        package let text: String
        /// What it says.
        package let statement: Statement
    }

    /// The file's name without `.story`.
    package let name: String
    /// The file, for messages.
    package let file: String
    /// The story whose disks and promises this one starts with; nil for one that starts anew.
    package var base: String?
    /// The disks that this story brings.
    package var disks: [Disk] = []
    /// How long one run of it may take.
    package var limitSeconds = 60
    /// What happens.
    package var lines: [Line] = []

    /// The place in `lines` from which a power cut starts again; nil where none is meant to.
    package var cutPoint: Int? { lines.firstIndex { $0.statement == .cutsFromHere } }
}

/// A disk of a story: an image file, and what it poses as.
package struct Disk: Sendable, Equatable {
    /// What the story calls it; in shell lines `$name` is its device.
    package var name: String
    /// Its size; 0 for a slot of a reader without a card, which has a device and no image.
    package var byteCount: UInt64
    /// What it hangs on, such as `usb`.
    package var bus = "sata"
    /// The serial number that its bus tells: for a card in a reader, the reader's.
    package var serial: String
    /// The logical unit of a reader with several slots.
    package var lun: UInt32?
    /// The name that the drive gives itself.
    package var model = "LAB"
    /// The World Wide Name, if it has one.
    package var wwn: String?
    /// Whether its medium can be taken out.
    package var isRemovable = false
}

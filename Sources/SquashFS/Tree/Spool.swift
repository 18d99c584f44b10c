import CSyscalls
import Syscalls

extension SquashFS {
    /// Keeps what the files of streams hold, on disk and without a name, until it is packed.
    ///
    /// A stream cannot be read twice, and what goes into the image first is known only when
    /// all sources have been read. Nothing is left behind, however the process ends.
    final class Spool {
        private let folder: String
        private var file: File?
        private var position: UInt64 = 0

        /// A spool on the filesystem of a folder; nothing is made before it is needed.
        init(in folder: String) { self.folder = folder }

        /// A path that the spool can be opened by while it lives.
        var path: [UInt8] { Array("/proc/self/fd/\(file?.descriptor ?? -1)".utf8) }

        /// Starts a file and returns its offset.
        func begin() throws(SystemError) -> UInt64 {
            if file == nil { file = try File(folder, flags: O_TMPFILE | O_RDWR, mode: 0o600) }
            return position
        }

        /// Keeps a piece; gaps between pieces stay holes.
        func write(_ piece: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError) {
            try file?.write(piece, at: offset)
            position = max(position, offset + UInt64(piece.count))
        }

        /// Ends a file; a hole at its end counts.
        func end(at offset: UInt64) { position = max(position, offset) }
    }
}

package import Release
package import SquashFS
import Syscalls

/// A payload opened with our own reader: its names are checked, its content is not yet.
package struct OpenPayload {
    /// A name in a payload takes at most these many bytes of path.
    private static let pathByteLimit = 1024
    /// More files than any payload has.
    private static let entryLimit: UInt64 = 4096

    /// The payload as the user named it.
    package let file: String
    /// The outer squashfs.
    package let image: SquashFS.Image
    /// The payload's length in bytes.
    package var byteCount: UInt64 { image.byteCount }
    /// Every regular file by its path; the manifest and its signature among them.
    package let files: [String: SquashFS.Inode]
    /// Every folder by its path, the root as an empty one.
    package let folders: Set<String>

    /// Opens a payload.
    ///
    /// - Throws: `PayloadError`.
    package init(_ file: String) throws(PayloadError) {
        self.file = file
        var limits = SquashFS.Limits()
        limits.entryCount = OpenPayload.entryLimit
        limits.pathByteCount = OpenPayload.pathByteLimit
        do {
            image = try SquashFS.Image(path: file, limits: limits)
            var files: [String: SquashFS.Inode] = [:]
            var folders: Set<String> = []
            try image.forEachEntry { entry in
                let path = SquashFS.text(entry.path)
                switch entry.inode.kind {
                case .directory: folders.insert(path)
                case .regular: files[path] = entry.inode
                default:
                    throw PayloadError.wrongKind(
                        file: file, path: path, expected: "a regular file or a folder")
                }
            }
            self.files = files
            self.folders = folders
        } catch {
            throw PayloadError(error, file: file)
        }
    }

    /// Reads a small file whole.
    ///
    /// - Parameters:
    ///   - path: Its path in the payload.
    ///   - limit: The most bytes it may have.
    /// - Throws: `PayloadError`.
    /// - Returns: Its content.
    package func read(_ path: String, limit: UInt64) throws(PayloadError) -> [UInt8] {
        guard let inode = files[path] else { throw .missing(file: file, path: path) }
        guard inode.byteCount <= limit else {
            throw .tooLarge(file: file, path: path, byteCount: inode.byteCount, limit: limit)
        }
        do throws(SquashFSError) {
            return try image.read(inode)
        } catch {
            throw PayloadError(error, file: file, path: path)
        }
    }

    /// Opens an image that is a file of the payload, without copying it out.
    package func openNested(_ path: String) throws(PayloadError) -> SquashFS.Image {
        guard let inode = files[path] else { throw .missing(file: file, path: path) }
        do throws(SquashFSError) {
            return try SquashFS.Image(of: inode, in: image)
        } catch {
            throw PayloadError(error, file: file, path: path)
        }
    }

    /// Reads the manifest's bytes.
    package func readManifest() throws(PayloadError) -> [UInt8] {
        try read(ReleaseManifest.fileName, limit: 4 << 20)
    }

    /// Decodes the manifest.
    package func decodeManifest(_ bytes: [UInt8]) throws(PayloadError) -> PayloadManifest {
        do throws(ReleaseError) {
            return try PayloadManifest(decoding: bytes)
        } catch {
            throw .badManifest(file: file, cause: error)
        }
    }
}

extension PayloadError {
    /// Wraps what went wrong while a payload was read.
    package init(_ error: any Error, file: String, path: String? = nil) {
        switch error {
        case let error as PayloadError: self = error
        case SquashFSError.system(let error): self = .system(error)
        case let error as SystemError: self = .system(error)
        default:
            self = .badImage(file: file, reason: path.map { "\($0): \(error)" } ?? "\(error)")
        }
    }
}

import SquashFS
import Syscalls

/// What a fuzzed image has to stand: everything that the reader can do.
package enum ImageReading {
    /// Reads all that can be read; damage is an error and nothing else.
    ///
    /// - Parameter bytes: The image.
    /// - Returns: Whether the image was found sound.
    @discardableResult
    package static func readEverything(_ bytes: [UInt8]) -> Bool {
        var limits = SquashFS.Limits()
        limits.entryCount = 10_000
        limits.blockCount = 10_000
        guard let image = try? SquashFS.Image(bytes: bytes, limits: limits) else { return false }
        do {
            try image.forEachEntry { entry in
                if entry.inode.isRegular { try image.stream(entry.inode) { _ in } }
                _ = try image.xattrs(of: entry.inode)
                _ = SquashFS.text(entry.path)
            }
            _ = try image.lookup("d/l")
            _ = try image.verify()
            return true
        } catch {
            _ = "\(error)"
            // What cannot be walked as a whole is still asked for its parts.
            if let inode = try? image.lookup("b") {
                _ = try? image.read(inode, range: 4000..<5000)
                _ = try? SquashFS.Image(of: inode, in: image)
            }
            return false
        }
    }

    /// Extracts an image; damage is an error, and nothing may appear beside the target.
    ///
    /// - Parameters:
    ///   - bytes: The image.
    ///   - folder: An empty folder to work in; it is emptied again.
    /// - Returns: The names that appeared beside the target.
    /// - Throws: `SystemError` when the folder cannot be used.
    package static func extract(_ bytes: [UInt8], in folder: String) throws -> [String] {
        var limits = SquashFS.Limits()
        limits.entryCount = 1000
        limits.blockCount = 1000
        guard let image = try? SquashFS.Image(bytes: bytes, limits: limits) else { return [] }
        var options = SquashFS.ExtractOptions()
        options.threads = 1
        let target = "\(folder)/target"
        _ = try? image.extract(to: target, options: options)
        let strangers = try FileSystem.list(folder).filter { $0 != "target" }
        try FileSystem.removeTree(target)
        return strangers
    }
}

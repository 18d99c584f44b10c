import Bytes
import Digest
import Glibc
import Syscalls

/// Files whose names are the SHA-256 of their content, so that a name alone is the promise of all
/// its bytes.
package enum Promise {
    /// Writes files, and through to the disk.
    ///
    /// - Parameters:
    ///   - byteCount: How much in all: half of it in one file, the rest in smaller and smaller ones.
    ///   - folder: The folder.
    ///   - seed: What the content is made from.
    /// - Returns: The files' names.
    /// - Throws: `SystemError`.
    package static func write(_ byteCount: Int, to folder: String, seed: UInt64) throws -> [String]
    {
        var generator = SeededGenerator(seed: seed, for: folder)
        var left = byteCount
        var names: [String] = []
        while left > 0 {
            let count = left < 4096 ? left : max(left / 2, 1)
            let bytes = generator.bytes(count)
            let name = Hex.encode(Hasher.digest(bytes))
            try FileSystem.writeAtomically(bytes, to: "\(folder)/\(name)")
            names.append(name)
            left -= count
        }
        // The folder's entries too: what is promised has to survive a power cut from here on.
        try File(folder, flags: O_RDONLY | O_DIRECTORY).synchronize()
        return names
    }

    /// Compares files with their names.
    ///
    /// - Returns: What is wrong with which; nothing when all are as promised.
    package static func broken(_ names: [String], in folder: String) -> [String] {
        names.compactMap { name in
            do {
                let digest = Hex.encode(try FileDigest.digest(of: "\(folder)/\(name)"))
                return digest == name ? nil : "\(name): its content is another"
            } catch {
                return "\(error)"
            }
        }
    }
}

import Compression
package import Release
package import SquashFS

/// The canonical form of a payload's outer squashfs: the one way in which a manifest, its signature
/// and the files that it names become bytes.
///
/// Part of format 1 of the manifest. Nothing is compressed, no file shares bytes with another, and
/// owners, modes and times follow from names and the manifest's date. So a verifier can write the
/// image anew from what it reads, compare, and see a flipped bit even in places that no checksum
/// covers: inodes, tables, padding.
package enum OuterImage {
    /// The permission bits of folders and of programs.
    private static let programMode: UInt16 = 0o755
    /// The permission bits of all other files.
    private static let fileMode: UInt16 = 0o644

    /// How the image is written.
    ///
    /// - Parameter date: Seconds since 1970 in 32 bits: the image's time and that of every file.
    /// - Returns: Options that leave the writer no choice.
    package static func options(date: UInt32) -> SquashFS.WriterOptions {
        // The longest block, so that a file of 300 MB has a list of 300 blocks and not 2400.
        var options = SquashFS.WriterOptions(
            compression: .none, blockSize: 1 << 20, clampTime: date)
        options.creationTime = date
        options.usesFragments = false
        options.deduplicates = false
        options.isExportable = false
        options.includesXattrs = false
        return options
    }

    /// The entries of the image.
    ///
    /// - Parameters:
    ///   - manifest: The content of `manifest.json`.
    ///   - signature: The content of `manifest.json.minisig`; nil for an unsigned payload.
    ///   - files: What the manifest names, with where its bytes come from.
    ///   - date: Seconds since 1970.
    /// - Returns: The root folder and all that is in it.
    package static func entries(
        manifest: [UInt8], signature: [UInt8]?,
        files: [(path: PayloadPath, content: SquashFS.Entry.Content)], date: UInt32
    ) -> [SquashFS.Entry] {
        func makeFile(_ path: String, _ content: SquashFS.Entry.Content) -> SquashFS.Entry {
            SquashFS.Entry(
                path: path, kind: .regular(content), mode: mode(of: path),
                modificationTime: Int64(date))
        }
        var folders: Set<String> = [""]
        for (path, _) in files {
            let names = path.names
            for depth in 1..<max(1, names.count) {
                folders.insert(names[..<depth].joined(separator: "/"))
            }
        }
        var entries = folders.sorted().map { folder in
            SquashFS.Entry(
                path: folder, kind: .directory, mode: programMode, modificationTime: Int64(date))
        }
        entries.append(makeFile(ReleaseManifest.fileName, .bytes(manifest)))
        if let signature {
            entries.append(makeFile(ReleaseManifest.signatureFileName, .bytes(signature)))
        }
        entries += files.map { makeFile($0.path.text, $0.content) }
        return entries
    }

    /// Names the part of an image that an offset lies in, for messages.
    package static func describe(offset: UInt64, _ superblock: SquashFS.Superblock) -> String {
        let parts: [(end: UInt64, name: String)] = [
            (UInt64(SquashFS.Superblock.encodedSize), "the superblock"),
            (superblock.inodeTable, "the data of files"),
            (superblock.directoryTable, "the inode table"),
            (superblock.idTable, "the directory table"),
            (superblock.bytesUsed, "the id table"),
        ]
        return parts.first { offset < $0.end }?.name ?? "the padding"
    }

    /// Programs are what lies in `installer/`.
    private static func mode(of path: String) -> UInt16 {
        path.hasPrefix("installer/") ? programMode : fileMode
    }
}

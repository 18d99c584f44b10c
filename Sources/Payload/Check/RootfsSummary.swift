import Compression
package import JSON
import SquashFS

/// What a root filesystem is made of, read out of its squashfs without extracting it.
package struct RootfsSummary: Sendable, Equatable {
    /// A package of its dpkg database.
    package struct Package: Sendable, Hashable {
        /// The name.
        package let name: String
        /// The version.
        package let version: String
        /// The architecture.
        package let architecture: String
    }

    /// Where the dpkg database is, in our images and in others.
    private static let databasePaths = ["usr/lib/sysimage/dpkg/status", "var/lib/dpkg/status"]
    /// More than the database of any image that boots; bounds what a hostile one can cost.
    private static let databaseByteLimit: UInt64 = 16 << 20

    /// The count of paths.
    package let pathCount: Int
    /// The bytes of all files, uncompressed; a hard-linked file counts once.
    package let byteCount: UInt64
    /// The bytes of the squashfs.
    package let imageByteCount: UInt64
    /// The length of its blocks in bytes.
    package let blockSize: UInt32
    /// The name of its compressor.
    package let compressor: String
    /// The packages that are installed, sorted by name and architecture; nil without a database.
    package let packages: [Package]?

    init(_ image: SquashFS.Image, imageByteCount: UInt64) throws {
        var count = 0
        var bytes: UInt64 = 0
        var linked: Set<UInt32> = []
        try image.forEachEntry { entry in
            count += 1
            guard entry.inode.isRegular else { return }
            if entry.inode.linkCount > 1, !linked.insert(entry.inode.number).inserted { return }
            bytes += entry.inode.byteCount
        }
        pathCount = count
        byteCount = bytes
        self.imageByteCount = imageByteCount
        blockSize = image.superblock.blockSize
        compressor = image.superblock.algorithm?.rawValue ?? "unknown"
        packages = try RootfsSummary.packages(of: image)
    }

    /// Reads the dpkg database.
    ///
    /// - Returns: nil when the image has none.
    static func packages(of image: SquashFS.Image) throws -> [Package]? {
        for path in databasePaths {
            guard let inode = try image.lookup(path), inode.isRegular else { continue }
            guard inode.byteCount <= databaseByteLimit else {
                throw SquashFSError.limit(
                    what: "bytes of \(path)", value: inode.byteCount, limit: databaseByteLimit)
            }
            let text = String(decoding: try image.read(inode), as: UTF8.self)
            return packages(parsing: text)
        }
        return nil
    }

    /// Reads dpkg's `status` file; packages that were removed are left out.
    static func packages(parsing text: String) -> [Package] {
        var packages: [Package] = []
        for stanza in LenientStanzas.parse(text) {
            guard let name = stanza["package"], let version = stanza["version"],
                stanza["status"]?.hasSuffix(" installed") == true
            else { continue }
            packages.append(
                Package(
                    name: name, version: version, architecture: stanza["architecture"] ?? ""))
        }
        return sorted(packages)
    }

    /// The order of every list of packages: by name, then by architecture.
    static func sorted(_ packages: some Sequence<Package>) -> [Package] {
        packages.sorted { left, right in
            (left.name, left.architecture) < (right.name, right.architecture)
        }
    }

    /// The summary as JSON.
    package var json: JSON {
        JSON.makeObject([
            "paths": .integer(Int64(pathCount)),
            "size": .integer(Int64(clamping: byteCount)),
            "image_size": .integer(Int64(clamping: imageByteCount)),
            "block_size": .integer(Int64(blockSize)),
            "compressor": .string(compressor),
            "packages": packages.map { packages in
                .array(
                    packages.map { package in
                        [
                            "name": .string(package.name), "version": .string(package.version),
                            "architecture": .string(package.architecture),
                        ]
                    })
            },
        ])
    }
}

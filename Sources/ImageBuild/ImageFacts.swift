import JSON
import Release
import SquashFS
import Syscalls

/// The files of an image that say which image it is, and what its installer can make of disks; they
/// are in no package and no overlay.
struct ImageFacts: Sendable {
    /// The image's name.
    let name: ReleaseName
    /// Its version.
    let version: ReleaseName
    /// Its train.
    let train: ReleaseName
    /// The kind of machine that it is for.
    let compatible: ReleaseName
    /// The date of the image in seconds since 1970.
    let epoch: Int64
    /// The public keys that payloads are trusted by: file name and content.
    let keys: [(name: String, content: [UInt8])]
    /// The layouts that can be installed: file name and content.
    let layouts: [(name: String, content: [UInt8])]

    /// What programs on the appliance read (`/usr/lib/slipway/manifest.json`).
    var runtimeManifest: String {
        let json: JSON = [
            "name": .string(name.text), "version": .string(version.text),
            "train": .string(train.text), "compatible": .string(compatible.text),
            "buildtime": .integer(epoch),
        ]
        return json.text(.pretty)
    }

    /// os-release(5) of the distribution, with the image's name and version.
    func osRelease(of distribution: String) -> String {
        let kept = distribution.split(separator: "\n").filter {
            !$0.hasPrefix("IMAGE_ID=") && !$0.hasPrefix("IMAGE_VERSION=")
        }
        return (kept + ["IMAGE_ID=\"\(name)\"", "IMAGE_VERSION=\"\(version)\""])
            .joined(separator: "\n") + "\n"
    }

    /// All that the files depend on, beside the distribution's os-release.
    var identity: String {
        let texts = (keys + layouts).map { name, content in
            "\(name)\n\(String(decoding: content, as: UTF8.self))"
        }
        return runtimeManifest + texts.joined()
    }

    /// The files as entries of the root filesystem.
    func entries(distribution: String) -> [SquashFS.Entry] {
        let folders = [
            "usr/lib/slipway", "usr/lib/slipway/keys", "usr/lib/slipway/layouts",
        ].map {
            SquashFS.Entry(
                path: Array($0.utf8), kind: .directory, mode: 0o755, uid: 0, gid: 0,
                modificationTime: epoch)
        }
        let files: [(String, [UInt8])] =
            [
                ("usr/lib/os-release", Array(osRelease(of: distribution).utf8)),
                ("usr/lib/slipway/manifest.json", Array(runtimeManifest.utf8)),
            ] + keys.map { ("usr/lib/slipway/keys/\($0.name)", $0.content) }
            + layouts.map { ("usr/lib/slipway/layouts/\($0.name)", $0.content) }
        return folders
            + files.map { path, content in
                SquashFS.Entry(
                    path: Array(path.utf8), kind: .regular(.bytes(content)), mode: 0o644, uid: 0,
                    gid: 0, modificationTime: epoch)
            }
    }
}

extension BuildPlaces {
    /// The layouts that ship with the image, by file name; none in a tree that has no such folder.
    func layouts() throws -> [(name: String, content: [UInt8])] {
        let folder = "\(root)/conf/layouts"
        guard FileSystem.isDirectory(folder) else { return [] }
        return try FileSystem.list(folder).filter { $0.hasSuffix(".yaml") }.map {
            ($0, try FileSystem.read("\(folder)/\($0)"))
        }
    }
}

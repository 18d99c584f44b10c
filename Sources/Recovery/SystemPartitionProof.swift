import BootLoader
import Digest
import DiskFormats
import Release
import Storage

/// Compares files of an EFI system partition with the digests of signed manifests.
///
/// The writer compares them with the images on the boot volume. Those may be read from a leg that
/// is rotten; the signature does not change.
struct SystemPartitionProof {
    private let partition: AreaBytes<DeviceBytes>
    private let volume: FAT32

    /// Opens the partition of a leg.
    ///
    /// - Throws: `SystemError`, or `FormatFault` when there is no filesystem.
    init(_ leg: BootLeg) throws {
        partition = AreaBytes(leg.systemPartition, of: try DeviceBytes(leg.disk))
        volume = try FAT32(reading: partition)
    }

    /// The files that are not as signed.
    ///
    /// - Parameters:
    ///   - state: What is started.
    ///   - images: The images of the state.
    /// - Returns: A line for each.
    /// - Throws: When the disk gives errors.
    func problems(state: BootState?, images: [SignedImage]) throws -> [String] {
        try SystemPartitionProof.files(of: images, state: state).compactMap { wanted in
            guard let digest = wanted.digest else {
                return "\(wanted.path): the manifest of \(wanted.image) does not name it"
            }
            guard let file = volume.file(wanted.path) else { return "\(wanted.path): missing" }
            return try self.digest(of: file) == digest
                ? nil : "\(wanted.path): not what the manifest of \(wanted.image) says"
        }
    }

    /// A file of the partition that comes from an image.
    struct File {
        /// Its path on the partition.
        let path: String
        /// The image.
        let image: String
        /// What it must be; nil when the manifest does not say.
        let digest: [UInt8]?
    }

    /// The files that come from images.
    static func files(of images: [SignedImage], state: BootState?) -> [File] {
        images.flatMap { image in
            var places = ["vmlinuz", "initrd.img"].map { ($0, "images/\(image.name)/\($0)") }
            // The loader is that of the confirmed image.
            if image.name == state?.confirmed?.text {
                places += [
                    ("loader/grub.cfg", "grub/grub.cfg"),
                    ("loader/BOOTX64.EFI", "EFI/BOOT/BOOTX64.EFI"),
                ]
            }
            return places.map { source, path in
                File(
                    path: path, image: image.name,
                    digest: image.files.first { $0.path == source }?.digest)
            }
        }
    }

    private func digest(of file: FAT32.File) throws -> [UInt8] {
        let pieceByteCount: UInt64 = 1 << 20
        var hasher = Hasher()
        for extent in file.extents {
            var place = extent.lowerBound
            while place < extent.upperBound {
                let count = min(extent.upperBound - place, pieceByteCount)
                hasher.update(try partition.bytes(Int(count), at: place))
                place += count
            }
        }
        return hasher.finalize()
    }
}

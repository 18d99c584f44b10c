import CSyscalls
import Glibc
package import Syscalls

/// Room on the boot volume that nothing but images takes, set anew at every start.
///
/// ext4 keeps some clusters back for its own needs, from root too, and lets their number be set
/// (`reserved_clusters`, Documentation/ABI/testing/sysfs-fs-ext4 of the kernel; fs/ext4/balloc.c,
/// `ext4_has_free_clusters`). A project quota would not do: it does not bind processes with
/// CAP_SYS_RESOURCE, and most that runs on an appliance is root's. A file that takes the room would
/// be copied to each fresh leg.
package struct ImageReserve: Sendable, Equatable {
    /// How many more images fit.
    static let imageCount: UInt64 = 2
    /// What the system keeps for itself where there is not room for that many: with nothing free it
    /// would not even start.
    static let breathingByteCount: UInt64 = 64 << 20

    /// What ext4 keeps back by itself, for extents that it has to split (fs/ext4/super.c,
    /// `ext4_calculate_resv_clusters`).
    static let leastClusterCount: UInt64 = 4096

    private let volume: String
    private let setting: String
    private let clusterByteCount: UInt64

    /// The reserve of a mounted volume.
    ///
    /// - Throws: `SystemError`; ENOTSUP when nothing is mounted there, as the filesystem that the
    ///   folder lies on is not ours then.
    package init(of volume: BootVolume) throws(SystemError) {
        let device = try File(volume.path, flags: O_RDONLY | O_DIRECTORY).status().st_dev
        let parent = try File("\(volume.path)/..", flags: O_RDONLY | O_DIRECTORY).status().st_dev
        guard device != parent else {
            throw SystemError("reserved_clusters", volume.path, code: ENOTSUP)
        }
        let link = try FileSystem.readLink(
            "/sys/dev/block/\(gnu_dev_major(device)):\(gnu_dev_minor(device))")
        let name = link.split(separator: "/").last.map(String.init) ?? link
        try self.init(of: volume, setting: "/sys/fs/ext4/\(name)/reserved_clusters")
    }

    /// The reserve of a volume that this file sets.
    package init(of volume: BootVolume, setting: String) throws(SystemError) {
        self.volume = volume.path
        self.setting = setting
        // An ext4 of ours has clusters of one block.
        clusterByteCount = try FileSystem.blockByteCount(at: volume.path)
    }

    /// How many bytes are kept now.
    package func byteCount() throws(SystemError) -> UInt64 {
        let text = try FileSystem.readText(setting).prefix { $0.isNumber }
        return (UInt64(text) ?? 0) * clusterByteCount
    }

    /// Keeps room for two images that are a quarter larger than the largest of the volume; less where
    /// there is not so much.
    ///
    /// - Throws: `SystemError`.
    package func keep() throws(SystemError) {
        let wanted = try largestImageByteCount() / 4 * 5 * ImageReserve.imageCount
        let possible = try FileSystem.availableByteCount(at: volume) + byteCount()
        let spare =
            possible > ImageReserve.breathingByteCount
            ? possible - ImageReserve.breathingByteCount : 0
        try set(min(wanted, spare))
    }

    private func largestImageByteCount() throws(SystemError) -> UInt64 {
        let images = "\(volume)/\(BootVolume.imagesFolder)"
        var largest: UInt64 = 0
        // One that is being written is not one yet.
        for image in try FileSystem.list(images) where !image.hasPrefix(".") {
            var byteCount: UInt64 = 0
            // Its folders, loader/ and installer/, are small, and within the quarter.
            for name in try FileSystem.list("\(images)/\(image)") {
                byteCount += try FileSystem.byteCount(of: "\(images)/\(image)/\(name)") ?? 0
            }
            largest = max(largest, byteCount)
        }
        return largest
    }

    /// Gives back room for an image that is about to be written.
    ///
    /// - Parameter needed: How many bytes it takes. It had better allocate them at once.
    /// - Throws: `SystemError`.
    package func release(_ needed: UInt64) throws(SystemError) {
        let kept = try byteCount()
        try set(kept > needed ? kept - needed : 0)
    }

    private func set(_ byteCount: UInt64) throws(SystemError) {
        let file = try File(setting, flags: O_WRONLY | O_TRUNC)
        let count = max(byteCount / clusterByteCount, ImageReserve.leastClusterCount)
        try file.write(Array("\(count)".utf8))
    }
}

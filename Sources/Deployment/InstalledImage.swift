package import Release

/// An image on the boot volume.
package struct InstalledImage: Sendable, Equatable {
    /// Its version, which is its folder's name.
    package let version: ReleaseName
    /// Its folder.
    package let folder: String
    /// What its manifest says; nothing here has compared the files with it.
    package let manifest: Result<ReleaseManifest, ReleaseError>

    /// Makes one.
    package init(
        version: ReleaseName, folder: String, manifest: Result<ReleaseManifest, ReleaseError>
    ) {
        self.version = version
        self.folder = folder
        self.manifest = manifest
    }

    /// The files that every image has, as what starts it needs them.
    static let paths = [
        "rootfs.squashfs", "vmlinuz", "initrd.img", "loader/boot.img", "loader/core.img",
        "loader/BOOTX64.EFI", "loader/grub.cfg",
    ]
}

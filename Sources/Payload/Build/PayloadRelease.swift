package import Release

/// What a release is called and whom it is for: a manifest before its files are known.
package struct PayloadRelease: Sendable, Equatable {
    /// The release's version.
    package var version: ReleaseName
    /// The stream of releases that it belongs to.
    package var train: ReleaseName
    /// Its place in the train.
    package var sequence: UInt64
    /// The kind of machine that it is for.
    package var compatible: ReleaseName
    /// The release of the kernel, as `uname -r` says it.
    package var kernelVersion: ReleaseName
    /// The suite of the packages, such as `trixie`.
    package var suite: ReleaseName
    /// What is new, for the train's index; any text.
    package var changelog: String
    /// How the image was made; its name and time are the payload's.
    package var buildInfo: BuildInfo

    /// Makes a description.
    package init(
        version: ReleaseName, train: ReleaseName, sequence: UInt64, compatible: ReleaseName,
        kernelVersion: ReleaseName, suite: ReleaseName, changelog: String = "",
        buildInfo: BuildInfo
    ) {
        self.version = version
        self.train = train
        self.sequence = sequence
        self.compatible = compatible
        self.kernelVersion = kernelVersion
        self.suite = suite
        self.changelog = changelog
        self.buildInfo = buildInfo
    }

    /// What the payload's file and those beside it are called, less what follows the last dot.
    ///
    /// - Throws: `ReleaseError.invalidName` when name and version together are too long.
    func baseName() throws(ReleaseError) -> String {
        let base = "\(buildInfo.name)-\(version)"
        _ = try ReleaseName(base + ".update", field: "payload file")
        return base
    }
}

/// The files that go into a payload, each as a path on the build machine.
package struct PayloadContents: Sendable, Equatable {
    /// One file.
    package struct Item: Sendable, Equatable {
        /// The path in the payload.
        package let path: PayloadPath
        /// The path on the build machine.
        package let source: String
    }

    /// The files, sorted by their path in the payload.
    package let items: [Item]

    /// Lists the files of a payload.
    ///
    /// - Parameters:
    ///   - rootfs: The root filesystem, a squashfs.
    ///   - kernel: The kernel's image.
    ///   - initramfs: The initramfs.
    ///   - loader: The folder that `LoaderBuilder` made.
    ///   - installer: The `slipway-host` program.
    /// - Throws: `ReleaseError.invalidName` when a loader file has a name that breaks the rule.
    package init(
        rootfs: String, kernel: String, initramfs: String, loader: String, installer: String
    ) throws(ReleaseError) {
        var items = [
            try Item("rootfs.squashfs", rootfs), try Item("vmlinuz", kernel),
            try Item("initrd.img", initramfs), try Item("installer/slipway-host", installer),
        ]
        for name in LoaderBuilder.fileNames {
            items.append(try Item("loader/\(name)", "\(loader)/\(name)"))
        }
        self.items = items.sorted { $0.path < $1.path }
    }
}

extension PayloadContents.Item {
    /// Pairs a path in the payload with one on the build machine.
    init(_ path: String, _ source: String) throws(ReleaseError) {
        self.path = try PayloadPath(path)
        self.source = source
    }
}

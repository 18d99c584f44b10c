package import Debian
import Glibc
package import Release
package import RootFS
package import SquashFS
import Stages
package import Syscalls

/// What an image is: everything that the manifest and the command line say of it.
package struct ImageDefinition: Sendable {
    /// The image's name.
    package var name: ReleaseName
    /// The stream of releases that it belongs to.
    package var train: ReleaseName
    /// The version; nil for the day of the build's date.
    package var version: ReleaseName?
    /// The place in the train; nil for the build's date in seconds since 1970.
    package var sequence: UInt64?
    /// The kind of machine that it is for.
    package var compatible: ReleaseName
    /// The suite of the packages, such as `trixie`.
    package var suite: ReleaseName
    /// How the root filesystem is compressed.
    package var compression: SquashFS.WriterOptions
    /// What the packages are.
    package var request: PackageRequest
    /// What is run in the image when its packages are configured.
    package var commands: [PostInstallCommand]
    /// A service with all states of the archives, asked last; nil for none.
    package var snapshot: String?
    /// Names or patterns of packages to take out again.
    package var prune: [String]
    /// Folders laid over the packages' files, later ones last.
    package var overlays: [String]
    /// The folder laid over the root filesystem while it runs from the live medium.
    package var liveOverlay: String
    /// `build-epoch` of the manifest.
    package var buildEpoch: Int
    /// SOURCE_DATE_EPOCH of the caller; nil for the lock's date.
    package var epoch: Int64?

    /// Makes a definition.
    package init(
        name: ReleaseName, train: ReleaseName, version: ReleaseName?, sequence: UInt64?,
        compatible: ReleaseName, suite: ReleaseName, compression: SquashFS.WriterOptions,
        request: PackageRequest, commands: [PostInstallCommand] = [], snapshot: String?,
        prune: [String], overlays: [String], liveOverlay: String, buildEpoch: Int, epoch: Int64?
    ) {
        self.name = name
        self.train = train
        self.version = version
        self.sequence = sequence
        self.compatible = compatible
        self.suite = suite
        self.compression = compression
        self.request = request
        self.commands = commands
        self.snapshot = snapshot
        self.prune = prune
        self.overlays = overlays
        self.liveOverlay = liveOverlay
        self.buildEpoch = buildEpoch
        self.epoch = epoch
    }
}

/// The folders and files of a build.
package struct BuildPlaces: Sendable {
    /// Where the manifest's tree is.
    package var root: String
    /// Results of stages, and what they need on the way.
    package var work: String
    /// Payloads.
    package var output: String
    /// Package files; survives `slipway clean`.
    package var pool: String
    /// The secret key that signs; nil for none.
    package var secretKey: String?
    /// A file whose first line opens an encrypted secret key; nil for a plain one.
    package var passphraseFile: String?

    /// Names the places of an image below a tree's folder.
    ///
    /// - Parameters:
    ///   - root: The tree.
    ///   - image: The image's name.
    ///   - secretKey: The secret key that signs; nil for none.
    package init(root: String, image: String, secretKey: String?) {
        self.root = root
        work = "\(root)/work/\(image)"
        output = "\(root)/out"
        pool = "\(root)/pool"
        self.secretKey = secretKey
    }

    /// Keeps other builds of the image out for as long as the file lives.
    ///
    /// - Throws: `BuildError.busy` when another one runs.
    package func claim() throws -> File {
        try FileSystem.makeDirectory(work)
        let path = "\(work)/lock"
        let file = try File(path, flags: O_RDWR | O_CREAT)
        guard try file.lock(wait: false) else { throw BuildError.busy(path: path) }
        return file
    }

    /// Removes what a run that did not come to its end left; to be called by who has claimed it.
    package func removeUnfinished() throws(SystemError) {
        for name in try FileSystem.list(work)
        where name.hasPrefix("slipway-") || name.hasSuffix(StageRunner.temporarySuffix) {
            try FileSystem.removeTree("\(work)/\(name)")
        }
    }

    /// The lock of an image.
    package static func lock(root: String, image: String, suite: String, architecture: String)
        -> String
    {
        "\(root)/manifests/\(image)-\(suite)-\(architecture).lock"
    }

    /// The file of an image's numbers of system users and groups.
    package static func ids(root: String, image: String) -> String {
        "\(root)/manifests/\(image).ids"
    }
}

import CommandLine
import Compression
import Debian
import Digest
import Glibc
import ImageBuild
import Manifest
import Release
import RootFS
import SourceBuild
import SquashFS
import Syscalls
import YAML

/// The manifest and the surroundings of a command, as what the build modules take.
struct ImageOptions {
    /// The options that say which image is meant.
    static let specs = [
        OptionSpec.manifest,
        OptionSpec(
            name: "image-version", value: .required("VERSION"),
            help: "The image's version; SLIPWAY_VERSION, or else the day of the build's date"),
        OptionSpec(
            name: "sequence", value: .required("N", .integer(0...Int.max)),
            help: "The image's place in its train; the build's date by default"),
        OptionSpec(
            name: "key", value: .required("FILE", .file),
            help: "The secret key that signs; keys/developer.key, made when missing, by default"),
        OptionSpec(
            name: "passphrase-file", value: .required("FILE", .file),
            help: "A file whose first line opens the secret key, if that is encrypted"),
    ]

    /// The folder of the tree.
    let root: String
    /// The manifest.
    let manifest: BuildManifest
    /// What is built.
    let definition: ImageDefinition
    /// Where.
    let places: BuildPlaces
    /// Whether `places.secretKey` is the one that is made when it is missing.
    let usesDeveloperKey: Bool

    /// The lock's file.
    var lockPath: String {
        BuildPlaces.lock(
            root: root, image: definition.name.text, suite: definition.suite.text,
            architecture: definition.request.architecture)
    }

    /// The lock of what builds of the manifest's sources need.
    func buildLock(of plan: BuildPlan, _ places: PackagePlaces) throws -> BuildLockFile {
        try BuildLockFile(
            PackagePlaces.lock(root: root, image: definition.name.text),
            for: definition.request, plan: plan, work: places.folder)
    }

    /// Reads the manifest.
    init(_ arguments: ParsedArguments) throws {
        let path = arguments.string("manifest") ?? ""
        root = try currentFolder()
        manifest = try BuildManifest(parsing: FileSystem.read(path), file: path)
        if let obstacle = ManifestObstacle.all(in: manifest).first { throw obstacle }
        let name = try ReleaseName(manifest.name, field: "name")
        if ImageOptions.takenNames.contains(name.text) {
            throw ImageOptionError.takenName(name.text)
        }
        let version = arguments.string("image-version") ?? environment("SLIPWAY_VERSION")
        let key = arguments.string("key") ?? environment("SLIPWAY_KEY")
        usesDeveloperKey = key == nil
        var places = BuildPlaces(
            root: root, image: name.text, secretKey: key ?? "\(root)/keys/developer.key")
        places.passphraseFile =
            arguments.string("passphrase-file") ?? environment("SLIPWAY_PASSPHRASE_FILE")
        self.places = places
        let root = root
        for component in manifest.components
        where !FileSystem.isDirectory("\(root)/conf/components/\(component)") {
            throw ImageOptionError.noComponent(component)
        }
        let overlays = ["conf/rootfs"] + manifest.components.map { "conf/components/\($0)/rootfs" }
        definition = ImageDefinition(
            name: name, train: try ReleaseName(manifest.train, field: "train"),
            version: try version.map { try ReleaseName($0, field: "version") },
            sequence: arguments.integer("sequence").map { UInt64($0) },
            compatible: try ReleaseName(manifest.compatible, field: "compatible"),
            suite: try ReleaseName(manifest.debianRelease, field: "debian_release"),
            compression: ImageOptions.writerOptions(manifest.compression),
            request: try ImageOptions.request(manifest, root: root),
            commands: ImageOptions.commands(manifest),
            snapshot: environment("SLIPWAY_SNAPSHOT"), prune: manifest.basePrune,
            overlays: overlays.map { "\(root)/\($0)" }, liveOverlay: "\(root)/cd-files",
            buildEpoch: manifest.buildEpoch, epoch: try ImageOptions.sourceDateEpoch())
    }

    /// Folders of `work` that belong to no image.
    private static let takenNames = ["packages", "sources"]

    private static func sourceDateEpoch() throws -> Int64? {
        guard let text = environment("SOURCE_DATE_EPOCH") else { return nil }
        guard let epoch = Int64(text), epoch >= 0, epoch <= Int64(UInt32.max) else {
            throw ImageOptionError.badEpoch(text)
        }
        return epoch
    }

    private static func writerOptions(_ choice: CompressionChoice) -> SquashFS.WriterOptions {
        let codec: Compression.Codec =
            switch choice.algorithm {
            case .zstd: choice.level.map { .zstd(level: $0) } ?? .zstd()
            case .xz: .xz
            case .gzip: choice.level.map { .gzip(level: $0) } ?? .gzip()
            case .lz4: .lz4
            case .none: .none
            }
        var options = SquashFS.WriterOptions(compression: codec)
        if let blockSize = choice.blockSize { options.blockSize = blockSize }
        return options
    }

    private static func request(_ manifest: BuildManifest, root: String) throws -> PackageRequest {
        // Runs of packages of one mind about recommendations are resolved together.
        var groups: [PackageRequest.Group] = []
        for package in manifest.packages {
            if groups.last?.installRecommends == package.installRecommends {
                groups[groups.count - 1].names.append(package.name)
            } else {
                groups.append(
                    .init(
                        names: [package.name], installRecommends: package.installRecommends))
            }
        }
        return PackageRequest(
            architecture: architecture, repositories: repositories(manifest, root: root),
            groups: groups,
            preferences: manifest.aptPreferences.map {
                .init(package: $0.package, pin: $0.pin, priority: $0.priority)
            },
            localPackages: try manifest.localPackages.map {
                try LocalPackage(
                    folder: "\(root)/packages/\($0)", productFolder: try productFolder())
            },
            externalPackages: try manifest.externalPackages.compactMap { package in
                try package.sha256.map {
                    try Debian.ExternalPackage(
                        name: package.name, version: package.version,
                        url: package.url(architecture: architecture), sha256: $0)
                }
            },
            builds: manifest.sources.isEmpty
                ? nil
                : try ResultRepository(
                    PackagePlaces(root: root), architecture: architecture
                ).published(
                    units: manifest.sources.flatMap { [$0.name] + $0.subpackages.map(\.name) },
                    ownDigests: SourceSet(manifest, root: root) { environment($0) }.ownDigests()))
    }

    /// The architecture that is built for.
    static let architecture = "amd64"

    private static func commands(_ manifest: BuildManifest) -> [PostInstallCommand] {
        manifest.externalPackages.flatMap { package in
            package.postInstallCommands.compactMap { words in
                words.first.map {
                    PostInstallCommand(
                        package: package.name, program: $0, arguments: Array(words.dropFirst()))
                }
            }
        }
    }

    /// One repository for each archive, with all its suites.
    private static func repositories(_ manifest: BuildManifest, root: String) -> [Repository] {
        manifest.aptRepositories.all.map { repository in
            let isSecurity = repository.distribution.hasSuffix("-security")
            let keyring =
                repository.key.map { "\(root)/\($0)" }
                ?? "/usr/share/keyrings/debian-archive-keyring.gpg"
            return Repository(
                archive: archiveName(repository, isSecurity: isSecurity),
                location: location(repository.location, isSecurity: isSecurity),
                suites: [repository.distribution], components: repository.components,
                keyring: keyring)
        }
    }

    private static func location(_ location: AptRepositories.Location, isSecurity: Bool)
        -> ArchiveLocation
    {
        switch location {
        case .url(let url): return .url(url)
        case .host:
            guard var mirror = environment("SLIPWAY_MIRROR") else {
                return .host(isSecurity: isSecurity)
            }
            while mirror.hasSuffix("/") { mirror.removeLast() }
            return .url(mirror + (isSecurity ? "-security" : ""))
        }
    }

    /// Debian's archives have the same name wherever they are, so that one lock serves all mirrors;
    /// any other is named by its URL.
    private static func archiveName(_ repository: AptRepository, isSecurity: Bool) -> String {
        let debian = isSecurity ? "debian-security" : "debian"
        guard case .url(let url) = repository.location, !url.hasSuffix("/\(debian)") else {
            return debian
        }
        let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        return String(url[start...])
    }

    /// Where this program is: the others of the tree are built beside it.
    private static func productFolder() throws -> String {
        let path = try FileSystem.readLink("/proc/self/exe")
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

/// Why a manifest's or the caller's wishes cannot be met.
enum ImageOptionError: Error, Equatable, CustomStringConvertible {
    /// The image's name is that of a folder which all images share.
    case takenName(String)
    /// A component has no folder.
    case noComponent(String)
    /// SOURCE_DATE_EPOCH is no time.
    case badEpoch(String)

    var description: String {
        switch self {
        case .takenName(let name): "name: work/\(name) is no image's; choose another name"
        case .noComponent(let name): "components: \(name): there is no conf/components/\(name)"
        case .badEpoch(let text): "SOURCE_DATE_EPOCH: expected seconds since 1970, not \"\(text)\""
        }
    }
}

/// The value of a variable of the environment; nil when it is empty or not set.
func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

/// The folder that the program runs in.
func currentFolder() throws -> String {
    guard let path = getcwd(nil, 0) else { throw SystemError("getcwd", ".") }
    defer { free(path) }
    return String(cString: path)
}

import Bytes
import Calendar
import Command
import Compression
import Debian
import Digest
import Events
import Payload
import Release
import RootFS
import SquashFS
import Stages
import Syscalls

/// The stages of one build, in order.
final class ImageStages {
    let build: ImageBuild
    private let pool: Pool
    private let source: LockSource
    private let original: Lock
    private var lock: Lock
    let epoch: Int64

    var definition: ImageDefinition { build.definition }
    var places: BuildPlaces { build.places }
    var tree: String { "\(places.work)/tree" }
    private var layer: String { "\(places.work)/layer" }
    var initramfs: String { "\(places.work)/initrd.img" }
    private var loader: String { "\(places.work)/loader" }
    private var rootfs: String { "\(places.work)/rootfs.squashfs" }
    private var logs: String { "\(places.work)/logs" }

    init(
        build: ImageBuild, pool: Pool, source: LockSource, original: Lock, lock: Lock,
        epoch: Int64
    ) {
        self.build = build
        self.pool = pool
        self.source = source
        self.original = original
        self.lock = lock
        self.epoch = epoch
    }

    /// Runs the stages that a goal needs, one after the other.
    ///
    /// - Returns: The path of what was asked for.
    func run(to goal: ImageBuild.Goal) throws -> String {
        // Every result depends on this program too.
        let program = try StageInput.file("slipway", "/proc/self/exe")
        let tree = try runTree(program)
        if goal == .tree { return self.tree }
        let layer = try runLayer(program, tree)
        if goal == .layer { return self.layer }
        let facts = try makeFacts()
        if goal == .rootfs {
            _ = try runSquash(program, tree, layer, facts)
            return self.rootfs
        }
        let initramfs = try runInitramfs(program, tree)
        if goal == .initramfs { return self.initramfs }
        let loader = try runLoader(program, tree)
        if goal == .loader { return self.loader }
        let rootfs = try runSquash(program, tree, layer, facts)
        let payload = try runPayload([program, tree, rootfs, initramfs, loader], facts)
        if goal == .update { return payload.path }
        let overlay = try runLiveOverlay(program)
        return try runMedium(program, tree, payload, overlay, facts)
    }

    private func runTree(_ program: StageInput) throws -> StageInput {
        let ids = BuildPlaces.ids(root: places.root, image: definition.name.text)
        func inputs() throws -> [StageInput] {
            var inputs = [
                program, .text("lock", lock.text), try .file("ids", ids),
                StageInput("SOURCE_DATE_EPOCH", String(epoch)),
                // Raised by people who want everything made anew.
                StageInput("build-epoch", String(definition.buildEpoch)),
                // A tree made through a user namespace has the namespace's owners.
                StageInput("owners", try FileSystem.readText("/proc/self/uid_map")),
            ]
            for package in definition.request.localPackages { inputs += try package.inputs() }
            inputs += try builtFiles().map { StageInput($0.package.name, $0.package.sha256) }
            if !definition.commands.isEmpty {
                let words = definition.commands.map { [$0.package, $0.program] + $0.arguments }
                inputs.append(
                    .text(
                        "post_install_commands",
                        words.map { $0.joined(separator: "\0") }.joined(separator: "\n")))
            }
            return inputs
        }
        let key = try build.runner.run("tree", inputs: try inputs(), outputs: [tree]) { paths in
            lock = try source.fetch(
                lock, from: original, mode: build.settings.lockMode, events: build.events)
            let built = try builtFiles()
            for file in built { try pool.adopt(file) }
            let packages = try lock.packages + buildLocalPackages() + built.map(\.package)
            try FileSystem.makeDirectory(paths[0])
            try RootFSBuilder(pool: pool, events: build.events).build(
                .init(
                    packages: packages, architecture: definition.request.architecture,
                    epoch: epoch, idsPath: ids,
                    mayExtendIDs: build.settings.lockMode == .auto,
                    commands: definition.commands),
                in: paths[0], logPath: "\(logs)/configure.log", onFailure: openShell)
            return try inputs()
        }
        return StageInput("tree", key)
    }

    /// What the image has of the manifest's sources.
    private func builtFiles() throws -> [PackageFile] {
        try definition.request.builds?.files(
            of: lock, anyCommit: build.settings.lockMode == .auto) ?? []
    }

    private func buildLocalPackages() throws -> [LockedPackage] {
        let builder = LocalPackageBuilder(pool: pool, epoch: epoch)
        return try definition.request.localPackages.map { package in
            let libraries = lock.localPackages.first { $0.name == package.name }?.libraries
            return try builder.build(package, libraries: libraries ?? [:])
        }
    }

    private func openShell(in chroot: Chroot) throws {
        guard build.settings.opensShellOnFailure else { return }
        var shell = chroot.command("/bin/bash", ["-i"])
        shell.output = .terminal
        _ = try shell.run()
    }

    private func runLayer(_ program: StageInput, _ tree: StageInput) throws -> StageInput {
        var inputs = [program, tree, .text("base-prune", definition.prune.joined(separator: "\n"))]
        for overlay in definition.overlays {
            inputs.append(try .tree(name(of: overlay), overlay))
        }
        let key = try build.runner.run("layer", inputs: inputs, outputs: [layer]) { paths in
            try Customizer(
                epoch: epoch, architecture: definition.request.architecture,
                events: build.events
            ).customize(
                self.tree, overlays: definition.overlays, prune: definition.prune,
                changes: paths[0], folder: places.work, logPath: "\(logs)/prune.log")
            return inputs
        }
        return StageInput("layer", key)
    }

    private func runInitramfs(_ program: StageInput, _ tree: StageInput) throws -> StageInput {
        // Not the layer as a whole: most of what is laid over an image is not in its initramfs.
        var inputs = [program, tree, .text("base-prune", definition.prune.joined(separator: "\n"))]
        for overlay in definition.overlays {
            inputs.append(
                try .tree("\(name(of: overlay)) (initramfs)", overlay, where: Initramfs.reads))
        }
        let key = try build.runner.run("initramfs", inputs: inputs, outputs: [initramfs]) { paths in
            try Initramfs.make(
                layers: [self.tree, layer], output: paths[0], epoch: epoch,
                folder: places.work, logPath: "\(logs)/initramfs.log", events: build.events)
            return inputs
        }
        return StageInput("initramfs", key)
    }

    private func runLoader(_ program: StageInput, _ tree: StageInput) throws -> StageInput {
        let inputs = [program, tree, .text("recipe", LoaderBuilder.recipe)]
        let key = try build.runner.run("loader", inputs: inputs, outputs: [loader]) { paths in
            try build.events.step("loader") { _ in
                // grub-mkimage writes into its root.
                try LayeredTree.use(layers: [self.tree], in: places.work) { merged in
                    try Chroot.use(merged) { chroot in
                        try LoaderBuilder(root: merged) { words in
                            try chroot.command(words[0], Array(words.dropFirst())).runChecked()
                        }.build(into: paths[0])
                    }
                }
            }
            return inputs
        }
        return StageInput("loader", key)
    }

    private func makeFacts() throws -> ImageFacts {
        ImageFacts(
            name: definition.name, version: try definition.version ?? defaultVersion(),
            train: definition.train, compatible: definition.compatible, epoch: epoch,
            keys: try places.publicKeys(), layouts: try places.layouts())
    }

    /// The day of the image's date, such as `2026.11.21`.
    private func defaultVersion() throws -> ReleaseName {
        try ReleaseName(UTCTime(secondsSince1970: epoch).date("."), field: "version")
    }

    private func runSquash(
        _ program: StageInput, _ tree: StageInput, _ layer: StageInput, _ facts: ImageFacts
    ) throws -> StageInput {
        var options = definition.compression
        options.clampTime = UInt32(clamping: epoch)
        let inputs = [
            program, tree, layer, .text("image", facts.identity),
            StageInput(
                "compression", "\(options.compression.identity) \(options.blockSize)"),
        ]
        options.filter = { entry in
            let path = String(decoding: entry.path, as: UTF8.self)
            var isDirectory = false
            if case .directory = entry.kind { isDirectory = true }
            switch ImageCleaning.verdict(on: path, isDirectory: isDirectory) {
            case .keep: return true
            case .drop: return false
            case .empty:
                entry.kind = .regular(.bytes([]))
                return true
            }
        }
        let key = try build.runner.run("rootfs", inputs: inputs, outputs: [rootfs]) { paths in
            try pack(paths[0], options, facts)
            return inputs
        }
        return StageInput("rootfs", key)
    }

    private func pack(_ output: String, _ options: SquashFS.WriterOptions, _ facts: ImageFacts)
        throws
    {
        try build.events.step("squash", unit: .bytes) { progress in
            let layers = [tree, layer]
            let distribution = try PackageFacts(layers: layers).readText("usr/lib/os-release")
            let cache = try SquashFS.BlockCache(path: "\(places.work)/blocks")
            var done: UInt64 = 0
            let summary = try SquashFS.pack(
                layers.map { .directory(path: $0) }
                    + [.entries(facts.entries(distribution: distribution ?? ""))],
                to: output, options: options, cache: cache
            ) { state in
                progress.setTotal(state.byteCount)
                progress.advance(by: state.bytesRead - done)
                done = state.bytesRead
            }
            _ = try cache.trim()
            if let failure = summary.cacheFailure {
                build.events.log(.warning, "the cache of compressed blocks: \(failure)")
            }
            for path in summary.pathsWithDroppedXattrs {
                build.events.log(.warning, "\(path): squashfs has no place for POSIX ACLs")
            }
        }
    }

    private func runPayload(_ parts: [StageInput], _ facts: ImageFacts) throws
        -> (path: String, input: StageInput)
    {
        let file = "\(places.output)/\(definition.name)-\(facts.version).update"
        // What would run can be told before there is a key.
        let isWithoutKey = build.settings.isUnsigned || build.settings.isDryRun && !places.hasKey
        let key = try places.signingKey(isUnsigned: isWithoutKey)
        let inputs =
            parts + [
                .text("image", facts.identity),
                StageInput("sequence", String(definition.sequence ?? UInt64(epoch))),
                StageInput("suite", definition.suite.text),
                .text("committed lock", original.text),
                .text("key", key.map { "\($0.publicKey.base64)" } ?? "unsigned"),
            ]
        let stage = try build.runner.run(
            "payload", inputs: inputs, outputs: [], products: [file, file + ".sha256"]
        ) { _ in
            try build.events.step("payload", unit: .bytes) { _ in
                let version = try Initramfs.kernelVersion(of: tree)
                let contents = try PayloadContents(
                    rootfs: rootfs, kernel: "\(tree)/boot/vmlinuz-\(version)",
                    initramfs: initramfs, loader: loader,
                    installer: "\(tree)/usr/sbin/slipway-host")
                _ = try PayloadBuilder(
                    release: try makeRelease(facts, kernel: version), contents: contents,
                    packages: try installedPackages(), signingKey: key,
                    tool: build.settings.tool
                ).build(into: places.output)
            }
            return inputs
        }
        return (file, StageInput("payload", stage))
    }

    private func makeRelease(_ facts: ImageFacts, kernel: String) throws -> PayloadRelease {
        let replaced = LockDifference(from: original, to: lock)
        var libraries = Dictionary(
            Compression.Library.versions.map { ($0.name, $0.version) },
            uniquingKeysWith: { first, _ in first })
        libraries["libsodium"] = Sodium.version
        return PayloadRelease(
            version: facts.version, train: facts.train,
            sequence: definition.sequence ?? UInt64(epoch), compatible: facts.compatible,
            kernelVersion: try ReleaseName(kernel, field: "kernel version"),
            suite: definition.suite,
            buildInfo: BuildInfo(
                name: facts.name, sourceDateEpoch: epoch,
                lock: Checksum(sha256: Hasher.digest(Array(original.text.utf8))),
                replacements: replaced.changed.map {
                    .init(
                        package: $0.after.name, locked: $0.before.version,
                        used: $0.after.version)
                },
                tools: try tools(), libraries: libraries))
    }

    /// The programs that shaped the image's bytes: dpkg and GRUB are the image's own, as the lock has
    /// them.
    private func tools() throws -> [String: String] {
        let versions = Dictionary(
            try PackageFacts(layers: [tree]).stanzas().map {
                ($0["Package"] ?? "", $0["Version"] ?? "")
            }, uniquingKeysWith: { first, _ in first })
        var tools = ["slipway": build.settings.tool]
        tools["dpkg"] = versions["dpkg"]
        tools["grub-mkimage"] = versions["grub-common"]
        tools["swift"] = try SwiftCompiler.version(
            ofProgram: FileSystem.readLink("/proc/self/exe"), in: places.work)
        return tools
    }

    private func installedPackages() throws -> [InstalledPackage] {
        let facts = PackageFacts(layers: [tree, layer])
        let locked = Dictionary(
            lock.packages.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return try facts.stanzas().map { stanza in
            let name = stanza["Package"] ?? ""
            let package = locked[name]
            return InstalledPackage(
                name: name, version: stanza["Version"] ?? "",
                architecture: stanza["Architecture"] ?? "",
                source: stanza["Source"] ?? name, sha256: package?.sha256,
                byteCount: package?.byteCount ?? 0, path: package?.path,
                maintainer: stanza["Maintainer"],
                copyright: try facts.readText("usr/share/doc/\(name)/copyright"))
        }
    }

    func name(of overlay: String) -> String {
        overlay.hasPrefix("\(places.root)/")
            ? String(overlay.dropFirst(places.root.count + 1)) : overlay
    }
}

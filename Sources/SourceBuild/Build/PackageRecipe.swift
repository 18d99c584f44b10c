import Command
import Debian
import Glibc
import Manifest
import RootFS
import Syscalls

/// How a package is built in its tree: the part that runs inside of the worker.
struct PackageRecipe {
    /// Raised whenever the same input would come out otherwise, so that all is built anew.
    static let revision = 1

    /// Where the sources are in the tree: the same for all builds, as compilers write it down.
    static let folder = "build/source"

    let task: BuildTask
    let channel: WorkerChannel

    private var options: SourceBuildOptions { task.unit.options }
    private var name: String { task.unit.name }
    private var epoch: Int64 { task.tree.commitTime }

    /// The folder of the package in the tree, without a leading slash.
    private var packageFolder: String {
        task.unit.subfolder.isEmpty
            ? PackageRecipe.folder : "\(PackageRecipe.folder)/\(task.unit.subfolder)"
    }

    /// Builds, and puts what was made into the task's output.
    ///
    /// - Throws: `PackageBuildError`, `CommandError`, `SystemError`.
    func run() throws {
        try prepareScratch()
        try LayeredTree.use(layers: task.layers, in: task.scratch) { root in
            try channel.begin("copy source")
            try SourceFiles.copy(
                task.tree.folder, only: task.tree.origin.paths,
                to: "\(root)/\(PackageRecipe.folder)", time: epoch)
            if let toolchain = task.toolchain { try toolchain.show(in: root) }
            if options.usesNetwork { try connect(root) }
            try Chroot.use(root) { chroot in
                if let cache = task.compilerCache {
                    try FileSystem.makeDirectory("\(root)/var/cache/ccache")
                    try Mount.bind(cache, at: "\(root)/var/cache/ccache")
                }
                do {
                    try build(in: chroot)
                } catch {
                    if task.opensShell { try openShell(in: chroot, after: error) }
                    throw error
                }
            }
        }
    }

    /// Gives a tree what it takes to find names and packages in the network.
    private func connect(_ root: String) throws {
        try FileSystem.writeAtomically(
            FileSystem.read("/etc/resolv.conf"), to: "\(root)/etc/resolv.conf")
        var stanzas = ""
        for (index, repository) in task.repositories.enumerated() {
            let keyring = "/etc/apt/keyrings/archive-\(index).gpg"
            try FileSystem.makeDirectory("\(root)/etc/apt/keyrings")
            try FileSystem.writeAtomically(
                FileSystem.read(repository.keyring), to: root + keyring)
            stanzas += repository.sourcesStanza(
                url: try repository.location.resolve(), signer: keyring)
            stanzas += "\n"
        }
        try FileSystem.writeAtomically(
            stanzas, to: "\(root)/etc/apt/sources.list.d/slipway.sources")
    }

    /// Puts the folder for the overlay into memory, where the entry wants that.
    private func prepareScratch() throws {
        guard options.usesMemory ?? (options.memoryGibibytes != nil) else { return }
        try Mount.temporary(at: task.scratch, size: "\(options.memoryGibibytes ?? 12)g")
    }

    private func build(in chroot: Chroot) throws {
        for command in options.beforeDependencies where isWanted(command) {
            try run(command.command, "predepscmd", in: chroot)
        }
        for command in options.dependencyCommands { try run(command, "depscmd", in: chroot) }
        for command in options.beforeBuild { try run(command, "prebuildcmd", in: chroot) }
        if options.generatesVersion { try setVersion(in: chroot.root) }
        let parent = "\(chroot.root)/" + packageFolder.prefix(upTo: lastSlash)
        let before = Set(try FileSystem.list(parent))
        if options.buildCommands.isEmpty {
            try requireControl(in: chroot.root)
            try run("dpkg-buildpackage -us -uc -b -j\(task.jobs)", "build", in: chroot)
        } else {
            for command in options.buildCommands { try run(command, "buildcmd", in: chroot) }
        }
        try channel.begin("collect")
        try collect(from: parent, but: before)
    }

    private var lastSlash: String.Index {
        packageFolder.lastIndex(of: "/") ?? packageFolder.startIndex
    }

    private func isWanted(_ command: SourceBuildOptions.Command) -> Bool {
        command.environmentChecks.allSatisfy { check in
            (options.environment[check.key] ?? task.checkedEnvironment[check.key]) == check.value
        }
    }

    private var environment: [String: String] {
        var environment = [
            "DEBIAN_FRONTEND": "noninteractive", "SOURCE_DATE_EPOCH": String(epoch),
            "LOGNAME": "root", "USER": "root",
        ]
        environment["DEB_BUILD_OPTIONS"] = options.buildOptions
        var path = [Command.baseEnvironment["PATH", default: ""]]
        if task.toolchain != nil { path.insert(SwiftToolchain.programs, at: 0) }
        if task.compilerCache != nil {
            environment["CCACHE_DIR"] = "/var/cache/ccache"
            path.insert("/usr/lib/ccache", at: 0)
        }
        environment["PATH"] = path.joined(separator: ":")
        environment.merge(options.environment) { $1 }
        environment.merge(task.secrets) { $1 }
        return environment
    }

    private func command(_ arguments: [String], in chroot: Chroot) -> Command {
        chroot.connectedCommand("/bin/bash", arguments).with(environment: environment)
    }

    private func run(_ line: String, _ step: String, in chroot: Chroot) throws {
        try channel.begin(step)
        try channel.say("$ \(line)")
        let script = "cd \"/$1\" && eval \"$2\""
        let ending = try channel.run(
            command(["-c", script, "bash", packageFolder, line], in: chroot))
        guard ending == .status(0) else {
            throw PackageBuildError.stepFailed(unit: name, step: step, ending: ending)
        }
    }

    private func requireControl(in root: String) throws {
        let path = "debian/control"
        guard FileSystem.exists("\(root)/\(packageFolder)/\(path)") else {
            throw PackageBuildError.noControl(unit: name, path: path)
        }
    }

    private func setVersion(in root: String) throws {
        let folder = "\(root)/\(packageFolder)/debian"
        let path = "\(folder)/changelog"
        // Commands that make packages by other means than debian/rules have no use for a changelog.
        if !FileSystem.exists(path), !options.buildCommands.isEmpty { return }
        try channel.begin("version")
        try requireControl(in: root)
        let changelog = try FileSystem.readText(path)
        let top = try PackageVersion(changelog: changelog, unit: name)
        let tree = task.tree
        let version =
            tree.origin.isTree
            ? top.generated(ownTree: tree.contentDigest, date: epoch)
            : top.generated(
                commit: tree.commit, time: epoch, content: tree.isDirty ? tree.contentDigest : nil)
        let control = try Deb822.parse(FileSystem.readText("\(folder)/control")).first
        try FileSystem.writeAtomically(
            top.entry(
                version,
                reason: tree.origin.isTree
                    ? "Built from files whose digest is \(tree.contentDigest)."
                    : "Built from commit \(tree.commit).",
                maintainer: control?["Maintainer"] ?? "nobody <nobody@localhost>", time: epoch)
                + changelog, to: path)
        try channel.say(version)
    }

    private func collect(from folder: String, but before: Set<String>) throws {
        let kinds = [".deb", ".udeb", ".ddeb", ".buildinfo", ".changes"]
        var hasPackage = false
        for file in try FileSystem.list(folder)
        where !before.contains(file) && kinds.contains(where: file.hasSuffix) {
            try Command("cp", ["--reflink=auto", "\(folder)/\(file)", "\(task.output)/\(file)"])
                .runChecked()
            hasPackage = hasPackage || file.hasSuffix(".deb")
        }
        guard hasPackage else {
            let relative = packageFolder.prefix(upTo: lastSlash)
            throw PackageBuildError.nothingBuilt(unit: name, folder: "/\(relative)")
        }
    }

    private func openShell(in chroot: Chroot, after error: any Error) throws {
        try channel.begin(WorkerChannel.shell)
        let text = "\n\(error)\nThis is its tree as it is now; 'exit' goes on.\n"
        let terminal = try File("/dev/stderr", flags: O_WRONLY)
        try terminal.write(Array(text.utf8))
        var shell = command(
            ["-c", "cd \"/$1\" && exec bash -i", "bash", packageFolder], in: chroot)
        shell.output = .terminal
        _ = try shell.run()
    }
}

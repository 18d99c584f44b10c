package import Debian
package import Events
import Glibc
import Syscalls

/// A program that the manifest wants to be run in the image after a package's installation.
package struct PostInstallCommand: Sendable, Equatable {
    /// The package's name.
    package var package: String
    /// The program.
    package var program: String
    /// Its arguments.
    package var arguments: [String]

    /// Makes a command.
    package init(package: String, program: String, arguments: [String]) {
        self.package = package
        self.program = program
        self.arguments = arguments
    }
}

/// Makes the configured tree of an image: every package of a lock, unpacked and configured.
package struct RootFSBuilder {
    /// What the tree is made from.
    package struct Input: Sendable {
        /// The packages, `base-files` among them.
        package var packages: [LockedPackage]
        /// The architecture, such as `amd64`.
        package var architecture: String
        /// SOURCE_DATE_EPOCH.
        package var epoch: Int64
        /// The file of system users' and groups' numbers.
        package var idsPath: String
        /// Whether that file may grow.
        package var mayExtendIDs: Bool
        /// What is run in the tree when all packages are configured, in order.
        package var commands: [PostInstallCommand]

        /// Makes an input.
        package init(
            packages: [LockedPackage], architecture: String, epoch: Int64, idsPath: String,
            mayExtendIDs: Bool, commands: [PostInstallCommand] = []
        ) {
            self.packages = packages
            self.architecture = architecture
            self.epoch = epoch
            self.idsPath = idsPath
            self.mayExtendIDs = mayExtendIDs
            self.commands = commands
        }
    }

    private let pool: Pool
    private let events: EventStream

    /// Makes a builder that takes packages from a pool.
    package init(pool: Pool, events: EventStream) {
        self.pool = pool
        self.events = events
    }

    /// Makes the tree in an empty folder.
    ///
    /// - Parameters:
    ///   - input: What it is made from.
    ///   - tree: The folder.
    ///   - logPath: The file that takes what the maintainer scripts say.
    ///   - onFailure: Called with the tree ready for programs when configuring failed.
    /// - Throws: `RootFSError`, `PoolError` and others; the folder is the caller's to remove then.
    package func build(
        _ input: Input, in tree: String, logPath: String, onFailure: (Chroot) throws -> Void
    ) throws {
        let database = DpkgDatabase(tree: tree, architecture: input.architecture)
        let unpacked = try events.step(
            "unpack", total: input.packages.reduce(0) { $0 + $1.byteCount }, unit: .bytes
        ) { progress in
            try database.prepare()
            let packages = try Unpacker(pool: pool, tree: tree).unpack(
                RootFSBuilder.ordered(input.packages), progress: progress)
            try database.record(packages)
            return packages
        }
        try events.step("configure", total: UInt64(unpacked.count), unit: .items) { progress in
            let log = try BuildLog(logPath)
            try Chroot.use(tree) { chroot in
                let scripts = ScriptRunner(chroot: chroot, log: log, epoch: input.epoch)
                let configurator = Configurator(scripts: scripts, database: database)
                do {
                    try configure(input, unpacked, in: tree, configurator, progress)
                } catch {
                    try onFailure(chroot)
                    throw error
                }
            }
        }
    }

    private func configure(
        _ input: Input, _ packages: [UnpackedPackage], in tree: String,
        _ configurator: Configurator, _ progress: StepProgress
    ) throws {
        let ids = try SystemIDs(path: input.idsPath)
        var base: Set<String> = []
        try configurator.configure(packages, progress: progress) {
            base = try SystemIDs.names(in: tree)
            try ids.seed(tree, epoch: input.epoch)
        } afterwards: { scripts in
            for command in input.commands {
                try scripts.run(
                    command.program, command.arguments,
                    what: "\(command.package): post_install_commands: \(command.program)")
            }
        }
        let grown = try ids.extended(by: tree, base: base)
        let new = grown.names(beyond: ids)
        if new.isEmpty { return }
        guard input.mayExtendIDs else {
            throw RootFSError.newIDs(path: input.idsPath, names: new)
        }
        try FileSystem.writeAtomically(grown.text, to: input.idsPath)
        events.log(
            .warning, "new system users or groups got their numbers",
            ["names": new.joined(separator: ", "), "file": input.idsPath])
    }

    /// `base-files` first: it brings the links that all other packages' paths go through.
    private static func ordered(_ packages: [LockedPackage]) -> [LockedPackage] {
        packages.filter { $0.name == "base-files" } + packages.filter { $0.name != "base-files" }
    }
}

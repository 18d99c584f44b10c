import Debian
import Events
import Glibc
import Syscalls

/// Runs the maintainer scripts of unpacked packages in a tree: preinsts, then dpkg's configuring.
struct Configurator {
    private let scripts: ScriptRunner
    private let database: DpkgDatabase

    /// Makes a configurator for a tree with its dpkg database.
    init(scripts: ScriptRunner, database: DpkgDatabase) {
        self.scripts = scripts
        self.database = database
    }

    /// Packages that the scripts of all others count on, in an order that works in an empty tree.
    private static let base = [
        "base-passwd", "base-files", "dpkg", "libc6", "perl-base", "mawk", "debconf", "passwd",
    ]

    /// Brings all packages from unpacked to installed.
    ///
    /// - Parameters:
    ///   - packages: All packages of the tree.
    ///   - progress: Told of each package.
    ///   - seedIDs: Called when the base is there and before any other package is configured.
    ///   - afterwards: Called when all are configured; services still do not start.
    /// - Throws: `RootFSError.scriptFailed` with the last words of what failed.
    func configure(
        _ packages: [UnpackedPackage], progress: StepProgress, seedIDs: () throws -> Void,
        afterwards: (ScriptRunner) throws -> Void
    ) throws {
        let guards = try Guards(tree: scripts.chroot.root)
        try runPreinsts(packages)
        let names = Configurator.base.compactMap { base in
            packages.first { $0.name == base }.map { DpkgDatabase.infoName(of: $0.stanza) }
        }
        try dpkg(["--force-depends", "--no-triggers", "--configure"] + names, progress)
        try seedIDs()
        try dpkg(["--configure", "-a"], progress)
        try afterwards(scripts)
        let unfinished = try database.states().filter { $0.state != "installed" }.map(\.name)
        guard unfinished.isEmpty else { throw RootFSError.notInstalled(packages: unfinished) }
        // After a failure the whole tree goes, guards and all.
        try guards.remove()
    }

    /// Runs each package's preinst as dpkg does before unpacking.
    ///
    /// Here the files are there already: shown to come out the same for a fresh tree.
    private func runPreinsts(_ packages: [UnpackedPackage]) throws {
        let first = packages.filter { $0.name == "base-passwd" }
        let version = packages.first { $0.name == "dpkg" }?.stanza["Version"] ?? ""
        let others = packages.filter { $0.name != "base-passwd" }.sorted { $0.name < $1.name }
        for package in first + others where package.control["preinst"] != nil {
            let name = DpkgDatabase.infoName(of: package.stanza)
            try scripts.run(
                "/\(DpkgDatabase.folder)/info/\(name).preinst", ["install"],
                what: "\(package.name): preinst",
                environment: scriptEnvironment(package, dpkg: version))
        }
    }

    private func scriptEnvironment(_ package: UnpackedPackage, dpkg version: String) -> [String:
        String]
    {
        [
            "DPKG_MAINTSCRIPT_PACKAGE": package.name, "DPKG_MAINTSCRIPT_NAME": "preinst",
            "DPKG_MAINTSCRIPT_ARCH": package.stanza["Architecture"] ?? "",
            "DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT": "1", "DPKG_ADMINDIR": "/var/lib/dpkg",
            "DPKG_ROOT": "", "DPKG_RUNNING_VERSION": version,
        ]
    }

    private func dpkg(_ arguments: [String], _ progress: StepProgress) throws {
        try scripts.run(
            "dpkg", ["--force-unsafe-io", "--force-confold"] + arguments, what: "dpkg --configure"
        ) { line in
            guard line.hasPrefix("Setting up ") else { return }
            progress.note(String(line.dropFirst(11).prefix { $0 != " " }))
            progress.advance()
        }
    }

    /// Files that keep scripts from starting services or making an initramfs while they run.
    private struct Guards {
        private let policy: String
        private let initramfs: String
        private let initramfsBefore: [UInt8]?

        init(tree: String) throws {
            policy = "\(tree)/usr/sbin/policy-rc.d"
            // invoke-rc.d: 101 is "action forbidden by policy".
            try FileSystem.writeAtomically("#!/bin/sh\nexit 101\n", to: policy, mode: 0o755)
            initramfs = "\(tree)/etc/initramfs-tools/update-initramfs.conf"
            if FileSystem.exists(initramfs) {
                initramfsBefore = try FileSystem.read(initramfs)
                try FileSystem.writeAtomically("update_initramfs=no\n", to: initramfs)
            } else {
                initramfsBefore = nil
            }
        }

        /// Puts everything back.
        func remove() throws {
            try FileSystem.removeFile(policy)
            if let initramfsBefore {
                try FileSystem.writeAtomically(initramfsBefore, to: initramfs)
            }
        }
    }
}

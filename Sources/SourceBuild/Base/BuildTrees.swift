import Command
import Debian
import Digest
import Events
import RootFS
import Stages
import Syscalls

/// The finished trees that builds are laid over: the base, and each set of build dependencies.
struct BuildTrees {
    /// What is in every chroot: what a build without any build dependency may count on, what the
    /// recipe calls, and what commands of manifests in scale-build's vocabulary call.
    static let packages = ["apt", "build-essential", "debhelper", "devscripts", "fakeroot"]

    /// How many sets of build dependencies are kept.
    private static let layerCount = 32

    let places: PackagePlaces
    let architecture: String
    let events: EventStream

    /// What a tree that is made of some packages is known by; owners differ with the user namespace.
    static func identity(of packages: [LockedPackage]) throws -> String {
        var lines = packages.map { "\($0.name) \($0.version) \($0.architecture) \($0.sha256)\n" }
        lines.append(try FileSystem.readText("/proc/self/uid_map"))
        return ShortDigest.of(lines.joined())
    }

    /// Whether the base is made of these packages.
    func hasBase(_ identity: String) -> Bool {
        (try? FileSystem.readText("\(places.base)/\(BuildTrees.mark)")) == identity
    }

    /// Makes the base; runs in a worker, as unpacking starts threads.
    func makeBase(_ packages: [LockedPackage], identity: String, pool: Pool, epoch: Int64) throws {
        let new = places.base + PackagePlaces.unfinished
        try FileSystem.removeTree(new)
        try FileSystem.makeDirectory("\(new)/tree")
        // Numbers of users matter to nobody outside of the chroot.
        let ids = "\(new)/ids"
        try RootFSBuilder(pool: pool, events: events).build(
            .init(
                packages: packages, architecture: architecture, epoch: epoch, idsPath: ids,
                mayExtendIDs: true),
            in: "\(new)/tree", logPath: "\(places.logs)/base.log", onFailure: { _ in })
        try FileSystem.writeAtomically(identity, to: "\(new)/\(BuildTrees.mark)")
        try FileSystem.synchronize(holding: new)
        try FileSystem.removeTree(places.base)
        try FileSystem.rename(new, to: places.base)
        // What was laid over another base fits no more.
        try FileSystem.removeTree(places.layers)
    }

    /// The trees for a set of build dependencies; the last one is made by `makeLayer`.
    func layers(_ dependencies: [LockedPackage], base: String) throws -> [String] {
        let tree = "\(places.base)/tree"
        return dependencies.isEmpty ? [tree] : [tree, try layer(dependencies, base: base)]
    }

    private func layer(_ dependencies: [LockedPackage], base: String) throws -> String {
        "\(places.layers)/\(try BuildTrees.identity(of: dependencies))-\(base)"
    }

    /// Makes the tree of a set of build dependencies, where there is none; runs in a worker.
    ///
    /// - Parameters:
    ///   - files: The packages.
    ///   - layers: What `layers` named.
    ///   - scratch: A folder on the disk.
    ///   - name: What messages call the build.
    ///   - channel: Where programs speak.
    /// - Throws: `PackageBuildError`, `CommandError`, `SystemError`; there is none then.
    static func makeLayer(
        of files: [PackageFile], layers: [String], in scratch: String, for name: String,
        _ channel: WorkerChannel
    ) throws {
        guard layers.count == 2, !FileSystem.exists(layers[1]) else { return }
        try channel.begin("install build dependencies")
        let debs = "\(scratch)/dependencies"
        try FileSystem.makeDirectory(debs)
        for file in files {
            let target = "\(debs)/\(file.package.name)_\(file.package.architecture).deb"
            try Command("cp", ["--reflink=auto", file.path, target]).runChecked()
        }
        // Builds side by side may want the same one: each makes its own, the first one stays.
        let new = "\(scratch)/layer"
        try LayeredTree.use(layers: [layers[0]], changes: new, in: scratch) { root in
            try Chroot.use(root) { chroot in
                try install(debs, in: chroot, for: name, channel)
            }
        }
        try FileSystem.removeTree(debs)
        try FileSystem.synchronize(holding: scratch)
        try FileSystem.makeDirectory(String(layers[1].prefix(upTo: lastSlash(layers[1]))))
        if !FileSystem.exists(layers[1]) { try FileSystem.rename(new, to: layers[1]) }
    }

    private static func install(
        _ debs: String, in chroot: Chroot, for name: String, _ channel: WorkerChannel
    ) throws {
        let inside = "run/dependencies"
        try FileSystem.makeDirectory("\(chroot.root)/\(inside)")
        try Mount.bind(debs, at: "\(chroot.root)/\(inside)")
        // Nothing is started in a chroot (invoke-rc.d(8): 101 is "forbidden by policy").
        let policy = "\(chroot.root)/usr/sbin/policy-rc.d"
        try FileSystem.writeAtomically("#!/bin/sh\nexit 101\n", to: policy, mode: 0o755)
        let names = try FileSystem.list(debs).map { "/\(inside)/\($0)" }
        let options = [
            "-y", "--no-install-recommends", "--allow-downgrades",
            "-o", "APT::Sandbox::User=root", "-o", "DPkg::Options::=--force-unsafe-io",
            "-o", "DPkg::Options::=--force-confold", "-o", "Dpkg::Use-Pty=0",
        ]
        let ending = try channel.run(
            chroot.connectedCommand("apt-get", options + ["install"] + names).with(environment: [
                "DEBIAN_FRONTEND": "noninteractive", "DEBCONF_NONINTERACTIVE_SEEN": "true",
            ]))
        guard ending == .status(0) else {
            throw PackageBuildError.stepFailed(
                unit: name, step: "install build dependencies", ending: ending)
        }
        try Mount.remove("\(chroot.root)/\(inside)")
        try FileSystem.removeFile(policy)
    }

    /// Removes the sets of build dependencies that nothing of a whole run used, the oldest first.
    func pruneLayers(used: Set<String>) throws {
        guard FileSystem.isDirectory(places.layers) else { return }
        let unused = try FileSystem.list(places.layers).map { "\(places.layers)/\($0)" }
            .filter { !used.contains($0) }
        try PackagePlaces.keepNewest(max(0, BuildTrees.layerCount - used.count), of: unused)
    }

    private static func lastSlash(_ path: String) -> String.Index {
        path.lastIndex(of: "/") ?? path.startIndex
    }

    /// The file that tells what the base is made of.
    private static let mark = "identity"
}

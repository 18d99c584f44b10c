import CommandLine
import Debian
import Events
import Glibc
import RootFS
import Syscalls

/// From a lock and a warm pool to a configured tree with its initramfs: what the rows about the root
/// filesystem measure, without the stages behind it.
struct Assembly {
    /// Why it cannot be measured.
    enum Failure: Error, CustomStringConvertible {
        /// The pool lacks packages of the lock.
        case coldPool(missing: Int)
        /// The isolated half failed, and said why.
        case failed(Isolation.Outcome)

        var description: String {
            switch self {
            case .coldPool(let missing):
                "the pool lacks \(missing) packages of the lock; run 'make' first"
            case .failed(let outcome): "the assembly ended with \(outcome)"
            }
        }
    }

    /// The tree whose lock and pool are used.
    let root: String

    /// The default image's lock.
    var lockPath: String { "\(root)/manifests/slipway-trixie-amd64.lock" }
    private var idsPath: String { "\(root)/manifests/slipway.ids" }

    /// The archives' packages of the lock, all of which are in the pool.
    func packages() throws -> (lock: Lock, pool: Pool) {
        let lock = try Lock(parsing: FileSystem.readText(lockPath))
        let pool = try Pool("\(root)/pool")
        let missing = lock.packages.count { !pool.holds($0) }
        guard missing == 0 else { throw Failure.coldPool(missing: missing) }
        return (lock, pool)
    }

    /// Makes the tree and its initramfs in a folder, which is emptied first.
    func run(in folder: String) throws {
        let (lock, pool) = try packages()
        let outcome = try Isolation.run {
            do {
                try make(lock, pool, in: folder)
                return 0
            } catch {
                return BenchCommand.program.report(error) { _ in nil }
            }
        }
        guard outcome == .ended(status: 0) else { throw Failure.failed(outcome) }
    }

    private func make(_ lock: Lock, _ pool: Pool, in folder: String) throws {
        try FileSystem.removeTree(folder)
        try FileSystem.makeDirectory(folder)
        let tree = "\(folder)/tree"
        try FileSystem.makeDirectory(tree)
        let events = EventStream.discarding
        try RootFSBuilder(pool: pool, events: events).build(
            .init(
                packages: lock.packages, architecture: "amd64", epoch: lock.date,
                idsPath: idsPath, mayExtendIDs: false),
            in: tree, logPath: "\(folder)/configure.log", onFailure: { _ in })
        try Initramfs.make(
            layers: [tree, "\(root)/conf/rootfs"], output: "\(folder)/initrd.img",
            epoch: lock.date, folder: folder, logPath: "\(folder)/initramfs.log", events: events)
    }
}

import CSyscalls
import Glibc
package import Syscalls

/// Where packages of a tree are built and kept: one place for all its images.
package struct PackagePlaces: Sendable {
    /// The folder of all that is below.
    package let folder: String

    /// Names the places below a tree's folder.
    package init(root: String) { folder = "\(root)/work/packages" }

    /// The chroot that builds are laid over.
    var base: String { "\(folder)/base" }
    /// Build dependencies laid over it, one folder a set.
    var layers: String { "\(folder)/layers" }
    /// What was built.
    var store: String { "\(folder)/store" }
    /// What each unit was last made from.
    var records: String { "\(folder)/records" }
    /// What apt was asked, and its answers.
    package var archive: String { "\(folder)/archive" }
    /// What builds need while they run.
    var scratch: String { "\(folder)/scratch" }
    /// ccache's.
    var compilerCache: String { "\(folder)/ccache" }
    /// What is known of this machine's compiler.
    var toolchain: String { "\(folder)/toolchain.json" }
    /// A log for each unit.
    package var logs: String { "\(folder)/logs" }
    /// The archive of the results, for apt.
    package var repository: String { "\(folder)/repository" }
    /// The key that signs that archive.
    package var key: String { "\(folder)/key" }

    /// The lock of an image's builds.
    package static func lock(root: String, image: String) -> String {
        "\(root)/manifests/\(image).base.lock"
    }

    /// Keeps other builds of packages out for as long as the file lives, and removes what one that
    /// did not come to its end left.
    ///
    /// - Throws: `PackageBuildError.busy` when another one runs.
    package func claim() throws -> File {
        try FileSystem.makeDirectory(folder)
        let path = "\(folder)/lock"
        let file = try File(path, flags: O_RDWR | O_CREAT)
        guard try file.lock(wait: false) else { throw PackageBuildError.busy(path: path) }
        try removeUnfinished()
        return file
    }

    /// Removes what a run that did not come to its end left; to be called by who has claimed it.
    package func removeUnfinished() throws(SystemError) {
        try FileSystem.removeTree(scratch)
        for parent in [folder, layers, store, archive] where FileSystem.isDirectory(parent) {
            for name in try FileSystem.list(parent)
            where name.hasPrefix("slipway-") || name.hasSuffix(PackagePlaces.unfinished) {
                try FileSystem.removeTree("\(parent)/\(name)")
            }
        }
    }

    /// Removes all but the newest of some folders, by when each was made or last touched.
    static func keepNewest(_ count: Int, of folders: [String]) throws(SystemError) {
        var byAge: [(path: String, time: timespec)] = []
        for path in folders {
            guard let status = try FileSystem.status(path) else { continue }
            byAge.append((path, status.st_ctim))
        }
        byAge.sort { ($0.time.tv_sec, $0.time.tv_nsec) > ($1.time.tv_sec, $1.time.tv_nsec) }
        for (path, _) in byAge.dropFirst(count) { try FileSystem.removeTree(path) }
    }

    /// What the name of a thing ends with while it is made.
    static let unfinished = ".new"
}

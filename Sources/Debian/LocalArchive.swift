import Command
import Syscalls

/// A folder that apt reads as an archive, for programs that take packages from archives only:
/// packages of a pool, an index, and a release that names the suite.
package enum LocalArchive {
    /// Makes an archive of a lock's packages, all of which are in the pool.
    ///
    /// - Parameters:
    ///   - folder: The folder; made when missing.
    ///   - packages: What goes in.
    ///   - pool: Where the files are.
    ///   - suite: The suite and code name of the release. Without it mmdebstrap, which asks for the
    ///     essential packages of a suite, finds none.
    /// - Throws: `CommandError`, `SystemError`.
    package static func make(
        in folder: String, _ packages: [LockedPackage], pool: Pool, suite: String
    ) throws {
        try FileSystem.makeDirectory(folder)
        for package in packages {
            let name = "\(folder)/\(package.name)_\(package.architecture).deb"
            try Command("cp", ["--reflink=auto", pool.path(of: package), name]).runChecked()
        }
        let names = ["Suite", "Codename"].flatMap {
            ["-o", "APT::FTPArchive::Release::\($0)=\(suite)"]
        }
        // The release has the index's digest, so the index comes first.
        for (file, arguments) in [("Packages", ["packages"]), ("Release", names + ["release"])] {
            var index = Command("apt-ftparchive", arguments + ["."])
            index.folder = folder
            try FileSystem.writeAtomically(
                index.runChecked().output, to: "\(folder)/\(file)")
        }
    }
}

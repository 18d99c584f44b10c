/// What was built from a manifest's sources, as a request has it.
package struct BuiltPackages: Sendable {
    /// One package, and what it is built from.
    package struct Package: Sendable, Equatable {
        /// The package.
        package var file: PackageFile
        /// The name of the source or subpackage that makes it.
        package var unit: String
        /// The name of the checkout.
        package var source: String
        /// The commit that it was built from; of the manifest's own tree the content's digest.
        package var commit: String

        /// Describes a package.
        package init(file: PackageFile, unit: String, source: String, commit: String) {
            self.file = file
            self.unit = unit
            self.source = source
            self.commit = commit
        }
    }

    /// The archive that has the packages.
    package var repository: Repository
    /// The packages in it.
    package var packages: [Package]
    /// The names of all that is built, whether it is yet or not.
    package var units: [String]
    /// The digests of those sources that are files of the manifest's own tree, as they are now.
    package var ownDigests: [String: String]

    /// Describes what was built.
    package init(
        repository: Repository, packages: [Package], units: [String],
        ownDigests: [String: String] = [:]
    ) {
        self.repository = repository
        self.packages = packages
        self.units = units
        self.ownDigests = ownDigests
    }

    /// What was built goes before all that archives have under the same name.
    var preferences: [PackageRequest.Preference] {
        [.init(package: "*", pin: "release o=\(repository.archive)", priority: 1001)]
    }

    /// The files of the packages that a lock names.
    ///
    /// - Parameters:
    ///   - lock: The lock.
    ///   - anyCommit: Whether one that was built from another commit than the lock has will do.
    /// - Returns: The files.
    /// - Throws: `BuiltPackageError` when one is not there, or is not what the lock means.
    package func files(of lock: Lock, anyCommit: Bool) throws(BuiltPackageError) -> [PackageFile] {
        let locked = Set(lock.packages.map(\.name))
        if let package = packages.first(where: { locked.contains($0.file.package.name) }) {
            throw .lockedElsewhere(package: package.file.package.name, source: package.source)
        }
        var files: [PackageFile] = []
        for locked in lock.builtPackages {
            guard let package = packages.first(where: { $0.file.package.name == locked.name })
            else { throw .notBuilt(package: locked.name, source: locked.source) }
            let commit = lock.sources.first { $0.name == locked.source }?.commit
            guard anyCommit || commit == nil || commit == package.commit else {
                throw .otherCommit(
                    package: locked.name, source: locked.source, locked: commit ?? "",
                    found: package.commit)
            }
            if let digest = ownDigests[locked.source], digest != package.commit {
                throw .otherContent(package: locked.name, source: locked.source)
            }
            files.append(package.file)
        }
        return files
    }
}

/// Why a package of the manifest's sources cannot go into the image.
package enum BuiltPackageError: Error, Equatable, CustomStringConvertible {
    /// It was not built yet.
    case notBuilt(package: String, source: String)
    /// The lock takes it from an archive.
    case lockedElsewhere(package: String, source: String)
    /// It was built from another commit than the lock has.
    case otherCommit(package: String, source: String, locked: String, found: String)
    /// Its source, files of the manifest's own tree, has changed since.
    case otherContent(package: String, source: String)

    package var description: String {
        switch self {
        case .notBuilt(let package, let source): "\(package): not built yet from source \(source)"
        case .lockedElsewhere(let package, let source):
            "\(package): built here from source \(source), but the lock takes it from an archive"
        case .otherCommit(let package, let source, let locked, let found):
            "\(package): built from commit \(found) of \(source), the lock says \(locked)"
        case .otherContent(let package, let source):
            "\(package): the files of source \(source) have changed since it was built"
        }
    }
}

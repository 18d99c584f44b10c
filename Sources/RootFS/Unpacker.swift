import Archive
import Debian
import Dispatch
import Events
import Glibc
import Syscalls
import Synchronization

/// What a package put into a tree.
struct UnpackedPackage: Sendable {
    /// The control stanza.
    var stanza: Stanza
    /// The files of the control archive.
    var control: [String: [UInt8]]
    /// The paths in the order of the archive, relative to the root, the root itself as empty.
    var paths: [[UInt8]]
    /// The folders among them, for their attributes.
    var folders: [ArchiveEntry]
    /// Paths that another package had put there before.
    var conflicts: [[UInt8]]
    /// Targets of its hard links, by the links' paths.
    var hardLinks: [[UInt8]: [UInt8]] = [:]
    /// Paths of files that it shipped and another package took over; no longer in `paths`.
    var replaced: Set<[UInt8]> = []

    /// The package's name.
    var name: String { stanza["Package"] ?? "" }
}

/// Unpacks package files into an empty tree, side by side.
///
/// The result does not depend on which thread is faster: a folder that several packages have gets
/// the attributes that the first of them, in the order given, has for it.
struct Unpacker {
    private let tree: String
    private let pool: Pool

    /// Makes an unpacker from a pool into a tree that is there.
    init(pool: Pool, tree: String) {
        self.pool = pool
        self.tree = tree
    }

    /// Checks all packages against the lock and unpacks them.
    ///
    /// - Parameters:
    ///   - packages: The packages; `base-files` first, as it brings the links of /usr-merge that
    ///     the paths of no other package may be unpacked without.
    ///   - progress: Told of the bytes of packages done.
    /// - Returns: What each brought, in the order given.
    /// - Throws: The first failure in the order given.
    func unpack(_ packages: [LockedPackage], progress: StepProgress) throws -> [UnpackedPackage] {
        let results = Mutex<[Int: Result<UnpackedPackage, any Error>]>([:])
        @Sendable func run(_ index: Int) {
            // What is left after a failure would only delay its message.
            if results.withLock({ $0.values.contains { $0.isFailure } }) { return }
            let result = Result { try unpack(packages[index]) }
            results.withLock { $0[index] = result }
            progress.advance(by: packages[index].byteCount)
        }
        // The largest first, so that none is alone at the end.
        let order = packages.indices.dropFirst().sorted {
            packages[$0].byteCount > packages[$1].byteCount
        }
        if !packages.isEmpty { run(0) }
        DispatchQueue.concurrentPerform(iterations: order.count) { run(order[$0]) }

        let unpacked = results.withLock { $0 }
        // Any failure, the first in the order given, before what is missing because of it.
        for index in packages.indices { _ = try unpacked[index]?.get() }
        var all = try packages.indices.compactMap { try unpacked[$0]?.get() }
        try settleConflicts(in: &all, packages)
        try setFolderAttributes(all)
        return all
    }

    private func unpack(_ package: LockedPackage) throws -> UnpackedPackage {
        try pool.verify(package)
        let file = try DebianPackageFile(pool.path(of: package))
        let control = try file.readControl()
        var unpacked = UnpackedPackage(
            stanza: try Unpacker.stanza(of: package.name, control), control: control, paths: [],
            folders: [], conflicts: [])
        let writer = try TreeWriter(tree)
        let data = try file.openData()
        while var entry = try data.next() {
            entry.path = trimmedPath(entry.path)
            unpacked.paths.append(entry.path)
            if entry.kind == .directory { unpacked.folders.append(entry) }
            if case .hardLink(let target) = entry.kind {
                unpacked.hardLinks[entry.path] = trimmedPath(target)
            }
            if entry.path.isEmpty { continue }
            do {
                try write(entry, of: data, by: writer)
            } catch let error as SystemError where error.code == EEXIST {
                unpacked.conflicts.append(entry.path)
            }
        }
        return unpacked
    }

    private func write(_ entry: ArchiveEntry, of data: ArchiveReader, by writer: TreeWriter)
        throws
    {
        try writer.write(entry, at: entry.path) { file in
            try data.forEachPiece { try file.write($0, at: $1) }
            // A hole at the end has no piece.
            try checked("ftruncate", file.path) {
                ftruncate(file.descriptor, off_t(entry.byteCount))
            }
        }
    }

    private static func stanza(of package: String, _ control: [String: [UInt8]]) throws -> Stanza {
        let text = String(decoding: control["control"] ?? [], as: UTF8.self)
        let stanzas = try Deb822.parse(text)
        guard stanzas.count == 1, stanzas[0]["Package"] == package else {
            throw RootFSError.badControl(
                package: package,
                reason: "names package \(stanzas.first?["Package"] ?? "none")")
        }
        return stanzas[0]
    }

    /// Gives each file that several packages have to the one that replaces the others, as dpkg does.
    ///
    /// Without such a one it is an error: in dpkg the order of unpacking would decide, and a set that
    /// needs it is better told than guessed.
    private func settleConflicts(
        in packages: inout [UnpackedPackage], _ locked: [LockedPackage]
    ) throws {
        var late: [Int: Set<[UInt8]>] = [:]
        let contested = Set(packages.flatMap(\.conflicts))
        for path in contested.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let owners = packages.indices.filter { packages[$0].paths.contains(path) }
            let winner = try winner(of: path, among: owners.map { packages[$0] })
            for (place, index) in owners.enumerated() {
                if place != winner {
                    packages[index].paths.removeAll { $0 == path }
                    packages[index].replaced.insert(path)
                } else if packages[index].conflicts.contains(path) {
                    late[index, default: []].insert(path)
                }
            }
        }
        for (index, paths) in late { try unpackAgain(paths, from: locked[index]) }
    }

    private func winner(of path: [UInt8], among owners: [UnpackedPackage]) throws -> Int {
        let text = String(decoding: path, as: UTF8.self)
        let isFolder = owners.contains { $0.folders.contains { $0.path == path } }
        guard owners.count > 1, !isFolder,
            let winner = Replacement.winner(among: owners.map(\.stanza))
        else {
            throw RootFSError.fileConflict(
                path: text, first: owners.count > 1 ? owners[0].name : "none",
                second: owners.last?.name ?? "none")
        }
        // What its other names would then hold depends in dpkg on the order of unpacking.
        for owner in owners where owner.hardLinks.contains(where: { $0 == path || $1 == path }) {
            throw RootFSError.badEntry(
                package: owner.name, path: text,
                reason: "it has hard links, and other packages have it too")
        }
        return winner
    }

    /// Puts some files of a package in the place of those of others.
    private func unpackAgain(_ paths: Set<[UInt8]>, from package: LockedPackage) throws {
        let writer = try TreeWriter(tree)
        let data = try DebianPackageFile(pool.path(of: package)).openData()
        while var entry = try data.next() {
            entry.path = trimmedPath(entry.path)
            guard paths.contains(entry.path) else { continue }
            try writer.remove(entry.path)
            try write(entry, of: data, by: writer)
        }
    }

    private func setFolderAttributes(_ packages: [UnpackedPackage]) throws {
        let writer = try TreeWriter(tree)
        var done: Set<[UInt8]> = []
        for package in packages {
            for folder in package.folders where done.insert(folder.path).inserted {
                try writer.setAttributes(ofDirectory: folder, at: folder.path)
            }
        }
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}

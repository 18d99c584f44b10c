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
        let all = try packages.indices.compactMap { try unpacked[$0]?.get() }
        try settleConflicts(in: all)
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
            if entry.path.isEmpty { continue }
            do {
                try writer.write(entry, at: entry.path) { file in
                    try data.forEachPiece { try file.write($0, at: $1) }
                    // A hole at the end has no piece.
                    try checked("ftruncate", file.path) {
                        ftruncate(file.descriptor, off_t(entry.byteCount))
                    }
                }
            } catch let error as SystemError where error.code == EEXIST {
                unpacked.conflicts.append(entry.path)
            }
        }
        return unpacked
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

    /// Two packages with the same file are an error here: which one wins depends in dpkg on the
    /// order of unpacking, and a set that needs it is better told than guessed.
    private func settleConflicts(in packages: [UnpackedPackage]) throws {
        for package in packages {
            for path in package.conflicts {
                let other = packages.first { $0.name != package.name && $0.paths.contains(path) }
                throw RootFSError.fileConflict(
                    path: String(decoding: path, as: UTF8.self), first: other?.name ?? "none",
                    second: package.name)
            }
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

import Archive
import Debian
package import Events
import Glibc
import Stages
import Syscalls

/// Makes the layer of an image that comes from this tree and not from Debian: files laid over, and
/// packages taken out again.
package struct Customizer {
    private let epoch: Int64
    private let architecture: String
    private let events: EventStream

    /// Makes a customizer; `epoch`, SOURCE_DATE_EPOCH, is the time of all files laid over.
    package init(epoch: Int64, architecture: String, events: EventStream) {
        self.epoch = epoch
        self.architecture = architecture
        self.events = events
    }

    /// Makes the layer.
    ///
    /// - Parameters:
    ///   - tree: The configured tree, which stays as it is.
    ///   - overlays: Folders whose content is laid over, later ones last.
    ///   - prune: Names or glob patterns of packages to take out; one that matches none is fine, as
    ///     a list serves several images.
    ///   - changes: The layer: a folder to be made.
    ///   - folder: A folder on the same filesystem for what is needed meanwhile.
    ///   - logPath: The file that takes what scripts say.
    /// - Throws: `RootFSError.cannotPrune` when what stays needs what goes.
    package func customize(
        _ tree: String, overlays: [String], prune: [String], changes: String, folder: String,
        logPath: String
    ) throws {
        try events.step("customize") { progress in
            try LayeredTree.use(layers: [tree], changes: changes, in: folder) { merged in
                for overlay in overlays {
                    progress.note(overlay)
                    try lay(overlay, over: merged)
                }
                progress.note("prune")
                try self.prune(prune, in: merged, logPath: logPath)
            }
        }
    }

    private func lay(_ overlay: String, over tree: String) throws {
        let writer = try TreeWriter(tree)
        for entry in try SourceTree(overlay).entries {
            let path = Array(entry.path.utf8)
            switch entry.kind {
            case .directory:
                // A folder that is there keeps its attributes.
                if FileSystem.isDirectory("\(tree)/\(entry.path)") { continue }
                let folder = made(.directory, mode: 0o755, path)
                try writer.write(folder, at: path) { _ in }
                try writer.setAttributes(ofDirectory: folder, at: path)
            case .symlink(let target):
                try writer.remove(path)
                let link = made(.symlink(target: Array(target.utf8)), mode: 0o777, path)
                try writer.write(link, at: path) { _ in }
            case .file(let isExecutable):
                try writer.remove(path)
                let content = try FileSystem.read("\(overlay)/\(entry.path)")
                let file = made(.regular, mode: isExecutable ? 0o755 : 0o644, path)
                try writer.write(file, at: path) { try $0.write(content) }
            }
        }
    }

    /// Git keeps neither owners nor modes beyond "may be run", so neither counts here.
    private func made(_ kind: ArchiveEntry.Kind, mode: UInt32, _ path: [UInt8]) -> ArchiveEntry {
        ArchiveEntry(
            path: path, kind: kind, mode: mode, uid: 0, gid: 0, byteCount: 0,
            modificationTime: epoch)
    }

    private func prune(_ patterns: [String], in tree: String, logPath: String) throws {
        let installed = try DpkgDatabase(tree: tree, architecture: architecture).states().map(
            \.name)
        let names = installed.filter { name in
            patterns.contains { fnmatch($0, name, 0) == 0 }
        }
        if names.isEmpty { return }
        let log = try BuildLog(logPath)
        do {
            try Chroot.use(tree) { chroot in
                try ScriptRunner(chroot: chroot, log: log, epoch: epoch).run(
                    "dpkg", ["--purge"] + names, what: "dpkg --purge")
            }
        } catch RootFSError.scriptFailed(_, let reason, _) {
            throw RootFSError.cannotPrune(reason: reason)
        }
    }
}

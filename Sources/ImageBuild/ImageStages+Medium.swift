import Command
import Compression
import Digest
import Events
import LiveISO
import RootFS
import SquashFS
import Stages
import Syscalls

extension ImageStages {
    private var liveOverlay: String { "\(places.work)/live.squashfs" }

    /// Packs what is laid over the root filesystem while it runs from the medium.
    func runLiveOverlay(_ program: StageInput) throws -> StageInput {
        let folder = definition.liveOverlay
        let options = definition.compression
        let inputs = [
            program, try .tree(name(of: folder), folder),
            StageInput("SOURCE_DATE_EPOCH", String(epoch)),
            StageInput(
                "compression", "\(options.compression.identity) \(options.blockSize)"),
        ]
        let key = try build.runner.run("live", inputs: inputs, outputs: [liveOverlay]) { paths in
            try SquashFS.pack([.entries(liveEntries(folder))], to: paths[0], options: options)
            return inputs
        }
        return StageInput("live", key)
    }

    /// A folder's content as it goes into an image: root's, with the image's time.
    private func liveEntries(_ folder: String) throws -> [SquashFS.Entry] {
        let root = SquashFS.Entry(
            path: "", kind: .directory, mode: 0o755, modificationTime: epoch)
        return try [root]
            + SourceTree(folder).entries.map { entry in
                var mode: UInt16 = 0o755
                let kind: SquashFS.Entry.Kind
                switch entry.kind {
                case .directory: kind = .directory
                case .symlink(let target):
                    kind = .symlink(target: Array(target.utf8))
                    mode = 0o777
                case .file(let isExecutable):
                    kind = .regular(.file("\(folder)/\(entry.path)"))
                    if !isExecutable { mode = 0o644 }
                }
                return SquashFS.Entry(
                    path: entry.path, kind: kind, mode: mode, modificationTime: epoch)
            }
    }

    /// Makes the live medium.
    ///
    /// - Returns: Its path.
    func runMedium(
        _ program: StageInput, _ tree: StageInput, _ payload: (path: String, input: StageInput),
        _ overlay: StageInput, _ facts: ImageFacts
    ) throws -> String {
        let medium = build.settings.medium
        let file =
            medium.output ?? "\(places.output)/\(definition.name)-\(facts.version).iso"
        let xorriso = try Xorriso.version()
        let inputs = [
            program, tree, payload.input, overlay, .text("recipe", LiveISOBuilder.recipe),
            StageInput("xorriso", xorriso), StageInput("output", file),
            .text("answers", medium.answers.map { String(decoding: $0, as: UTF8.self) } ?? "none"),
        ]
        try build.runner.run("iso", inputs: inputs, outputs: [file]) { paths in
            try build.events.step("iso") { _ in
                try makeMedium(payload.path, medium, facts, to: paths[0])
            }
            return inputs
        }
        return file
    }

    private func makeMedium(
        _ payload: String, _ medium: ImageBuild.Medium, _ facts: ImageFacts, to output: String
    ) throws {
        let (version, epoch) = (try Initramfs.kernelVersion(of: tree), epoch)
        let contents = MediumContents(
            payload: payload, kernel: "\(tree)/boot/vmlinuz-\(version)", initramfs: initramfs,
            overlay: liveOverlay, answers: medium.answers)
        let identity = MediumIdentity(
            name: facts.name, version: facts.version, epoch: epoch,
            content: [
                try FileDigest.digest(of: payload), try FileDigest.digest(of: liveOverlay),
                Hasher.digest(medium.answers ?? []),
                Hasher.digest(Array(LiveISOBuilder.recipe.utf8)),
            ])
        // grub-mkimage, mkfs.vfat and mtools write into their root.
        try LayeredTree.use(layers: [tree], in: places.work) { merged in
            try Chroot.use(merged) { chroot in
                try LiveISOBuilder(root: merged) { words in
                    try chroot.command(words[0], Array(words.dropFirst()))
                        .with(environment: [
                            "SOURCE_DATE_EPOCH": String(epoch), "MTOOLSRC": "/dev/null",
                        ]).runChecked()
                }.build(contents, identity, to: output, in: places.work)
            }
        }
    }
}

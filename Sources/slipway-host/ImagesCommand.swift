import BootLoader
import CommandLine
import Deployment
import Events
import JSON
import PayloadFile
import Release
import Storage
import Syscalls

/// `slipway-host images`: what can be started, and what is.
enum ImagesCommand {
    static let spec = CommandSpec(
        name: "images",
        abstract: "List, add and remove images, and go back to the one before",
        subcommands: [
            ImagesListCommand.spec, ImagesAddCommand.spec, ImagesRemoveCommand.spec,
            ImagesRollbackCommand.spec,
        ])

    static let json = OptionSpec(name: "json", value: .flag, help: "Print JSON")

    static let version = OperandSpec(name: "VERSION", help: "The image")

    /// Who does what the command line asks for.
    static func deployer(_ arguments: ParsedArguments) throws -> Deployer {
        let observer = Observer(described: try DiskOptions.described(arguments))
        return Deployer(
            try BootVolume(at: RecoveryOptions.volumeFolder(arguments)),
            words: try .ofThisBoot(), events: DiskOptions.events(arguments)
        ) { try observer.observe() }
    }

    /// Tells what came of a change.
    ///
    /// - Returns: The exit code: a leg that could not be written is less than there should be.
    static func show(
        _ sentence: String, _ state: BootState, _ publication: Publication?,
        _ arguments: ParsedArguments
    ) -> Int32 {
        let failures = (publication?.failures ?? [:]).sorted { $0.key < $1.key }
        if arguments.flag("json") {
            let json = JSON.makeObject([
                "message": .string(sentence), "state": state.json,
                "failures": .object(failures.map { JSON.Member($0.key, .string($0.value)) }),
            ])
            print(json.text(.pretty), terminator: "")
        } else {
            print(sentence)
            for (role, reason) in failures {
                print("\(role) still starts what it did before: \(reason)")
            }
        }
        return failures.isEmpty ? ExitCode.done : ExitCode.degraded
    }
}

/// `slipway-host images list`.
enum ImagesListCommand {
    static let spec = CommandSpec(
        name: "list",
        abstract: "Show the images that are installed",
        discussion: """
            "confirmed" is what is started, "previous" what 'images rollback' goes back to, "to be \
            tried" what is started next to prove itself, "given up" what did not.
            """,
        options: [ImagesCommand.json, RecoveryOptions.volume]
    ) { arguments in
        let volume = try BootVolume(at: RecoveryOptions.volumeFolder(arguments))
        let list = ImageList(
            images: try volume.images.list(), state: try volume.bootState(),
            running: try KernelWords.ofThisBoot().image)
        print(arguments.flag("json") ? list.json.text(.pretty) : list.text, terminator: "")
        return ExitCode.done
    }
}

/// `slipway-host images add`.
enum ImagesAddCommand {
    static let spec = CommandSpec(
        name: "add",
        abstract: "Install an update beside what runs; it is tried at the next start",
        discussion: """
            Checks the signature, the kind of machine, the sequence and the room first, and changes \
            nothing when one of them is wrong. The image is hashed while it is written, and read \
            back from each disk of the array by itself. At the next start it is tried: it becomes \
            the confirmed image when the system comes up, and the one before comes back by itself \
            when it does not. An image that is there already is not written again.

            The exit code is 4 when a disk could not be told to start it.
            """,
        options: [
            TrustOptions.key, TrustOptions.allowUnsigned,
            OptionSpec(
                name: "allow-downgrade", value: .flag,
                help: "Accept a release that is older than the confirmed one"),
            OptionSpec(
                name: "train", value: .required("NAME"),
                help: "Accept a release of this train instead of the confirmed image's"),
            ImagesCommand.json, RecoveryOptions.volume, DiskOptions.disks, DiskOptions.logFormat,
        ],
        operands: [OperandSpec(name: "FILE.update", help: "The payload", kind: .file)]
    ) { arguments in
        try WorkLock.holding {
            let deployer = try ImagesCommand.deployer(arguments)
            let rule = try deployer.rule(
                train: arguments.string("train").map { try ReleaseName($0, field: "train") },
                allowsDowngrade: arguments.flag("allow-downgrade"))
            let keys = try TrustOptions.keys(arguments)
            guard keys != nil || arguments.flag("allow-unsigned") else {
                throw TrustError.noKeys(source: TrustedKeys.imageFolder)
            }
            let verifier = PayloadVerifier(
                trustedKeys: keys, allowsUnsigned: arguments.flag("allow-unsigned"), rule: rule)
            let legs = try LegReader.all(ofVolumeAt: deployer.volume.path)
            let (image, publication) = try deployer.add(
                arguments.operands[0], verifier: verifier, legs: legs)
            let state = try deployer.state()
            let next =
                state.confirmed == image.version
                ? "is the confirmed image already" : "is tried at the next start"
            return ImagesCommand.show(
                "Image \(image.version) \(next).", state, publication, arguments)
        }
    }
}

/// `slipway-host images remove`.
enum ImagesRemoveCommand {
    static let spec = CommandSpec(
        name: "remove",
        abstract: "Remove an image",
        discussion: """
            Not the one that runs, not the confirmed one, and none that a disk may still start \
            which is not there now.
            """,
        options: [
            ImagesCommand.json, RecoveryOptions.volume, DiskOptions.disks, DiskOptions.logFormat,
        ],
        operands: [ImagesCommand.version]
    ) { arguments in
        try WorkLock.holding {
            let deployer = try ImagesCommand.deployer(arguments)
            let image = try ReleaseName(arguments.operands[0], field: "version")
            let publication = try deployer.remove(image)
            return ImagesCommand.show(
                "Image \(image) is removed.", try deployer.state(), publication, arguments)
        }
    }
}

/// `slipway-host images rollback`.
enum ImagesRollbackCommand {
    static let spec = CommandSpec(
        name: "rollback",
        abstract: "Go back to the image before",
        discussion: """
            An image that has not been confirmed is given up: the next start is of the confirmed \
            one. Else the previous image is tried at the next start, as an update is: it becomes \
            the confirmed one when the system comes up.
            """,
        options: [
            ImagesCommand.json, RecoveryOptions.volume, DiskOptions.disks, DiskOptions.logFormat,
        ]
    ) { arguments in
        try WorkLock.holding {
            let publication = try ImagesCommand.deployer(arguments).rollBack()
            let state = publication.state
            let next = state.trying ?? state.confirmed
            return ImagesCommand.show(
                "The next start is of image \(next.map(\.text) ?? "none").", state, publication,
                arguments)
        }
    }
}

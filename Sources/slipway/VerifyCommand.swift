import CommandLine
import Digest
import Events
import JSON
import Payload
import PayloadFile
import Release

/// `slipway verify`: a payload checked from its first byte to its last.
enum VerifyCommand {
    static let spec = CommandSpec(
        name: "verify",
        abstract: "Check a payload: signature, every file, every byte",
        discussion: """
            The payload is read by slipway itself and never mounted. Checked are the \
            signature, the manifest, the SHA-256 of every file, that there are no files but \
            those that the manifest names, the outer squashfs byte for byte, and that the \
            root filesystem can be read through. The first thing that is wrong ends it.

            With --compatible, --train and --sequence the payload is judged as a system of \
            that kind would.
            """,
        options: [
            OptionSpec(
                name: "key", value: .required("FILE", .file),
                help: "Trust this public key; may be given more than once",
                isRepeatable: true),
            OptionSpec(
                name: "keys", value: .required("FOLDER", .directory),
                help: "Trust every *.pub in this folder, if no --key is given",
                default: TrustedKeys.imageFolder),
            OptionSpec(
                name: "allow-unsigned", value: .flag,
                help: "Accept a payload that nobody trusted has signed"),
            OptionSpec(
                name: "compatible", value: .required("NAME"),
                help: "Refuse a payload for another kind of machine"),
            OptionSpec(
                name: "train", value: .required("NAME"),
                help: "Refuse a payload of another train"),
            OptionSpec(
                name: "sequence", value: .required("NUMBER", .integer(0...Int.max)),
                help: "Refuse a payload with a lower sequence number"),
            OptionSpec(
                name: "allow-downgrade", value: .flag,
                help: "Accept a lower sequence number all the same"),
            OptionSpec(name: "json", value: .flag, help: "Print the result as JSON"),
        ],
        operands: [OperandSpec(name: "FILE", help: "The payload", kind: .file)]
    ) { arguments in
        let verifier = PayloadVerifier(
            trustedKeys: try trustedKeys(arguments),
            allowsUnsigned: arguments.flag("allow-unsigned"), rule: try rule(arguments))
        let result = try verifier.verify(
            arguments.operands[0], as: "verify", events: GlobalOptions.events(arguments))
        if arguments.flag("json") {
            print(describe(result).text(.pretty), terminator: "")
        } else {
            for line in lines(result) { print(HumanText.line(line)) }
        }
        return ExitCode.done
    }

    private static func trustedKeys(_ arguments: ParsedArguments) throws -> TrustedKeys? {
        let files = arguments.strings("key")
        if !files.isEmpty {
            return try TrustedKeys(
                files.flatMap { try TrustedKeys(file: $0).keys }, source: "--key")
        }
        let folder = arguments.string("keys") ?? TrustedKeys.imageFolder
        do throws(TrustError) {
            return try TrustedKeys(folder: folder)
        } catch {
            // Without keys of its own a machine can still look at what it does not trust.
            if arguments.flag("allow-unsigned"), !arguments.isGiven("keys"),
                error.meansNoKeys
            {
                return nil
            }
            throw error
        }
    }

    private static func rule(_ arguments: ParsedArguments) throws -> InstallRule {
        func name(_ option: String) throws -> ReleaseName? {
            guard let text = arguments.string(option) else { return nil }
            do throws(ReleaseError) {
                return try ReleaseName(text, field: "--\(option)")
            } catch {
                throw arguments.usageError(error.description)
            }
        }
        return InstallRule(
            compatible: try name("compatible"), train: try name("train"),
            sequence: arguments.integer("sequence").map { UInt64($0) },
            allowsDowngrade: arguments.flag("allow-downgrade"))
    }

    // MARK: Results

    private static func lines(_ result: VerifiedPayload) -> [String] {
        var lines = ["\(result.file): good"]
        switch result.manifest {
        case .slipway(let manifest):
            lines.append(
                "version \(manifest.version), train \(manifest.train), "
                    + "sequence \(manifest.sequence), for \(manifest.compatible)")
        case .truenas(let manifest):
            lines.append(
                "version \(manifest.version), a payload of TrueNAS's with "
                    + "\(manifest.algorithm.rawValue) checksums")
        }
        switch result.signer {
        case .trusted(let key, let comment): lines.append("signed by \(key.id): \(comment)")
        case .foreign(let id): lines.append("NOT TRUSTED: claims to be signed by \(id)")
        case .nobody: lines.append("NOT SIGNED")
        }
        lines.append(
            "\(result.byteCount) bytes, \(result.fileCount) files; root filesystem: "
                + "\(result.rootfsInodeCount) inodes")
        return lines
    }

    private static func describe(_ result: VerifiedPayload) -> JSON {
        let signer: JSON =
            switch result.signer {
            case .trusted(let key, let comment):
                [
                    "trusted": true, "key": .string(key.id.description),
                    "trusted_comment": .string(comment),
                ]
            case .foreign(let id): ["trusted": false, "key": .string(id.description)]
            case .nobody: ["trusted": false]
            }
        return [
            "file": .string(result.file),
            "size": .integer(Int64(clamping: result.byteCount)),
            "version": .string(result.manifest.version.text),
            "signature": signer,
            "files": .integer(Int64(result.fileCount)),
            "rootfs_inodes": .integer(Int64(result.rootfsInodeCount)),
        ]
    }
}

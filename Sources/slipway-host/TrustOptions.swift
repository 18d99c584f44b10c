import CommandLine
import PayloadFile
import Recovery
import Release

/// Options about payloads that a machine takes in.
enum TrustOptions {
    static let key = OptionSpec(
        name: "key", value: .required("FILE", .file),
        help: "Trust this public key instead of the image's; may be given more than once",
        isRepeatable: true)

    static let allowUnsigned = OptionSpec(
        name: "allow-unsigned", value: .flag,
        help: "Accept a payload that nobody trusted has signed")

    static let root = OptionSpec(
        name: "root", value: .required("DIR", .directory),
        help: "Take the image in this folder for the running one", default: "/")

    /// Who checks a payload: against the image's keys and kind of machine.
    static func verifier(_ arguments: ParsedArguments) throws -> PayloadVerifier {
        let root = arguments.string("root") ?? "/"
        let image = try RunningImage(root: root)
        return PayloadVerifier(
            trustedKeys: try keys(arguments, root: root),
            allowsUnsigned: arguments.flag("allow-unsigned"),
            rule: InstallRule(
                compatible: try ReleaseName(image.compatible, field: "compatible")))
    }

    /// Whose signatures count; nil when there is no key.
    static func keys(_ arguments: ParsedArguments) throws -> TrustedKeys? {
        do throws(TrustError) {
            return try TrustedKeys(
                files: arguments.strings("key"), orFolder: TrustedKeys.imageFolder)
        } catch  where error.meansNoKeys {
            return nil
        }
    }

    private static func keys(_ arguments: ParsedArguments, root: String) throws -> TrustedKeys? {
        do throws(TrustError) {
            return try TrustedKeys(
                files: arguments.strings("key"), orFolder: root + TrustedKeys.imageFolder)
        } catch {
            // Without keys of its own a machine can still take what nobody signed.
            if arguments.flag("allow-unsigned"), error.meansNoKeys { return nil }
            throw error
        }
    }
}

extension TrustedKeys {
    /// The keys of files that a command line names; those of a folder when it names none.
    fileprivate init(files: [String], orFolder folder: String) throws(TrustError) {
        guard !files.isEmpty else {
            try self.init(folder: folder)
            return
        }
        var keys: [MinisignPublicKey] = []
        for file in files { keys += try TrustedKeys(file: file).keys }
        try self.init(keys, source: "--key")
    }
}

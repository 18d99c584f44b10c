import CommandLine
import Release

/// `slipway keygen`: a new pair of keys for signing payloads.
enum KeygenCommand {
    static let spec = CommandSpec(
        name: "keygen",
        abstract: "Make a key pair for signing payloads",
        discussion: """
            Writes PREFIX.key, which only its owner may read, and PREFIX.pub, in the file formats \
            of minisign. Files that are there are never overwritten.

            Without --passphrase-file the secret key is not encrypted: fit for development, and \
            for a machine that nobody else uses.
            """,
        options: [
            OptionSpec(
                name: "output", short: "o", value: .required("PREFIX", .file),
                help: "Path of both files without their endings", default: "keys/slipway"),
            OptionSpec(
                name: "passphrase-file", value: .required("FILE", .file),
                help: "Encrypt the secret key; the passphrase is the file's first line"),
        ]
    ) { arguments in
        let files = KeyPairFiles(prefix: arguments.string("output") ?? "keys/slipway")
        let passphrase = try arguments.string("passphrase-file").map {
            try KeyPairFiles.readPassphrase($0)
        }
        if let passphrase, passphrase.isEmpty {
            throw arguments.usageError("the first line of the passphrase file is empty")
        }
        let key = try files.create(passphrase: passphrase)
        print("key \(key.id)")
        print("secret key: \(files.secretKeyPath)")
        print("public key: \(files.publicKeyPath)")
        print("verify with: minisign -V -P \(key.publicKey.base64) -m FILE")
        return ExitCode.done
    }
}

package import Syscalls

/// What the installed system does once, when it is first started: a value a file
/// (docs/running-system.md).
package struct FirstBootFiles: Sendable, Equatable {
    /// Where they lie on the boot volume.
    package static let folder = "state/slipway/first-boot"
    /// Where the installed system notes which of them it has used.
    package static let doneFolder = "state/slipway/first-boot.done"

    /// The contents, by their paths below the folder.
    package let contents: [String: String]

    /// Puts answers into files.
    package init(_ answers: Answers) {
        var contents = [
            "hostname": answers.hostname + "\n", "timezone": answers.timezone + "\n",
        ]
        if let keymap = answers.keymap { contents["keymap"] = keymap + "\n" }
        if !answers.authorizedKeys.isEmpty {
            contents["authorized_keys"] = answers.authorizedKeys.map { $0.line + "\n" }.joined()
        }
        if let hash = answers.passwordHash { contents["password-hash"] = hash.text + "\n" }
        for unit in answers.network.units { contents["network/\(unit.name)"] = unit.text }
        self.contents = contents
    }

    /// Names whose contents nobody but root may see.
    private static let secrets: Set<String> = ["authorized_keys", "password-hash"]

    /// Writes them, those of an installation that was cut included.
    ///
    /// The folder appears as a whole. On a system that has been started they are left alone: it
    /// has its own by now.
    ///
    /// - Parameter volume: The boot volume's folder.
    /// - Throws: `SystemError`.
    package func write(below volume: String) throws(SystemError) {
        guard !FileSystem.exists("\(volume)/\(FirstBootFiles.doneFolder)") else { return }
        let folder = "\(volume)/\(FirstBootFiles.folder)"
        let new = "\(folder).new"
        try FileSystem.removeTree(new)
        try FileSystem.makeDirectory("\(volume)/state/slipway")
        try FileSystem.makeDirectory(new, mode: 0o700)
        try FileSystem.makeDirectory("\(new)/network")
        for (name, text) in contents.sorted(by: { $0.key < $1.key }) {
            try FileSystem.writeAtomically(
                text, to: "\(new)/\(name)",
                mode: FirstBootFiles.secrets.contains(name) ? 0o600 : 0o644)
        }
        try FileSystem.synchronize(folder: "\(new)/network")
        try FileSystem.synchronize(folder: new)
        try FileSystem.removeTree(folder)
        try FileSystem.rename(new, to: folder)
        try FileSystem.synchronize(folder: "\(volume)/state/slipway")
    }
}

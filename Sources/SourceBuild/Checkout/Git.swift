import Command
import Debian
import Glibc

/// Runs git in a folder: with nothing of this machine's settings that changes files, without any
/// question, and with none of the folder's own hooks.
struct Git {
    /// The folder that it runs in.
    let folder: String
    /// The SSH key; nil for what ssh finds by itself.
    var identityFile: String?
    /// Whether submodules may be in folders of this machine, as their source is.
    var allowsLocalSubmodules = false

    init(_ folder: String) { self.folder = folder }

    /// A command of git.
    func command(_ arguments: [String]) -> Command {
        Command("git", ["-C", folder] + arguments).with(environment: environment)
    }

    /// Runs a command of git that must succeed.
    ///
    /// - Returns: What it wrote to stdout, without the end of the last line.
    @discardableResult
    func run(_ arguments: String...) throws(CommandError) -> String {
        var text = try command(arguments).runChecked().text
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// Whether a command of git ends with exit status 0.
    func succeeds(_ arguments: String...) throws(CommandError) -> Bool {
        try command(arguments).run().isSuccess
    }

    private var environment: [String: String] {
        var environment = Proxies.environment
        // The caller's settings say how repositories are reached, and his agent has the keys.
        for name in ["HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["GIT_ASKPASS"] = ""
        // A look at a tree must not write into it.
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        var ssh = "ssh -o BatchMode=yes"
        if let identityFile {
            ssh += " -o IdentitiesOnly=yes -i \(Command(identityFile).text)"
        }
        environment["GIT_SSH_COMMAND"] = ssh
        let settings = Git.settings + (allowsLocalSubmodules ? [Git.localSubmodules] : [])
        environment["GIT_CONFIG_COUNT"] = String(settings.count)
        for (index, setting) in settings.enumerated() {
            environment["GIT_CONFIG_KEY_\(index)"] = setting.key
            environment["GIT_CONFIG_VALUE_\(index)"] = setting.value
        }
        return environment
    }

    /// What goes before the settings of this machine and its users.
    private static let settings: [(key: String, value: String)] = [
        ("core.autocrlf", "false"), ("core.eol", "lf"), ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"), ("core.attributesFile", "/dev/null"),
        ("advice.detachedHead", "false"), ("gc.auto", "0"), ("maintenance.auto", "false"),
        ("submodule.recurse", "false"), ("fetch.recurseSubmodules", "false"),
    ]

    private static let localSubmodules = (key: "protocol.file.allow", value: "always")
}

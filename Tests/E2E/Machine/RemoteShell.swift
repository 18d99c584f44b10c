import Command
import Glibc
import Lab
import Syscalls

/// Runs commands in a guest as its user would: over SSH, with a key of this run.
struct RemoteShell: Sendable {
    /// The port of this host that leads to the guest.
    let port: UInt16
    /// The secret key's file.
    let key: String
    /// Where the guest's host key is kept: the first one that is seen counts.
    let knownHosts: String
    /// How many times longer things may take than on an idle host.
    let patience: Int

    /// Makes a key.
    ///
    /// - Returns: The public half, as it stands in `authorized_keys`.
    static func makeKey(_ path: String) throws -> String {
        try Command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "e2e", "-f", path])
            .runChecked()
        let text = try FileSystem.readText(path + ".pub")
        return String(text.prefix { !$0.isNewline })
    }

    /// A port of this host that nobody uses now.
    static func freePort() throws -> UInt16 {
        let socket = File(
            descriptor: try checked("socket", "127.0.0.1") {
                Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            }, path: "127.0.0.1")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = try checked("bind", "127.0.0.1") {
                    bind(socket.descriptor, .init(__sockaddr__: pointer), length)
                }
                _ = try checked("getsockname", "127.0.0.1") {
                    getsockname(socket.descriptor, .init(__sockaddr__: pointer), &length)
                }
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Runs a command line and wants an exit status.
    ///
    /// - Parameters:
    ///   - line: What the guest's shell runs.
    ///   - seconds: How long on an idle host.
    ///   - wanted: The exit status that it must have; nil for any.
    /// - Returns: What it printed, without the last line's end.
    /// - Throws: `StoryFailure.command`.
    @discardableResult
    func run(_ line: String, seconds: Int = 60, wanted: Int? = 0) throws -> String {
        let result = try command(line, seconds: seconds).run()
        var output = result.text
        while output.last?.isNewline == true { output.removeLast() }
        guard case .status(let status) = result.ending, wanted == nil || Int(status) == wanted
        else {
            let code: Int = if case .status(let status) = result.ending { Int(status) } else { -1 }
            throw StoryFailure.command(
                line, status: code, wanted: wanted ?? 0, output: output + result.errorText)
        }
        return output
    }

    /// Waits until the guest lets this run's key in.
    func awaitLogin(seconds: Int) throws {
        let deadline = Deadline(seconds: seconds * patience)
        while true {
            let result = try command("true", seconds: 20).run()
            if result.isSuccess { return }
            guard !deadline.isOver else {
                throw StoryFailure.timedOut(
                    awaited: "login by SSH (\(result.errorText))", seconds: deadline.seconds)
            }
            sleep(1)
        }
    }

    private func command(_ line: String, seconds: Int) -> Command {
        Command(
            "timeout",
            ["\(seconds * patience)", "ssh", "-p", "\(port)"] + options + ["root@127.0.0.1", line])
    }

    private var options: [String] {
        [
            "-F", "/dev/null", "-i", key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile=\(knownHosts)",
            "-o", "ConnectTimeout=15", "-o", "LogLevel=ERROR", "-o", "PasswordAuthentication=no",
        ]
    }
}

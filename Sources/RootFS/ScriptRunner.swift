import Command
import Syscalls

/// Runs maintainer scripts and the tools that call them in a tree, and keeps what they say.
struct ScriptRunner {
    /// The tree.
    let chroot: Chroot
    private let log: BuildLog
    private let environment: [String: String]

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - chroot: The tree.
    ///   - log: What takes all output.
    ///   - epoch: SOURCE_DATE_EPOCH for the scripts.
    init(chroot: Chroot, log: BuildLog, epoch: Int64) {
        self.chroot = chroot
        self.log = log
        environment = [
            "DEBIAN_FRONTEND": "noninteractive", "DEBCONF_NONINTERACTIVE_SEEN": "true",
            "DEBCONF_NOWARNINGS": "yes", "SOURCE_DATE_EPOCH": String(epoch),
            // The kernel's postinst makes no initramfs: that is a stage of its own.
            "INITRD": "No",
        ]
    }

    /// Runs a program in the tree.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - arguments: Its arguments.
    ///   - what: What messages call it.
    ///   - more: Environment beside what all scripts get.
    ///   - onLine: Called with each line that it writes.
    /// - Throws: `RootFSError.scriptFailed` with its last words.
    func run(
        _ program: String, _ arguments: [String], what: String,
        environment more: [String: String] = [:], onLine: ((String) -> Void)? = nil
    ) throws {
        let command = chroot.command(program, arguments).with(environment: environment)
            .with(environment: more)
        log.append(line: "+ \(command.text)")
        var line: [UInt8] = []
        // Both outputs in the order in which they came: a script's words, then dpkg's about them.
        var said: [UInt8] = []
        let result = try command.run(onOutput: { piece in
            log.append(piece)
            said = Array((said + piece).suffix(8192))
            guard let onLine else { return }
            for byte in piece {
                if byte == 0x0A {
                    onLine(String(decoding: line, as: UTF8.self))
                    line = []
                } else {
                    line.append(byte)
                }
            }
        })
        guard result.isSuccess else {
            let lines = String(decoding: said, as: UTF8.self).split(separator: "\n").suffix(40)
            throw RootFSError.scriptFailed(
                what: what, reason: "\(result.ending)\n" + lines.joined(separator: "\n"),
                log: log.path)
        }
    }
}

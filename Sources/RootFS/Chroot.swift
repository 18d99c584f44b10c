package import Command
import Glibc
import Syscalls

/// A tree that programs run in as their root, with what they need of a running system and no more.
///
/// Needs a mount namespace of its own (`Isolation`). Programs see no network, no disks, none of
/// the build machine's arrays, and a `/run` and `/tmp` that nothing of is kept.
package final class Chroot {
    /// The tree.
    package let root: String
    private var mounts: [String] = []

    /// Makes the tree ready for programs for as long as the body runs.
    ///
    /// - Parameters:
    ///   - root: The tree.
    ///   - body: Runs programs.
    /// - Returns: What the body returns.
    /// - Throws: `SystemError` when a mount fails, and what the body throws.
    package static func use<Result>(_ root: String, _ body: (Chroot) throws -> Result) throws
        -> Result
    {
        let chroot = Chroot(root)
        // The error of the body is the one to tell.
        let result = Swift.Result {
            try chroot.enter()
            return try body(chroot)
        }
        try chroot.leave()
        return try result.get()
    }

    private init(_ root: String) { self.root = root }

    private func enter() throws(SystemError) {
        for name in ["proc", "dev", "run", "tmp"] {
            try FileSystem.makeDirectory("\(root)/\(name)")
        }
        try mount("proc", Mount.processes)
        try hideMachine()
        try mount("run") { target throws(SystemError) in try Mount.temporary(at: target) }
        try mount("tmp") { target throws(SystemError) in
            try Mount.temporary(at: target, mode: "1777")
        }
        try mount("dev") { target throws(SystemError) in try Mount.temporary(at: target) }
        try makeDevices()
    }

    /// Takes the mounts away, and with each those that are on it.
    private func leave() throws(SystemError) {
        while let target = mounts.popLast() { try Mount.remove(target) }
    }

    /// A command that runs in the tree, without a network.
    package func command(_ program: String, _ arguments: [String] = []) -> Command {
        Command("unshare", ["--net", "chroot", root, program] + arguments)
    }

    /// A command that runs in the tree, with the network interfaces that this process sees.
    package func connectedCommand(_ program: String, _ arguments: [String] = []) -> Command {
        Command("chroot", [root, program] + arguments)
    }

    private func mount(_ name: String, _ body: (String) throws(SystemError) -> Void)
        throws(SystemError)
    {
        try body("\(root)/\(name)")
        mounts.append("\(root)/\(name)")
    }

    /// What scripts could learn from the build machine's kernel and put into the image: mdadm's
    /// configuration script lists the arrays that run, microcode hooks take what fits the processor.
    private func hideMachine() throws(SystemError) {
        for name in ["mdstat", "partitions", "modules", "swaps", "cmdline", "cpuinfo"] {
            let target = "\(root)/proc/\(name)"
            if FileSystem.exists(target) { try Mount.bind("/dev/null", at: target) }
        }
    }

    private func makeDevices() throws(SystemError) {
        for name in ["null", "zero", "full", "random", "urandom", "tty"] {
            let target = "\(root)/dev/\(name)"
            _ = try File.create(target)
            try Mount.bind("/dev/\(name)", at: target)
        }
        try FileSystem.makeDirectory("\(root)/dev/pts")
        try FileSystem.makeDirectory("\(root)/dev/shm")
        for (name, target) in [
            ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
            ("stderr", "/proc/self/fd/2"),
        ] {
            try FileSystem.makeLink("\(root)/dev/\(name)", to: target)
        }
    }
}

import CSyscalls
import Command
import Glibc
import Syscalls

/// The lab's program as the first process of the machine: it sets up what scripts need, then runs
/// one after the other as it is told over the serial line.
package enum Agent {
    /// Where it finds scripts, and may leave files for the outside.
    static let folder = "/lab/here"

    /// Where the machine's command line names the folder that outside and inside share.
    static let variable = "SLIPWAY_LAB"

    /// Runs until it is told to turn the machine off; returns at once where this is no machine's
    /// first process.
    ///
    /// Arguments would not do: Swift takes them from `/proc`, which is not there so early.
    package static func runIfInside() {
        guard getpid() == 1, let shared = getenv(variable) else { return }
        run(shared: String(cString: shared))
    }

    private static func run(shared: String) -> Never {
        do {
            try setUp(shared: shared)
            let line = try File("/dev/ttyS0", flags: O_RDWR | O_NOCTTY)
            try makeRaw(line)
            var name = utsname()
            uname(&name)
            let release = withUnsafeBytes(of: &name.release) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            try line.write(Frame.ready(release).encoded)
            try serve(line)
        } catch {
            print("lab: \(error)")
        }
        sync()
        reboot(CInt(bitPattern: UInt32(RB_POWER_OFF)))
        exit(1)
    }

    private static func serve(_ line: File) throws {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try chunk.withUnsafeMutableBytes { buffer in
                try line.read(into: buffer)
            }
            guard count > 0 else { return }
            received += chunk[..<count]
            while let frame = try Frame.take(from: &received) {
                switch frame {
                case .run(let name): try runScript(name, line)
                case .powerOff: return
                default: throw LabError.machine(reason: "unexpected \(frame)")
                }
            }
        }
    }

    private static func runScript(_ name: String, _ line: File) throws {
        let path = "\(LabRoot.programs):\(Command.baseEnvironment["PATH"] ?? "")"
        var command = Command("/bin/sh", ["\(folder)/\(name)"]).with(environment: [
            "PATH": path
        ])
        command.folder = "/tmp"
        let result = try command.run { piece in
            // A line that fails here fails again below, where it is an error.
            try? line.write(Frame.piece(piece).encoded)
        }
        try line.write(Frame.output(result.output).encoded)
        let status: Int =
            switch result.ending {
            case .status(let status): Int(status)
            case .signal(let signal): 128 + Int(signal)
            }
        try line.write(Frame.ended(status).encoded)
    }

    private static func makeRaw(_ line: File) throws {
        var settings = termios()
        try checked("tcgetattr", line.path) { tcgetattr(line.descriptor, &settings) }
        cfmakeraw(&settings)
        try checked("tcsetattr", line.path) { tcsetattr(line.descriptor, TCSANOW, &settings) }
    }

    /// What a machine's init does, as little of it as scripts need.
    private static func setUp(shared: String) throws {
        try mountKernelFilesystems()
        for folder in ["/run", "/tmp", "/var/tmp", "/mnt"] {
            try Mount.temporary(at: folder, mode: "1777")
        }
        try Command("modprobe", ["-a", "loop", "dm-mod", "overlay"]).runChecked()
        // mdadm and udev write their state below /run, some programs into /etc.
        for folder in ["/run/etc/upper", "/run/etc/work", "/run/lock"] {
            try FileSystem.makeDirectory(folder)
        }
        try Mount.overlay(
            lower: ["/etc"], upper: "/run/etc/upper", work: "/run/etc/work", at: "/etc")
        try checked("mount", folder) { mount("none", folder, "hostfs", 0, shared) }
    }

    private static func mountKernelFilesystems() throws {
        try Mount.processes(at: "/proc")
        // The kernel itself has mounted devtmpfs on /dev.
        for (type, target) in [("sysfs", "/sys"), ("devpts", "/dev/pts"), ("tmpfs", "/dev/shm")] {
            try FileSystem.makeDirectory(target)
            try checked("mount", target) { mount(type, target, type, 0, nil) }
        }
        for (index, name) in ["stdin", "stdout", "stderr"].enumerated() {
            try FileSystem.makeLink("/dev/\(name)", to: "/proc/self/fd/\(index)")
        }
        try FileSystem.makeLink("/dev/fd", to: "/proc/self/fd")
    }
}

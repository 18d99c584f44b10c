import Bytes
import CSyscalls
import Glibc
import Syscalls

/// User-Mode Linux's management console (Linux, arch/um/drivers/mconsole.h): a datagram a request,
/// by which disks come and go while the machine runs.
struct ManagementConsole {
    private static let magic: UInt32 = 0xcafe_babe
    private static let version: UInt32 = 2
    private static let dataByteCount = 512
    private static let headByteCount = 12

    /// The socket, by its path outside.
    let path: String

    /// Sends a command.
    ///
    /// - Parameters:
    ///   - command: Such as `config ubda=/path`, `remove ubda`.
    ///   - deadline: When the answer has to be there.
    /// - Throws: `LabError.machine` with what the kernel answers when it will not.
    func send(_ command: String, by deadline: Deadline) throws {
        let socket = File(
            descriptor: try checked("socket", path) {
                Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
            }, path: path)
        // The answer needs a name to go to; the kernel chooses one when none is given (unix(7)).
        var own = sockaddr_un()
        own.sun_family = sa_family_t(AF_UNIX)
        try withAddress(&own, MemoryLayout<sa_family_t>.size) { address, count in
            try checked("bind", path) { bind(socket.descriptor, address, count) }
        }
        // The path may be longer than an address of a socket; one to an open folder is not.
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = try File(String(path[..<slash]), flags: O_PATH | O_DIRECTORY)
        try connect(socket, to: "/proc/self/fd/\(folder.descriptor)\(path[slash...])")
        try socket.write(request(command))
        var polled = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, CInt(clamping: deadline.remainingMilliseconds)) > 0 else {
            throw LabError.timedOut(seconds: deadline.seconds, during: command)
        }
        try checkAnswer(of: socket, to: command)
    }

    private func request(_ command: String) -> [UInt8] {
        let text = Array(command.utf8.prefix(ManagementConsole.dataByteCount - 1))
        var writer = ByteWriter()
        writer.uint32LE(ManagementConsole.magic)
        writer.uint32LE(ManagementConsole.version)
        writer.uint32LE(UInt32(text.count))
        writer.raw(text)
        writer.raw([UInt8](repeating: 0, count: ManagementConsole.dataByteCount - text.count))
        return writer.bytes
    }

    /// The answer is an error number, whether more follows, a length, and text.
    private func checkAnswer(of socket: File, to command: String) throws {
        let byteCount = ManagementConsole.headByteCount + ManagementConsole.dataByteCount
        var answer = [UInt8](repeating: 0, count: byteCount)
        let count = try answer.withUnsafeMutableBytes { try socket.read(into: $0) }
        guard count >= ManagementConsole.headByteCount else {
            throw LabError.machine(reason: "\(command): no answer")
        }
        let isError = answer[..<4].contains { $0 != 0 }
        let text = answer[ManagementConsole.headByteCount..<count].prefix { $0 != 0 }
        guard !isError else {
            throw LabError.machine(
                reason: "\(command): \(String(decoding: text, as: UTF8.self))")
        }
    }

    private func connect(_ socket: File, to path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let isShort = withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            guard bytes.count < buffer.count else { return false }
            buffer.copyBytes(from: bytes)
            return true
        }
        guard isShort else { throw SystemError("connect", path, code: ENAMETOOLONG) }
        try withAddress(&address, MemoryLayout<sockaddr_un>.size) { address, count in
            try checked("connect", path) {
                Glibc.connect(socket.descriptor, address, count)
            }
        }
    }

    private func withAddress(
        _ address: inout sockaddr_un, _ count: Int,
        _ body: (__CONST_SOCKADDR_ARG, socklen_t) throws -> CInt
    ) rethrows {
        _ = try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                try body(__CONST_SOCKADDR_ARG(__sockaddr__: pointer), socklen_t(count))
            }
        }
    }
}

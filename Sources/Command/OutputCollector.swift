import CSyscalls
import Glibc
import Syscalls

/// Reads a program's two outputs together, so that neither pipe fills up while the other is read.
struct OutputCollector {
    private let limit: Int
    private let onOutput: (([UInt8]) -> Void)?
    private let onTick: (() -> Void)?
    private(set) var output: [UInt8] = []
    private(set) var errorOutput: [UInt8] = []

    init(limit: Int, onOutput: (([UInt8]) -> Void)?, onTick: (() -> Void)?) {
        self.limit = limit
        self.onOutput = onOutput
        self.onTick = onTick
    }

    /// Reads until both ends are closed.
    ///
    /// - Returns: False when one wrote beyond the limit.
    mutating func collect(from outputFile: File, and errorFile: File) -> Bool {
        var polled = [outputFile, errorFile].map {
            pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while polled.contains(where: { $0.fd >= 0 }) {
            let readyCount = poll(&polled, nfds_t(polled.count), onTick == nil ? -1 : 250)
            onTick?()
            guard readyCount > 0 else { continue }
            for index in polled.indices where polled[index].revents != 0 {
                let count = chunk.withUnsafeMutableBytes {
                    CSyscalls.read(polled[index].fd, $0.baseAddress, $0.count)
                }
                if count == 0 || (count < 0 && errno != EINTR) { polled[index].fd = -1 }
                guard count > 0 else { continue }
                let piece = Array(chunk[..<count])
                if index == 0 { output += piece } else { errorOutput += piece }
                onOutput?(piece)
            }
            if max(output.count, errorOutput.count) > limit { return false }
        }
        return true
    }
}

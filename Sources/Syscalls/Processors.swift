import CSyscalls
import Glibc

/// The processors that this process may run on.
package enum Processors {
    /// How many there are, 1 or more.
    package static var count: Int {
        var set = cpu_set_t()
        guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else {
            return max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        }
        let count = withUnsafeBytes(of: set) { bytes in
            bytes.reduce(0) { $0 + $1.nonzeroBitCount }
        }
        return max(1, count)
    }
}

import Glibc
import JSON
import Syscalls

/// What the numbers were measured on; numbers of two machines do not compare.
enum Machine {
    /// Processors, memory and kernel.
    static func description() throws -> JSON {
        var name = utsname()
        uname(&name)
        let release = withUnsafeBytes(of: name.release) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let model = try FileSystem.readText("/proc/cpuinfo").split(separator: "\n")
            .first { $0.hasPrefix("model name") }?.split(separator: ":").last
        return JSON.makeObject([
            "processor": model.map { .string(String($0.drop(while: \.isWhitespace))) },
            "processors": .integer(Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
            "memory": .integer(
                Int64(sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))),
            "kernel": .string(release),
        ])
    }
}

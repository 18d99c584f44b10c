import CSyscalls
import Glibc

/// A folder of its own, removed with all its content when the last reference goes.
package final class TemporaryFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Makes an empty folder that only the caller may enter.
    ///
    /// - Parameter parent: The folder that it is made in.
    /// - Throws: `SystemError` when it cannot be made.
    package init(in parent: String = "/tmp") throws(SystemError) {
        var template = Array("\(parent)/slipway-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", parent) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // Nobody is left to tell; the next build sweeps what could not go.
        try? FileSystem.removeTree(path)
    }
}

import CSyscalls
import Glibc

/// A system call that failed: which, on what, why.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call's name, such as `openat`.
    package let call: String
    /// What it was called on: a path or the like.
    package let subject: String
    /// The value of errno.
    package let code: CInt

    /// Makes an error from a call's name, what it was called on, and errno as it stands.
    package init(_ call: String, _ subject: String, code: CInt = errno) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    package var description: String {
        "\(subject): \(call): \(String(cString: strerror(code)))"
    }
}

/// Calls again while a signal interrupts, and turns -1 into an error.
///
/// - Returns: What the call returned.
@discardableResult
package func checked<Value: FixedWidthInteger & SignedInteger>(
    _ call: String, _ subject: @autoclosure () -> String, _ body: () -> Value
) throws(SystemError) -> Value {
    while true {
        let value = body()
        if value != -1 { return value }
        if errno != EINTR { throw SystemError(call, subject()) }
    }
}

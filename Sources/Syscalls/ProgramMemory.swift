import CSyscalls
import Glibc

/// The memory of this program.
package enum ProgramMemory {
    /// Keeps all of the program and its libraries in memory, so that it runs on when the disk that
    /// they are on goes away.
    ///
    /// - Returns: Whether the kernel did: a caller that is not root may keep little (mlock(2)). What
    ///   is not kept is read from its disk when it is needed, as ever.
    @discardableResult
    package static func keep() -> Bool { mlockall(MCL_CURRENT) == 0 }
}

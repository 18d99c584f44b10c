/// Why a build did not begin, or stopped.
package enum BuildError: Error, Equatable, CustomStringConvertible {
    /// The image has no lock.
    case noLock(path: String)
    /// The lock answers another manifest.
    case staleLock(path: String)
    /// The lock is no lock.
    case badLock(path: String, reason: String)
    /// The clock is before the date that the image is built for, so that files made now could not
    /// be told from files of packages.
    case clockBeforeEpoch(clock: Int64, epoch: Int64)
    /// Another build of the same image runs.
    case busy(path: String)
    /// There is no key to sign with, and an unsigned payload was not asked for.
    case noKey(path: String)

    package var description: String {
        switch self {
        case .noLock(let path): "\(path): no such lock"
        case .staleLock(let path): "\(path): the lock answers another manifest than this one"
        case .badLock(let path, let reason): "\(path): \(reason)"
        case .clockBeforeEpoch(let clock, let epoch):
            "the clock says \(clock), before the image's date \(epoch)"
        case .busy(let path): "\(path): another build of this image runs"
        case .noKey(let path): "\(path): no secret key to sign with"
        }
    }
}

import Glibc
import JSON
package import Storage
package import Syscalls

/// Where alarms are kept, so that they outlive programs and starts, and that all programs see the
/// same.
package struct AlarmStore: Sendable {
    /// Where a machine keeps them.
    package static let folder = "/var/lib/slipway/alarms"

    /// The file.
    package let path: String
    private let lockPath: String

    /// A store in a folder, which need not be there yet.
    package init(in folder: String = AlarmStore.folder) {
        path = "\(folder)/alarms.json"
        lockPath = "\(folder)/lock"
    }

    /// What is kept; an empty state where there is nothing.
    ///
    /// - Throws: `AlarmError`.
    package func read() throws(AlarmError) -> AlarmState {
        let bytes: [UInt8]
        do throws(SystemError) {
            guard FileSystem.exists(path) else { return AlarmState() }
            bytes = try FileSystem.read(path, limit: 16 << 20)
        } catch {
            throw .system(error)
        }
        do throws(SavedFormError) {
            return try AlarmState(json: JSON(saved: bytes))
        } catch {
            throw .damaged(path: path, error)
        }
    }

    /// Changes what is kept, while no other program does.
    ///
    /// Cut anywhere, the old state or the new one is there; a state that is as it was is not written.
    ///
    /// A damaged file is put aside under another name, and said to be by `onDamage`: alarms that
    /// cannot be read must not keep new ones from being raised.
    ///
    /// - Parameters:
    ///   - onDamage: Told of a damaged file.
    ///   - change: Makes the new state.
    /// - Returns: What `change` returns.
    /// - Throws: `AlarmError`, and what `change` throws; nothing is written then.
    package func update<Value>(
        onDamage: (AlarmError) -> Void, _ change: (inout AlarmState) throws -> Value
    ) throws -> Value {
        try FileSystem.makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        let lock = try File(lockPath, flags: O_RDWR | O_CREAT)
        _ = try lock.lock(wait: true)
        return try withExtendedLifetime(lock) {
            let old = try stateOrAside(onDamage)
            var new = old
            let value = try change(&new)
            if new != old { try FileSystem.writeAtomically(new.json.text(.pretty), to: path) }
            return value
        }
    }

    private func stateOrAside(_ onDamage: (AlarmError) -> Void) throws -> AlarmState {
        do throws(AlarmError) {
            return try read()
        } catch {
            guard case .damaged = error else { throw error }
            try FileSystem.rename(path, to: "\(path).damaged")
            onDamage(error)
            return AlarmState()
        }
    }
}

/// Why alarms cannot be kept or named.
package enum AlarmError: Error, Equatable, CustomStringConvertible {
    /// A file is not what was written.
    case damaged(path: String, SavedFormError)
    /// There is no such alarm.
    case unknown(String)
    /// A file cannot be used.
    case system(SystemError)

    package var description: String {
        switch self {
        case .damaged(let path, let error): "\(path): damaged: \(error)"
        case .unknown(let name): "there is no alarm \(name)"
        case .system(let error): error.description
        }
    }
}

package import Alarms
import JSON
import Storage
import Syscalls

/// Where the ledger of wear is kept.
package struct LedgerFile: Sendable {
    /// Where a machine keeps it.
    package static let path = "\(AlarmStore.folder)/wear.json"

    /// The file.
    package let path: String

    /// A ledger at a path.
    package init(_ path: String = LedgerFile.path) { self.path = path }

    /// What is kept; an empty ledger where there is nothing.
    ///
    /// - Throws: `AlarmError`.
    package func read() throws(AlarmError) -> WearLedger {
        let bytes: [UInt8]
        do throws(SystemError) {
            guard FileSystem.exists(path) else { return WearLedger() }
            bytes = try FileSystem.read(path, limit: 1 << 20)
        } catch {
            throw .system(error)
        }
        do throws(SavedFormError) {
            return try WearLedger(json: JSON(saved: bytes))
        } catch {
            throw .damaged(path: path, error)
        }
    }

    /// Changes what is kept; one program alone does that.
    ///
    /// - Parameters:
    ///   - onDamage: Told of a damaged file, which is put aside.
    ///   - change: Changes it.
    /// - Returns: The ledger after it.
    /// - Throws: `AlarmError`, `SystemError`.
    func update(
        onDamage: (AlarmError) -> Void, _ change: (inout WearLedger) -> Void
    ) throws -> WearLedger {
        var ledger: WearLedger
        do throws(AlarmError) {
            ledger = try read()
        } catch {
            guard case .damaged = error else { throw error }
            try FileSystem.rename(path, to: "\(path).damaged")
            onDamage(error)
            ledger = WearLedger()
        }
        change(&ledger)
        try FileSystem.writeAtomically(ledger.json.text(.pretty), to: path)
        return ledger
    }
}

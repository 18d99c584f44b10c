import Glibc
import Synchronization

/// The lines that a run of stories prints: one a story, and one at the end.
package final class Report: Sendable {
    private struct Counts {
        var passed = 0
        var failed = 0
    }

    private let counts = Mutex(Counts())

    /// Starts with nothing told.
    package init() {}

    /// Tells that a story came out as it says.
    package func passed(_ name: String, _ stopwatch: Stopwatch) {
        counts.withLock { counts in
            counts.passed += 1
            print("ok \(name) \(Report.seconds(stopwatch))")
            fflush(nil)
        }
    }

    /// Tells that a story did not, and which file says more.
    package func failed(_ name: String, _ stopwatch: Stopwatch, reason: String, log: String) {
        counts.withLock { counts in
            counts.failed += 1
            print("FAILED \(name) \(Report.seconds(stopwatch)): \(reason)")
            print("       log: \(log)")
            fflush(nil)
        }
    }

    /// Prints the closing line.
    ///
    /// - Returns: Whether all came out as they say, and there was one at least.
    package func close() -> Bool {
        counts.withLock { counts in
            print("\(counts.passed) passed, \(counts.failed) failed")
            fflush(nil)
            return counts.failed == 0 && counts.passed > 0
        }
    }

    private static func seconds(_ stopwatch: Stopwatch) -> String {
        let tenths = stopwatch.milliseconds / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}

import Synchronization

/// Does many independent pieces of work on threads of its own, because each reads, writes or waits.
package enum ParallelWork {
    private final class State: Sendable {
        let next = Atomic<Int>(0)
        let failure = Mutex<(index: Int, error: any Error)?>(nil)
    }

    /// Calls `body` once for each index; the order is not fixed.
    ///
    /// - Parameters:
    ///   - count: How many pieces there are.
    ///   - threads: How many threads, 1 or more; with 1 the caller's own does all.
    ///   - body: Does one piece.
    /// - Throws: What `body` threw for the lowest index; pieces that have not begun are dropped.
    package static func forEach(
        _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) throws -> Void
    ) throws {
        let state = State()
        let work: @Sendable () -> Void = {
            while true {
                let index = state.next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                do {
                    try body(index)
                } catch {
                    state.failure.withLock { failure in
                        if failure.map({ index < $0.index }) ?? true {
                            failure = (index, error)
                        }
                    }
                    state.next.store(count, ordering: .relaxed)
                }
            }
        }
        if threads <= 1 || count <= 1 {
            work()
        } else {
            let helpers = try (0..<min(threads, count)).map { _ in
                try WorkerThread.start(work)
            }
            for helper in helpers { helper.join() }
        }
        if let failure = state.failure.withLock({ $0 }) { throw failure.error }
    }
}

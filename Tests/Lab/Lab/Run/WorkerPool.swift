import Synchronization
import Syscalls

/// Threads that do jobs side by side; machines are waited for, so tasks would not do.
enum WorkerPool {
    /// Does all jobs and returns when the last is done.
    ///
    /// - Parameters:
    ///   - count: How many jobs there are.
    ///   - width: How many are done at the same time.
    ///   - body: Does the job of a number.
    /// - Throws: `SystemError` when there is no room for a thread.
    static func run(_ count: Int, width: Int, _ body: @escaping @Sendable (Int) -> Void)
        throws(SystemError)
    {
        let next = Counter()
        var threads: [WorkerThread] = []
        defer { for thread in threads { thread.join() } }
        for _ in 0..<min(width, count) {
            threads.append(
                try WorkerThread.start {
                    while true {
                        let index = next.take()
                        guard index < count else { return }
                        body(index)
                    }
                })
        }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)

        func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
    }
}

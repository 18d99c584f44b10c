import CSyscalls
import Glibc

/// A thread of its own, for work that blocks and so must stay off the task pool.
package struct WorkerThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// Starts a thread; the corresponding C function is `pthread_create`.
    ///
    /// - Parameter body: What it does.
    /// - Returns: The thread, to be joined.
    /// - Throws: `SystemError` when there is no room for another thread.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(SystemError)
        -> WorkerThread
    {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw SystemError("pthread_create", "a thread", code: code)
        }
        return WorkerThread(thread: thread)
    }

    /// Waits until it has ended; once for each thread.
    package func join() { pthread_join(thread, nil) }
}

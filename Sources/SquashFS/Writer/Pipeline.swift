import CSyscalls
import Glibc
import Syscalls

extension SquashFS {
    /// Threads that work on jobs; the caller waits for each job and so keeps the order.
    ///
    /// Threads of its own and not the task pool, because jobs read and write files.
    final class Pipeline<Job: AnyObject & Sendable>: @unchecked Sendable {
        // `lock` guards `waiting`, `finished` and `isStopping`; the rest is set before a thread
        // starts.
        private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let makeWorker: @Sendable () -> (Job) -> Void
        private var waiting: [Job] = []
        private var finished: Set<ObjectIdentifier> = []
        private var isStopping = false
        private var threads: [WorkerThread] = []

        /// Starts the threads.
        ///
        /// - Parameters:
        ///   - count: How many threads, 1 or more.
        ///   - makeWorker: Called once in each thread; what it returns works on one job.
        /// - Throws: `SystemError` when no thread can be started.
        init(
            threads count: Int, makeWorker: @escaping @Sendable () -> (Job) -> Void
        ) throws(SystemError) {
            self.makeWorker = makeWorker
            pthread_mutex_init(lock, nil)
            pthread_cond_init(changed, nil)
            pthread_cond_init(done, nil)
            do throws(SystemError) {
                for _ in 0..<count {
                    threads.append(try WorkerThread.start { [self] in work() })
                }
            } catch {
                stop()
                throw error
            }
        }

        deinit {
            pthread_mutex_destroy(lock)
            pthread_cond_destroy(changed)
            pthread_cond_destroy(done)
            lock.deallocate()
            changed.deallocate()
            done.deallocate()
        }

        /// Hands a job to the threads; the caller leaves it alone until `wait` returns.
        func submit(_ job: Job) {
            pthread_mutex_lock(lock)
            waiting.append(job)
            pthread_cond_signal(changed)
            pthread_mutex_unlock(lock)
        }

        /// Waits until a job that was submitted is done.
        func wait(for job: Job) {
            let id = ObjectIdentifier(job)
            pthread_mutex_lock(lock)
            while finished.remove(id) == nil { pthread_cond_wait(done, lock) }
            pthread_mutex_unlock(lock)
        }

        /// Lets the jobs that are under way end, drops the others and waits for the threads.
        func stop() {
            pthread_mutex_lock(lock)
            isStopping = true
            waiting.removeAll()
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(lock)
            for thread in threads { thread.join() }
            threads.removeAll()
        }

        private func work() {
            let worker = makeWorker()
            while let job = next() {
                worker(job)
                pthread_mutex_lock(lock)
                finished.insert(ObjectIdentifier(job))
                pthread_cond_broadcast(done)
                pthread_mutex_unlock(lock)
            }
        }

        private func next() -> Job? {
            pthread_mutex_lock(lock)
            defer { pthread_mutex_unlock(lock) }
            while waiting.isEmpty {
                if isStopping { return nil }
                pthread_cond_wait(changed, lock)
            }
            return waiting.removeFirst()
        }
    }
}

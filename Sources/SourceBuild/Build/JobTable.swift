import CSyscalls
import Events
import Glibc
import Syscalls

/// The workers that run now, waited for by one thread.
struct JobTable {
    private var jobs: [BuildJob] = []
    private var open: [CInt: BuildJob] = [:]

    /// How many there are.
    var count: Int { jobs.count }

    /// Adds one.
    mutating func add(_ job: BuildJob) {
        jobs.append(job)
        for descriptor in job.descriptors { open[descriptor] = job }
    }

    /// Waits a moment for what they say, and takes it.
    ///
    /// - Parameter events: Whose table is drawn anew.
    /// - Returns: The jobs whose worker is at its end, to be finished.
    /// - Throws: `SystemError`.
    mutating func wait(_ events: EventStream) throws(SystemError) -> [BuildJob] {
        var polled = open.keys.sorted().map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let ready = poll(&polled, nfds_t(polled.count), 200)
        if ready < 0, errno != EINTR { throw SystemError("poll", "builds") }
        let now = EventStream.systemClock().monotonic
        for job in jobs { job.look(now) }
        if jobs.contains(where: \.isInShell) { events.clear() } else { events.tick() }
        guard ready > 0 else { return [] }
        for entry in polled where entry.revents != 0 {
            guard let job = open[entry.fd] else { continue }
            if try !job.read(entry.fd) { open[entry.fd] = nil }
        }
        let ended = jobs.filter { job in !job.descriptors.contains { open[$0] != nil } }
        jobs.removeAll { job in ended.contains { $0 === job } }
        return ended
    }
}

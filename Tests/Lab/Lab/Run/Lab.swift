import Glibc
import Synchronization
import Syscalls

/// Tells stories on machines of their own, some side by side.
package struct Lab: Sendable {
    /// The stories that there are.
    let library: Library
    /// What is the same for all runs.
    let setting: StoryRun.Setting
    /// How many machines run at a time.
    let width: Int
    /// What is printed.
    let report = Report()

    /// Puts the machines' root together; to be called in a mount namespace of the caller's own.
    ///
    /// - Parameters:
    ///   - library: The stories.
    ///   - places: Where everything is.
    ///   - seed: What random moments and contents are made from.
    ///   - width: How many machines run at a time.
    /// - Throws: `LabError.missing`, and `SystemError` when something cannot be mounted.
    package init(_ library: Library, places: LabPlaces, seed: UInt64, width: Int) throws {
        // The serial line of a machine that was killed is no reason to die.
        signal(SIGPIPE, SIG_IGN)
        self.library = library
        self.width = width
        let root = try LabRoot(places)
        setting = StoryRun.Setting(root: root, logs: places.logs, seed: seed)
    }

    /// Tells stories, each once.
    ///
    /// - Parameter names: Which, and with them those that they stand on; all when there are none.
    /// - Returns: Whether all came out as they say.
    /// - Throws: `LabError.badStory`, `SystemError`.
    package func tell(_ names: [String]) throws -> Bool {
        let levels = try library.levels(for: names)
        try tell(levels, keeping: Set(levels.joined().compactMap(\.base)), Told())
        return report.close()
    }

    /// Tells stories, level by level, and keeps the disks of some.
    func tell(_ levels: [[Story]], keeping bases: Set<String>, _ told: Told) throws {
        for level in levels {
            // What others stand on first, so that nobody has to wait for it at the end.
            let stories =
                level.filter { bases.contains($0.name) }
                + level.filter { !bases.contains($0.name) }
            try WorkerPool.run(stories.count, width: width) { index in
                let story = stories[index]
                tell(story, isBase: bases.contains(story.name), told)
            }
        }
    }

    /// Tells one story, and keeps its disks if others stand on it.
    private func tell(_ story: Story, isBase: Bool, _ told: Told) {
        let stopwatch = Stopwatch()
        do {
            let run = try StoryRun(
                story.name, of: story, after: told.base(of: story), in: setting)
            if isBase {
                try run.tell(0..<story.lines.count)
                told.keep(run)
            } else {
                defer { run.removeDisks() }
                try run.tell(0..<story.lines.count)
            }
            report.passed(story.name, stopwatch)
        } catch {
            report.failed(story.name, stopwatch, reason: "\(error)", log: setting.log(story.name))
        }
    }
}

/// The runs that other stories stand on.
final class Told: Sendable {
    // Runs are not Sendable: after they are kept, they are read only.
    private struct Kept: @unchecked Sendable { let run: StoryRun }

    private let runs = Mutex<[String: Kept]>([:])

    /// Keeps a run that is over.
    func keep(_ run: StoryRun) {
        let kept = Kept(run: run)
        runs.withLock { $0[kept.run.name] = kept }
    }

    /// The run that was kept under a name.
    subscript(name: String) -> StoryRun? { runs.withLock { $0[name] }?.run }

    /// The run that a story stands on; nil when it begins anew.
    ///
    /// - Throws: `LabError.badStory` when that one failed.
    func base(of story: Story) throws(LabError) -> StoryRun? {
        guard let name = story.base else { return nil }
        guard let run = self[name] else { throw .badStory(name: name, reason: "it failed") }
        return run
    }
}

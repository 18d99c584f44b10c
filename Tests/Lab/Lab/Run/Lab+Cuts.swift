import Synchronization
import Syscalls

extension Lab {
    /// Tells stories with power cuts: those that say where a cut starts again.
    ///
    /// Up to that line each is told once. From there on it is told again and again: with a cut at a
    /// random moment, and after that, with the disks as the cut left them, to its end.
    ///
    /// - Parameters:
    ///   - names: Which; all that can be cut when there are none.
    ///   - cuts: The numbers of the cuts, 0 and up; each number's moment depends on it and the seed.
    /// - Returns: Whether all came out as they say, after every cut.
    /// - Throws: `LabError.badStory`, `SystemError`.
    package func cut(_ names: [String], _ cuts: Range<Int>) throws -> Bool {
        let all =
            names.isEmpty
            ? library.stories
            : try names.map { try library.chain(to: $0) }
                .compactMap(\.last)
        let stories = all.filter { $0.cutPoint != nil }
        guard !stories.isEmpty else {
            throw LabError.badStory(
                name: names.joined(separator: " "), reason: "it does not say \"cuts from here\"")
        }
        let told = Told()
        // What they stand on is told as always.
        let bases = Set(
            try stories.flatMap { try library.chain(to: $0.name).dropLast() }.map(\.name))
        if !bases.isEmpty {
            try tell(library.levels(for: bases.sorted()), keeping: bases, told)
        }
        let trials = Mutex<[Trial]>([])
        try WorkerPool.run(stories.count, width: width) { index in
            guard let trial = prepare(stories[index], told) else { return }
            trials.withLock { $0.append(trial) }
        }
        let ready = trials.withLock { $0.sorted { $0.story.name < $1.story.name } }
        guard !ready.isEmpty else { return report.close() }
        let first = cuts.lowerBound
        try WorkerPool.run(cuts.count, width: width) { index in
            cut(ready[index % ready.count], number: first + index, told)
        }
        return report.close()
    }

    /// A story that is to be cut.
    private struct Trial: Sendable {
        let story: Story
        /// Its lines from the cut point on.
        let lines: Range<Int>
        /// How long they take without a cut.
        let milliseconds: Int
    }

    /// Tells a story up to its cut point and keeps the disks; tells the rest without a cut to see how
    /// long it takes.
    private func prepare(_ story: Story, _ told: Told) -> Trial? {
        let stopwatch = Stopwatch()
        do {
            let start = story.cutPoint ?? 0
            let lines = start..<story.lines.count
            let run = try StoryRun(
                story.name, of: story, after: told.base(of: story), in: setting)
            try run.tell(0..<start)
            told.keep(run)
            let rest = try StoryRun("\(story.name)-uncut", of: story, after: run, in: setting)
            defer { rest.removeDisks() }
            let restStopwatch = Stopwatch()
            try rest.tell(lines)
            report.passed(story.name, stopwatch)
            return Trial(story: story, lines: lines, milliseconds: restStopwatch.milliseconds)
        } catch {
            report.failed(story.name, stopwatch, reason: "\(error)", log: setting.log(story.name))
            return nil
        }
    }

    /// Tells the rest of a story with a cut, and then to its end.
    private func cut(_ trial: Trial, number: Int, _ told: Told) {
        let stopwatch = Stopwatch()
        let name = "\(trial.story.name)-cut-\(number)"
        var moment = 0
        do {
            let run = try StoryRun(
                name, of: trial.story, after: told[trial.story.name], in: setting)
            defer { run.removeDisks() }
            moment = Int.random(in: 0...trial.milliseconds, using: &run.generator)
            try run.write("the power goes after \(moment) ms\n")
            run.powerCut = Deadline(milliseconds: moment)
            do {
                try run.tell(trial.lines)
            } catch is PowerCut {
                // As it was meant.
            }
            run.powerCut = nil
            try run.tell(trial.lines)
            // Hundreds of logs of what went well would hide the one that did not.
            try FileSystem.removeFile(setting.log(name))
            report.passed(name, stopwatch)
        } catch {
            report.failed(
                name, stopwatch,
                reason: "cut after \(moment) ms, again with SEED=\(setting.seed) CUT=\(number): "
                    + "\(error)", log: setting.log(name))
        }
    }
}

import Glibc
import Syscalls

/// Runs stages whose inputs changed, and leaves the others alone.
///
/// A stage makes each of its outputs under another name; they get their own names together with
/// the record of what they were made from, so that a run that was cut leaves the last good result
/// or none, never a part. A power cut is a cut too: each step is on the disk before the next.
package final class StageRunner {
    /// Whether and why a stage runs.
    package enum Verdict: Sendable, Equatable, CustomStringConvertible {
        /// Its result is there and nothing that it depends on changed.
        case unchanged
        /// It runs, because of these inputs.
        case changed([String])
        /// It runs, because it never did or its result is gone.
        case missing

        package var description: String {
            switch self {
            case .unchanged: "unchanged"
            case .changed(let names): "runs: changed: \(names.joined(separator: ", "))"
            case .missing: "runs: no earlier result"
            }
        }
    }

    /// What became of a stage.
    package struct Report: Sendable {
        /// The stage's name.
        package let name: String
        /// Whether and why it ran.
        package let verdict: Verdict
        /// How long it took, in seconds.
        package let seconds: Double
    }

    private let folder: String
    private let isDryRun: Bool
    private let onVerdict: (String, Verdict) -> Void
    /// What became of each stage, in order.
    package private(set) var reports: [Report] = []

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - folder: Where the records are kept.
    ///   - isDryRun: Whether to say only what would run.
    ///   - onVerdict: Told of each stage before it runs.
    package init(
        folder: String, isDryRun: Bool, onVerdict: @escaping (String, Verdict) -> Void
    ) {
        self.folder = folder
        self.isDryRun = isDryRun
        self.onVerdict = onVerdict
    }

    /// Runs a stage if need be.
    ///
    /// - Parameters:
    ///   - name: The stage's name.
    ///   - inputs: What its result depends on.
    ///   - outputs: The paths of what it makes.
    ///   - products: The paths of what it makes and puts in place by itself.
    ///   - body: Makes the outputs under the names it is given, in the same order; nothing has
    ///     these names then. It returns the inputs as they are after it, as one of them may be a
    ///     file that the stage itself brings up to date.
    /// - Returns: The key of the result.
    /// - Throws: What the body throws; the last good result is untouched then.
    @discardableResult
    package func run(
        _ name: String, inputs: [StageInput], outputs: [String], products: [String] = [],
        _ body: ([String]) throws -> [StageInput]
    ) throws -> String {
        let record = StageRecord(inputs: inputs)
        let path = "\(folder)/\(name).json"
        let verdict = verdict(on: record, at: path, outputs + products)
        onVerdict(name, verdict)
        guard verdict != .unchanged, !isDryRun else {
            reports.append(Report(name: name, verdict: verdict, seconds: 0))
            return record.key
        }

        try FileSystem.makeDirectory(folder)
        let start = monotonicSeconds()
        let temporary = outputs.map { $0 + StageRunner.temporarySuffix }
        do {
            for path in temporary { try FileSystem.removeTree(path) }
            let after = StageRecord(inputs: try body(temporary))
            let folders = Set((outputs + products).map(StageRunner.folder)).sorted()
            for folder in folders { try FileSystem.synchronize(holding: folder) }
            // From here to the record the outputs belong to no record.
            try FileSystem.removeFile(path)
            try FileSystem.synchronize(folder: folder)
            for (new, output) in zip(temporary, outputs) {
                try FileSystem.removeTree(output)
                try FileSystem.rename(new, to: output)
            }
            for folder in folders { try FileSystem.synchronize(folder: folder) }
            try after.write(to: path)
            reports.append(
                Report(name: name, verdict: verdict, seconds: monotonicSeconds() - start))
            return after.key
        } catch {
            for path in temporary where FileSystem.exists(path) {
                try FileSystem.removeTree(path)
            }
            throw error
        }
    }

    /// The folder that a path is in.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// What the name of an output ends with while it is made.
    package static let temporarySuffix = ".new"

    private func verdict(on record: StageRecord, at path: String, _ outputs: [String]) -> Verdict {
        guard outputs.allSatisfy(FileSystem.exists), let earlier = StageRecord(path: path) else {
            return .missing
        }
        let changes = record.changes(since: earlier)
        return changes.isEmpty ? .unchanged : .changed(changes)
    }

    private func monotonicSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

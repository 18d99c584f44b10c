import Command
import Debian
import Events
import JSON
import Syscalls

/// Runs rows: ours and the peer in turn, so that what else the machine does hits both.
struct Bench {
    /// The tree that holds the sources and `.build`.
    let root: String
    /// How often each thing is run.
    let runCount: Int
    /// Where progress goes.
    let events: EventStream

    /// The released program of ours.
    var program: String { "\(root)/.build/release/slipway" }

    /// Where rows put what they need; on the same file system as the tree.
    var workFolder: String { "\(root)/work/bench" }

    /// Measures a row.
    ///
    /// - Throws: What its preparation or a run of it throws; a failed run gives no number.
    func measure(_ row: Row) throws -> RowResult {
        let progress = events.begin(row.name)
        do {
            let result = try run(row, progress)
            try row.cleanUp(self)
            progress.finish()
            return result
        } catch {
            progress.fail(Abridged(error))
            // The first error is the one to tell of.
            do { try row.cleanUp(self) } catch let second {
                events.log(.warning, "\(row.name): left something behind: \(second)")
            }
            throw error
        }
    }

    private func run(_ row: Row, _ progress: StepProgress) throws -> RowResult {
        try install(row.packages)
        try FileSystem.makeDirectory(workFolder)
        progress.note("preparing")
        let (ours, peer) = try row.make(self)
        let runCount = row.isExact ? 1 : runCount
        progress.setTotal(UInt64(runCount * (peer == nil ? 1 : 2)))
        var oursRuns: [Measurement] = []
        var peerRuns: [Measurement] = []
        for _ in 0..<runCount {
            oursRuns.append(try measure(ours, progress, "ours"))
            if let peer { peerRuns.append(try measure(peer, progress, "peer")) }
        }
        return RowResult(
            name: row.name, metric: row.metric, bound: row.bound, ours: oursRuns, peer: peerRuns)
    }

    private func measure(_ subject: Row.Subject, _ progress: StepProgress, _ note: String) throws
        -> Measurement
    {
        progress.note(note)
        try subject.prepare()
        var measurement = try Measurement.taking(subject.command)
        if let output = subject.output {
            measurement.outputByteCount = try File(output).byteCount()
        }
        measurement.reading = try subject.reading?()
        progress.advance()
        return measurement
    }

    /// Installs packages of Debian that are missing.
    private func install(_ packages: [String]) throws {
        let missing = try packages.filter { package in
            let query = Command("dpkg-query", ["-W", "-f", "${db:Status-Status}", package])
            return try query.run().text != "installed"
        }
        guard !missing.isEmpty else { return }
        events.log(.info, "installing peers", ["packages": missing.joined(separator: " ")])
        let apt = Command("apt-get", ["-y", "-qq", "install", "--no-install-recommends"] + missing)
        try apt.with(environment: Proxies.environment).with(environment: [
            "DEBIAN_FRONTEND": "noninteractive"
        ]).runChecked()
    }
}

/// An error whose text is cut in the middle: a command that names every package is no help to read.
private struct Abridged: Error, CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        let text = "\(error)"
        description =
            text.count <= 1200 ? text : String(text.prefix(200)) + " ... " + text.suffix(900)
    }
}

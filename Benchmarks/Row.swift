import Command

/// One line of the table: a thing of ours, what it is held against, and what it must reach.
struct Row {
    /// Something that is run and measured.
    struct Subject {
        /// What is done before each run and not measured.
        var prepare: () throws -> Void
        /// What is measured.
        var command: Command
        /// The file that it makes, whose length is measured too.
        var output: String?
        /// Reads the number, where it is not one of the command itself.
        var reading: (() throws -> Double)?

        /// Makes a subject of a number that another one's run leaves.
        init(reading: @escaping () throws -> Double) {
            self.init(Command("true"), reading: reading)
        }

        /// Makes a subject.
        init(
            _ command: Command, output: String? = nil, prepare: @escaping () throws -> Void = {},
            reading: (() throws -> Double)? = nil
        ) {
            self.command = command
            self.output = output
            self.reading = reading
            self.prepare = prepare
        }
    }

    /// What must hold.
    enum Bound: Equatable {
        /// Ours is at most this part of the peer's.
        case ratio(Double)
        /// Ours is below this value of the metric.
        case below(Double)

        /// Whether it holds.
        func holds(ours: Double, peer: Double?) -> Bool {
            switch self {
            case .ratio(let most): peer.map { ours <= most * $0 } ?? false
            case .below(let limit): ours < limit
            }
        }
    }

    /// Its name, for `--only`.
    let name: String
    /// What is compared, in one line.
    let meaning: String
    /// What of the runs is compared.
    let metric: Metric
    /// What must hold.
    let bound: Bound
    /// Whether each run gives the same number, so that one is enough.
    var isExact = false
    /// Packages of Debian that it needs; installed before it runs.
    var packages: [String] = []
    /// Makes what is run; may take long, and is not measured.
    let make: (Bench) throws -> (ours: Subject, peer: Subject?)
    /// Undoes what `make` did.
    var cleanUp: (Bench) throws -> Void = { _ in }
}

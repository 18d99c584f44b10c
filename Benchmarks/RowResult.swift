import Events
import JSON

/// What a row came out at.
struct RowResult {
    /// The row's name.
    let name: String
    /// What was compared.
    let metric: Metric
    /// What must hold.
    let bound: Row.Bound
    /// Runs of ours.
    let ours: [Measurement]
    /// Runs of the peer, where there is one.
    let peer: [Measurement]

    private func summary(_ runs: [Measurement]) -> Summary {
        Summary(samples: runs.map { $0.value(metric) })
    }

    /// Ours as a part of the peer's.
    var ratio: Double? {
        peer.isEmpty ? nil : summary(ours).median / summary(peer).median
    }

    /// Whether the bound holds.
    var isMet: Bool {
        bound.holds(ours: summary(ours).median, peer: peer.isEmpty ? nil : summary(peer).median)
    }

    /// The row's line: `name | ours | peer | ratio | bound | ok`.
    var line: String {
        let boundText =
            switch bound {
            case .ratio(let most): "<= " + HumanText.fixed(most, decimals: 2)
            case .below(let limit): "< " + metric.text(limit)
            }
        return [
            name, text(ours), peer.isEmpty ? "-" : text(peer),
            ratio.map { HumanText.fixed($0, decimals: 3) } ?? "-", boundText,
            isMet ? "ok" : "MISS",
        ].joined(separator: " | ")
    }

    private func text(_ runs: [Measurement]) -> String {
        let summary = summary(runs)
        return "\(metric.text(summary.median)) "
            + "(\(metric.text(summary.least)) to \(metric.text(summary.greatest)))"
    }

    /// Everything measured, for BENCH.json.
    var json: JSON {
        func describe(_ runs: [Measurement]) -> JSON? {
            guard !runs.isEmpty else { return nil }
            return .object(
                Metric.allCases.map { metric in
                    let summary = Summary(samples: runs.map { $0.value(metric) })
                    return JSON.Member(metric.rawValue, summary.json)
                })
        }
        let (kind, value) =
            switch bound {
            case .ratio(let most): ("ratio", most)
            case .below(let limit): ("below", limit)
            }
        return JSON.makeObject([
            "name": .string(name), "metric": .string(metric.rawValue), "ours": describe(ours),
            "peer": describe(peer), "ratio": ratio.map { .double($0) },
            "bound": .object([JSON.Member(kind, .double(value))]),
            "ok": .bool(isMet),
        ])
    }
}

import JSON

/// The samples of one thing measured: their median, with the least and the greatest.
struct Summary: Equatable {
    /// In the order in which they were taken.
    let samples: [Double]

    /// The one in the middle; of two, the mean.
    var median: Double {
        let sorted = samples.sorted()
        guard let last = sorted.last else { return .nan }
        let middle = sorted.count / 2
        if sorted.count % 2 == 1 { return sorted[middle] }
        return middle == 0 ? last : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The least.
    var least: Double { samples.min() ?? .nan }
    /// The greatest.
    var greatest: Double { samples.max() ?? .nan }

    /// All of it, for BENCH.json.
    var json: JSON {
        [
            "median": .double(median), "min": .double(least), "max": .double(greatest),
            "samples": .array(samples.map { .double($0) }),
        ]
    }
}

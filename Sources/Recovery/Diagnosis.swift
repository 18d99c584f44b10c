import Storage

/// What is wrong with a system, in a sentence: what the steps of a plan are for.
enum Diagnosis {
    /// Says it.
    ///
    /// - Parameters:
    ///   - planning: What the planner answers.
    ///   - layout: What was installed.
    ///   - observation: What the disks look like.
    /// - Returns: A sentence; `Nothing is wrong.` when no more is to be done than starting arrays.
    static func sentence(
        _ planning: Planning, _ layout: Layout, _ observation: Observation
    ) -> String {
        let disks = layout.disks(in: observation)
        var phrases = layout.disks.filter { disks[$0.name] == nil }.map {
            "the disk of \($0.name) is missing"
        }
        switch planning {
        case .refused(let refusals): phrases += refusals.map(\.reason)
        case .plan(let plan): phrases += self.phrases(plan)
        }
        guard !phrases.isEmpty else { return "Nothing is wrong." }
        let text = phrases.joined(separator: "; ")
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    private static func phrases(_ plan: Plan) -> [String] {
        var phrases: [String] = []
        var told: Set<String> = []
        func tell(_ role: String?, _ phrase: (_ role: String, _ path: String) -> String) {
            guard let role, told.insert(role).inserted, let disk = plan.disks[role] else { return }
            phrases.append(phrase(role, disk.path))
        }
        for step in plan.steps {
            switch step.action {
            case .writeTable(let role, _, _):
                tell(role) { "\($1), which is to be \($0), holds nothing of the system" }
            case .addLeg(let array, _, let leg, _), .addLegUsedOnly(let array, _, _, let leg, _),
                .reAddLeg(let array, _, let leg):
                tell(leg.disk) { "\($0) (\($1)) is no part of array \(array) any more" }
            case .replaceLeg(let array, _, let old, _, _):
                phrases.append("\(old) is not in the layout, and is a part of array \(array)")
            case .removeLeg(let array, _, _, let device):
                phrases.append("\(device ?? "a disk that is gone") has failed in array \(array)")
            case .writeSystemPartition(let leg), .writeBootCode(let leg):
                tell(leg.disk) { "the firmware would not start from \($0) (\($1)): \(step.why)" }
            case .waitForSync(let array, _):
                if phrases.isEmpty { phrases.append("array \(array) is not in sync yet") }
            case .growArray(let array, _, _):
                phrases.append("array \(array) has room that it does not use")
            case .createArray(let array): phrases.append("there is no array \(array.name)")
            case .makeFilesystem(let volume, _, _, _):
                phrases.append("the volume \(volume) has no filesystem")
            case .stopArray(let path, _): phrases.append("\(path) was not started rightly")
            case .startArray, .wipe, .makeRegion, .recordIdentities: break
            }
        }
        return phrases
    }
}

extension Plan {
    /// Whether it does no more than start what is whole, and write down what is known.
    var isHarmless: Bool {
        steps.allSatisfy { step in
            switch step.action {
            case .startArray(let name, _, let legs):
                // With fewer legs it makes the others stale.
                legs.count == legCounts[name] ?? legs.count
            case .makeRegion, .recordIdentities: true
            default: false
            }
        }
    }

    /// How many legs the arrays have, as far as the plan writes that down.
    private var legCounts: [String: Int] {
        for case .recordIdentities(let layout) in steps.map(\.action) {
            return Dictionary(
                layout.arrays.map { ($0.name, layout.legs(of: $0.name).count) },
                uniquingKeysWith: { first, _ in first })
        }
        return [:]
    }

    /// The steps up to the start of an array.
    func beginning(throughStartOf array: String) -> Plan {
        let last = steps.lastIndex { step in
            if case .startArray(array, _, _) = step.action { true } else { false }
        }
        var plan = self
        plan.steps = last.map { Array(steps[...$0]) } ?? []
        return plan
    }

    /// All that is lost by it.
    package var erases: [String] { steps.flatMap(\.erases) }
}

/// What is asked of the planner.
package struct PlanRequest: Sendable {
    /// What the disks must look like.
    package var layout: Layout
    /// What they do look like.
    package var observation: Observation
    /// Disks that a person chose for roles: role to path.
    package var assignments: [String: String]
    /// Paths of disks whose data a person agreed to lose, each by name.
    package var consents: Set<String>
    /// Whether there is an image whose loader and kernel can go onto boot legs.
    package var hasBootImage: Bool
    /// Where new GUIDs and UUIDs come from: random bytes, so that the planner itself is a function.
    package var seed: [UInt8]

    /// Makes a request.
    package init(
        layout: Layout, observation: Observation, assignments: [String: String] = [:],
        consents: Set<String> = [], hasBootImage: Bool = true, seed: [UInt8]
    ) {
        self.layout = layout
        self.observation = observation
        self.assignments = assignments
        self.consents = consents
        self.hasBootImage = hasBootImage
        self.seed = seed
    }

    /// Random bytes for `seed`.
    package static func randomSeed() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

/// What the planner answers.
package enum Planning: Sendable, Equatable {
    /// What is to be done.
    case plan(Plan)
    /// Why nothing may be done; never empty.
    case refused([Refusal])
}

/// A reason why nothing may be done, and what would make it possible.
package struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, with the disks and values.
    package var reason: String
    /// What would make it possible.
    package var cure: String

    /// Makes a refusal.
    package init(_ reason: String, cure: String) {
        self.reason = reason
        self.cure = cure
    }

    package var description: String { "\(reason); \(cure)" }
}

import Storage

/// What a plan makes of the disks, drawn before and after, and in words.
enum PlanPicture {
    /// Draws a plan.
    static func draw(
        _ plan: Plan, layout: Layout, _ observation: Observation, _ disks: [String: ObservedDisk]
    ) -> String {
        let width = DialogSize.columns
        let before = Dictionary(
            observation.geometries().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        // What the planner could resolve can be placed.
        let after = try? ResolvedLayout(
            placing: layout, diskByteCounts: disks.mapValues(\.byteCount)
        ).geometries(diskByteCounts: disks.mapValues(\.byteCount))
        var parts: [String] = []
        for role in layout.disks {
            guard let disk = disks[role.name] else { continue }
            parts.append("\(role.name): \(disk.shortTitle)\n")
            if let geometry = before[disk.path] {
                parts.append("NOW\n" + DiskPicture.draw(geometry, width: width, hasTitle: false))
            }
            if let geometry = after?.first(where: { $0.name == role.name }) {
                parts.append("AFTER\n" + DiskPicture.draw(geometry, width: width, hasTitle: false))
            }
        }
        let erases = plan.steps.flatMap(\.erases)
        if !erases.isEmpty {
            parts.append("LOST\n" + erases.map { "  \($0)\n" }.joined())
        }
        let steps = plan.steps.enumerated().map { "\($0 + 1). \($1.action.text)\n" }
        parts.append(
            "STEPS\n" + (steps.isEmpty ? "the disks are as they should be\n" : steps.joined()))
        return parts.joined(separator: "\n")
    }
}

import Storage

/// What a plan makes of the disks, drawn before and after, and in words.
enum PlanPicture {
    /// Draws a plan.
    static func draw(
        _ plan: Plan, layout: Layout, _ observation: Observation, _ disks: [String: ObservedDisk]
    ) -> String {
        let before = Dictionary(
            observation.geometries().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        // What the planner could resolve can be placed.
        let after = try? ResolvedLayout(
            placing: layout, diskByteCounts: disks.mapValues(\.byteCount)
        ).geometries(diskByteCounts: disks.mapValues(\.byteCount))
        var lines: [String] = []
        for role in layout.disks {
            guard let disk = disks[role.name] else { continue }
            lines.append("\(role.name): \(disk.shortTitle)")
            lines += picture("now", before[disk.path], of: disk)
            lines += picture("after", after?.first { $0.name == role.name }, of: disk) + [""]
        }
        let erases = plan.steps.flatMap(\.erases)
        if !erases.isEmpty { lines += ["What is lost:"] + erases.map { "  \($0)" } + [""] }
        lines.append("What is done:")
        lines += plan.steps.enumerated().map { "  \($0 + 1). \($1.action.text)" }
        if plan.steps.isEmpty { lines.append("  nothing: the disks are as they should be") }
        return lines.map { DialogSize.cut($0, to: DialogSize.columns) + "\n" }.joined()
    }

    /// What a person knows of a disk by: partitions, filesystems, legs of arrays.
    private static func picture(
        _ title: String, _ geometry: DiskGeometry?, of disk: ObservedDisk
    ) -> [String] {
        guard let geometry else { return [] }
        let parts = geometry.intervals.filter { $0.kind != .table }
        guard !parts.isEmpty else {
            let contents = disk.areas.flatMap(\.signatures).map(\.text)
            return [
                "  \(title): " + (contents.isEmpty ? "empty" : contents.joined(separator: ", "))
            ]
        }
        let bare = DiskGeometry(
            name: geometry.name, byteCount: geometry.byteCount, intervals: parts)
        let names = parts.map { "\($0.name) \(ByteSize.shortText($0.extent.byteCount))" }
        return ["  \(title):"] + DiskPicture.bars(of: bare, width: DialogSize.columns)
            + DialogSize.wrap(names.joined(separator: ", "), to: DialogSize.columns - 2)
            .split(separator: "\n").map { "  \($0)" }
    }
}

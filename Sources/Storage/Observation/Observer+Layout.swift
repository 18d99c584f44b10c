extension Observer {
    /// Looks at all disks and arrays, and for slices of a layout where a table is lost.
    ///
    /// Where slices would be depends on the size of the disk that takes the role, so the disks are
    /// looked at once before.
    ///
    /// - Parameters:
    ///   - layout: The layout.
    ///   - assignments: Disks that a person chose for roles: role to path.
    /// - Returns: What was seen.
    /// - Throws: As `observe()`.
    package func observe(
        for layout: Layout, assignments: [String: String] = [:]
    ) throws -> Observation {
        let observation = try observe()
        let isLost = observation.disks.contains { disk in
            disk.byteCount > 0 && (disk.table == .none || disk.table == .damagedGPT)
        }
        guard isLost else { return observation }
        let disks = RoleAssignment(
            PlanRequest(
                layout: layout, observation: observation, assignments: assignments, seed: [])
        ).disks
        // A layout that cannot be on these disks has no places; the planner says why.
        guard
            let resolved = try? ResolvedLayout(
                resolving: layout, diskByteCounts: disks.mapValues(\.byteCount))
        else { return observation }
        var observer = self
        observer.extents.formUnion(resolved.extents.values)
        return try observer.observe()
    }
}

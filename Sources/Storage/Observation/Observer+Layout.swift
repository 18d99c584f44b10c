extension Observer {
    /// Looks at all disks and arrays, and for slices of a layout that no table and no device names.
    ///
    /// Where those would be depends on the disks that take the roles and on arrays that are there,
    /// and what is found there may be such an array: so it looks again until it knows no more.
    ///
    /// - Parameters:
    ///   - layout: The layout.
    ///   - assignments: Disks that a person chose for roles: role to path.
    /// - Returns: What was seen.
    /// - Throws: As `observe()`.
    package func observe(
        for layout: Layout, assignments: [String: String] = [:]
    ) throws -> Observation {
        var observer = self
        var observation = try observe()
        for _ in 0..<Observer.lookLimit {
            let isLost = observation.disks.contains { disk in
                disk.byteCount > 0 && (disk.table == .none || disk.table == .damagedGPT)
            }
            guard isLost else { return observation }
            let places = Observer.places(of: layout, assignments, in: observation)
            guard places != observer.places else { return observation }
            observer.places = places
            observation = try observer.observe()
        }
        return observation
    }

    /// More looks than arrays that lie behind each other on one disk need.
    private static let lookLimit = 4

    private static func places(
        of layout: Layout, _ assignments: [String: String], in observation: Observation
    ) -> [String: Set<Extent>] {
        let request = PlanRequest(
            layout: layout, observation: observation, assignments: assignments, seed: [])
        let disks = RoleAssignment(request).disks
        var byteCounts: [String: UInt64] = [:]
        for spec in layout.arrays {
            byteCounts[spec.name] = ArrayCensus(spec, request, disks: disks).dataByteCount
        }
        // A layout that cannot be on these disks has no places; the planner says why.
        let resolved = try? ResolvedLayout(
            resolving: layout, diskByteCounts: disks.mapValues(\.byteCount),
            existingArrayByteCounts: byteCounts)
        var places: [String: Set<Extent>] = [:]
        for (device, extent) in resolved?.extents ?? [:] {
            guard case .slice(let role, _) = device, let disk = disks[role] else { continue }
            places[disk.path, default: []].insert(extent)
        }
        return places
    }
}

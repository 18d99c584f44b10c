extension Layout {
    /// The disk of each role, as the planner gives them out; a role whose disk is missing, or could
    /// be more than one, has none.
    ///
    /// - Parameters:
    ///   - observation: What the disks look like.
    ///   - assignments: Disks that a person chose for roles: role to path.
    /// - Returns: The disks by role.
    package func disks(
        in observation: Observation, assignments: [String: String] = [:]
    ) -> [String: ObservedDisk] {
        RoleAssignment(
            PlanRequest(
                layout: self, observation: observation, assignments: assignments, seed: [])
        ).disks
    }

    /// The devices of the legs that have all data of an array, as the planner judges them: none
    /// that another one proves stale.
    ///
    /// - Parameters:
    ///   - array: The array's name.
    ///   - request: What is asked of the planner.
    /// - Returns: The devices; none when there is no such array.
    package static func survivors(of array: String, _ request: PlanRequest) -> [String] {
        guard let spec = request.layout.array(array) else { return [] }
        return ArrayCensus(spec, request, disks: RoleAssignment(request).disks).sources
            .compactMap(\.path)
    }
}

extension Layout {
    /// The disk of each role, as the planner gives them out; a role whose disk is missing, or could be
    /// more than one, has none.
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
}

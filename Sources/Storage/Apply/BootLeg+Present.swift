extension Layout {
    /// The boot legs of an installed layout that are in the machine and that a firmware starts from,
    /// in the order of the layout.
    ///
    /// A disk is one when it has a superblock of the boot array, also of a leg that was away; it is
    /// never one because it only looks like it.
    ///
    /// - Parameter observation: What the disks look like.
    /// - Returns: The legs, with their roles.
    package func presentBootLegs(in observation: Observation) -> [BootLeg] {
        bootDisks.filter { !$0.firmware.isEmpty }.compactMap { role in
            guard let disk = bootDisk(of: role, in: observation), var leg = BootLeg(of: disk)
            else { return nil }
            leg.role = role.name
            leg.firmware = role.firmware
            return leg
        }
    }

    private func bootDisk(of role: DiskRole, in observation: Observation) -> ObservedDisk? {
        guard let array = bootArray else {
            return observation.disks.first { $0.byteCount > 0 && $0.identity == role.identity }
        }
        guard let uuid = array.uuid,
            let slot = legs(of: array.name).firstIndex(where: { $0.disk == role.name })
        else { return nil }
        let members = observation.arrays.first { $0.uuid == uuid }?.members ?? []
        let working = members.filter { $0.slot == slot }.map(\.device)
        // What the kernel works with is the leg; of copies of it that are beside, it is none.
        if let disk = observation.disks.first(where: { disk in
            disk.areas.contains { $0.device.map(working.contains) ?? false }
        }) {
            return disk
        }
        let claims = observation.disks.filter { disk in
            disk.areas.flatMap(\.signatures).contains { signature in
                guard case .member(let member) = signature, member.arrayUUID == uuid else {
                    return false
                }
                return member.role == .slot(slot)
                    || role.identity?.memberUUIDs.contains(member.deviceUUID) == true
            }
        }
        return claims.count == 1 ? claims[0] : nil
    }
}

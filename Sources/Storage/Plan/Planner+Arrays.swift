/// Arrays: stopping what was assembled wrongly, starting, making.
extension Planner {
    /// Stops arrays of the layout that were not assembled to their end, or from the wrong legs.
    mutating func stopArrays() {
        for spec in request.layout.arrays {
            guard let census = censuses[spec.name], let array = census.running,
                census.runsStale || !census.runs
            else { continue }
            guard array.mountPoints.isEmpty, array.holders.isEmpty else {
                refusals.append(
                    Refusal(
                        "\(array.path) runs from an old leg of \(spec.name) and is in use:"
                            + " \((array.mountPoints + array.holders).joined(separator: ", "))",
                        cure: "boot from the live medium and recover there"))
                continue
            }
            steps.append(
                Step(
                    .stopArray(path: array.path, uuid: array.uuid),
                    why: census.runsStale
                        ? "it was assembled from a leg that is out of date"
                        : "it was not assembled to its end"))
        }
    }

    mutating func planArray(_ spec: ArraySpec) {
        guard let census = censuses[spec.name] else { return }
        guard let uuid = census.uuid else { return create(spec) }
        guard !census.runs || census.runsStale else { return }
        let legs = census.sources.sorted { $0.device.description < $1.device.description }
        let conditions: [Condition] = legs.flatMap { leg -> [Condition] in
            guard let disk = leg.device.disk else { return [] }
            return [
                .disk(disk),
                .survivor(
                    disk: disk, deviceUUID: leg.member.deviceUUID,
                    leastEvents: leg.member.events),
            ]
        }
        steps.append(
            Step(
                .startArray(name: spec.name, uuid: uuid, legs: legs.map(\.device)),
                why: legs.count == census.slotCount
                    ? "it does not run" : "it runs without the legs that are missing",
                conditions: conditions + [.notRunning(uuid: uuid)]))
    }

    private mutating func create(_ spec: ArraySpec) {
        let devices = request.layout.legs(of: spec.name)
        // Roles that lack their disk have been refused.
        guard devices.allSatisfy({ $0.disk.map { disks[$0] != nil } ?? false }),
            let byteCount = resolved.arrayByteCounts[spec.name]
        else { return }
        for case .disk(let role) in devices where request.layout.disk(role)?.firmware != [] {
            refusals.append(
                Refusal(
                    "\(spec.name) is to be made of whole disks that the firmware starts from",
                    cure: "let the installer of that system make it; Slipway recovers it"))
            return
        }
        let uuid = identifiers.arrayUUID(for: "array \(spec.name)")
        var conditions: [Condition] = []
        for device in devices {
            prepare(device, of: spec.name)
            guard let role = device.disk, let extent = resolved.extents[device] else { continue }
            conditions += [.disk(role), .free(disk: role, extent: extent)]
        }
        let array = ArrayToMake(
            name: spec.name, uuid: uuid, metadata: spec.metadata, dataByteCount: byteCount,
            dataOffset: spec.dataOffset, bitmapChunkByteCount: spec.bitmapChunkByteCount,
            legs: devices.map {
                ArrayToMake.Leg(device: $0, isWriteMostly: isWriteMostly($0))
            })
        created[spec.name] = array
        steps.append(
            Step(
                .createArray(array),
                why: "there is none yet; a new filesystem reads nothing that it did not write, so"
                    + " nothing needs to be copied first",
                conditions: conditions + [.notRunning(uuid: uuid)]))
    }

    /// Whether md spares a leg when it reads.
    func isWriteMostly(_ device: DeviceReference) -> Bool {
        guard case .slice(let role, let name) = device else { return false }
        let slices = request.layout.disk(role)?.division.slices ?? []
        return slices.first { $0.name == name }?.isWriteMostly ?? false
    }

    /// Plans to erase what lies where a fresh leg or filesystem goes.
    mutating func prepare(_ device: DeviceReference, of array: String?) {
        guard !cleared.contains(device), let role = device.disk,
            let roleSpec = request.layout.disk(role), let disk = disks[role]
        else { return }
        var areas = area(at: device).map { [$0] } ?? []
        if case .disk = device {
            // A whole disk also loses what its own table and partitions hold.
            areas = disk.areas.filter { area in
                !roleSpec.division.slices.contains {
                    resolved.extents[.slice(disk: role, slice: $0.name)] == area.extent
                }
            }
        }
        areas = areas.filter { !$0.signatures.isEmpty }
        let holdsLeg = areas.contains { $0.signatures.contains { isLeg($0, of: array) } }
        // A table whose partitions show nothing may be of something that is not known here.
        var isFree = areas.allSatisfy { isFormerLeg($0, of: array) }
        if case .disk = device { isFree = isFree && !disk.hasPartitions }
        guard holdsLeg || isFree || mayErase(disk) else {
            return refuse(disk, roleSpec, holds: areas)
        }
        erase(areas, roleSpec, disk)
        cleared.insert(device)
    }

    /// Whether a signature is a leg that the array's census kept: one that ran alone, and that a
    /// person has to agree to lose, is not.
    private func isLeg(_ signature: Signature, of array: String?) -> Bool {
        guard let array, case .member(let member) = signature else { return false }
        return censuses[array]?.legs.contains {
            $0.member.arrayUUID == member.arrayUUID && $0.member.deviceUUID == member.deviceUUID
        } ?? false
    }

    /// Whether an area holds just what a leg of the array left there: its superblock, or the
    /// array's own filesystem, which lies bare where a superblock 1.0 is lost.
    private func isFormerLeg(_ area: ObservedArea, of array: String?) -> Bool {
        guard let array, let census = censuses[array] else { return false }
        if area.signatures.contains(where: { isLeg($0, of: array) }) { return true }
        return area.signatures.allSatisfy { signature in
            guard case .filesystem(_, let uuid?, _) = signature else { return false }
            return census.content.contains {
                if case .filesystem(_, uuid, _) = $0 { true } else { false }
            }
        }
    }
}

extension ArrayCensus {
    /// How many slots the array has; 0 when there is no such array yet.
    var slotCount: Int { running?.raidDisks ?? legs.first?.member.raidDisks ?? 0 }
}

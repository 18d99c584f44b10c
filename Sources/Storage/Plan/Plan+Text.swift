extension Plan {
    /// The plan for people: what is done to which disk, why, and what is lost by it.
    package var text: String {
        var lines: [String] = []
        for (role, disk) in disks.sorted(by: { $0.key < $1.key }) {
            lines.append("\(role): \(disk.title)")
        }
        for (index, step) in steps.enumerated() {
            lines += ["", "\(index + 1). \(step.action.text)", "   why: \(step.why)"]
            for role in step.action.roles {
                if let disk = disks[role] { lines.append("   on: \(disk.title)") }
            }
            lines += step.erases.map { "   ERASES \($0)" }
        }
        if steps.isEmpty { lines += ["", "nothing to do"] }
        if !notes.isEmpty { lines += [""] + notes.map { "note: \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension PlannedDisk {
    /// The disk in words: a path says little, as disks change them.
    fileprivate var title: String {
        let words = [
            model, identity.serial.map { "serial \($0)" }, identity.lun.map { "unit \($0)" },
            ByteSize.shortText(identity.byteCount),
        ]
        return "\(path) (" + words.compactMap { $0 }.joined(separator: ", ") + ")"
    }
}

extension Action {
    /// The disks that the action writes to by name, by their roles; an array's legs beside.
    fileprivate var roles: [String] {
        switch self {
        case .wipe(let role, _), .writeTable(let role, _, _): [role]
        case .makeRegion(let device, _), .makeFilesystem(_, let device, _, _),
            .addLegUsedOnly(_, _, _, let device, _), .addLeg(_, _, let device, _),
            .reAddLeg(_, _, let device), .replaceLeg(_, _, _, let device, _):
            [device.disk].compactMap(\.self)
        case .createArray(let array): array.legs.compactMap(\.device?.disk)
        case .startArray(_, _, let legs): legs.compactMap(\.disk)
        case .writeSystemPartition(let leg), .writeBootCode(let leg): [leg.disk]
        case .stopArray, .removeLeg, .growArray, .waitForSync, .recordIdentities: []
        }
    }
}

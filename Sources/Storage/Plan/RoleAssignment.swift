import Glibc

/// Which disk takes which role.
///
/// A disk that a person chose comes first, then the very disk that was installed, then one that
/// holds a leg of the layout's arrays, then any that matches. Where more than one could be meant
/// nothing is guessed.
struct RoleAssignment {
    /// The disk of each role; roles without one are missing.
    private(set) var disks: [String: ObservedDisk] = [:]
    /// Why no assignment is safe.
    private(set) var refusals: [Refusal] = []

    private let request: PlanRequest

    init(_ request: PlanRequest) {
        self.request = request
        assignChosen()
        assignKnown()
        assignMatching { RoleAssignment.holdsLeg(of: request.layout, $1) }
        // A power cut may have left a table without a leg yet.
        assignMatching { $1.table.isLaidOut(for: $0) }
        assignMatching { _, _ in true }
        refuseTwins()
    }

    private var open: [DiskRole] { request.layout.disks.filter { disks[$0.name] == nil } }

    private func isTaken(_ disk: ObservedDisk) -> Bool {
        disks.values.contains { $0.path == disk.path }
    }

    private mutating func assignChosen() {
        for (role, path) in request.assignments.sorted(by: { $0.key < $1.key }) {
            guard request.layout.disk(role) != nil else {
                let names = request.layout.disks.map(\.name).joined(separator: ", ")
                refusals.append(
                    Refusal(
                        "no disk of the layout is called \(role)",
                        cure: "choose for one of \(names)"))
                continue
            }
            guard let disk = request.observation.disks.first(where: { $0.path == path }) else {
                refusals.append(
                    Refusal(
                        "there is no disk \(path), which was chosen for \(role)",
                        cure: "put it in, or choose another"))
                continue
            }
            guard disk.byteCount > 0 else {
                refusals.append(
                    Refusal(
                        "\(path), which was chosen for \(role), has no medium",
                        cure: "put one in"))
                continue
            }
            guard !isTaken(disk) else {
                refusals.append(
                    Refusal(
                        "\(path) was chosen for two roles", cure: "choose one disk for each"))
                continue
            }
            disks[role] = disk
        }
    }

    private mutating func assignKnown() {
        for role in open {
            let recorded = request.observation.recordedIdentities?[role.name]
            guard let identity = role.identity ?? recorded else { continue }
            let same = request.observation.disks.filter {
                $0.byteCount > 0 && !isTaken($0) && $0.identity == identity
            }
            if same.count == 1 { disks[role.name] = same[0] }
        }
    }

    /// Gives the open roles of each kind the disks that match and pass a test.
    ///
    /// Roles with the same match are of one kind: which of their disks takes which of them does
    /// not matter, so there may be as many disks as roles.
    private mutating func assignMatching(_ test: (DiskRole, ObservedDisk) -> Bool) {
        for role in open where disks[role.name] == nil {
            let kin = open.filter { $0.match == role.match }
            let candidates = request.observation.disks
                .filter { !isTaken($0) && role.match.accepts($0) && test(role, $0) }
                .sorted { $0.path < $1.path }
            if candidates.count > kin.count {
                let names = kin.map(\.name).joined(separator: " or ")
                let paths = candidates.map(\.title).joined(separator: ", ")
                let refusal = Refusal(
                    "more disks than one could be \(names): \(paths)",
                    cure: "choose with --disk \(kin[0].name)=PATH")
                if !refusals.contains(refusal) { refusals.append(refusal) }
                continue
            }
            for (role, disk) in zip(kin, candidates) { disks[role.name] = disk }
        }
    }

    private static func holdsLeg(of layout: Layout, _ disk: ObservedDisk) -> Bool {
        disk.areas.contains { area in
            area.signatures.contains { signature in
                guard case .member(let member) = signature else { return false }
                return layout.arrays.contains {
                    $0.uuid.map { $0 == member.arrayUUID } ?? ($0.name == member.arrayName)
                }
            }
        }
    }

    /// Two disks that say the same of themselves cannot be told apart after a step that changes
    /// their names.
    private mutating func refuseTwins() {
        for (role, disk) in disks.sorted(by: { $0.key < $1.key }) {
            guard disk.serial != nil else { continue }
            let twins = request.observation.disks.filter {
                $0.path != disk.path && $0.serial == disk.serial && $0.lun == disk.lun
                    && $0.wwn == disk.wwn && $0.byteCount == disk.byteCount
                    && $0.table.guid == disk.table.guid
            }
            for twin in twins where twin.path > disk.path || !isTaken(twin) {
                refusals.append(
                    Refusal(
                        "\(disk.title) for \(role) and \(twin.title) report the same serial,"
                            + " unit, size and table",
                        cure: "take one of them out"))
            }
        }
    }
}

extension DiskMatch {
    /// Whether a disk may take the role; one without a medium may not.
    package func accepts(_ disk: ObservedDisk) -> Bool {
        guard disk.byteCount > 0 else { return false }
        if let bus, bus != disk.bus { return false }
        if let removable, removable != disk.isRemovable { return false }
        if let size, !size.bounds.contains(disk.byteCount) { return false }
        if let model, fnmatch(model, disk.model ?? "", 0) != 0 { return false }
        return true
    }
}

extension ObservedDisk {
    /// What the disk is known by.
    package var identity: DiskIdentity {
        let members = areas.flatMap(\.signatures).compactMap { signature -> String? in
            if case .member(let member) = signature { member.deviceUUID } else { nil }
        }
        return DiskIdentity(
            serial: serial, wwn: wwn, lun: lun, byteCount: byteCount, tableGUID: table.guid,
            memberUUIDs: Array(Set(members)))
    }

    /// The disk in words: its path, its model and its serial.
    package var title: String {
        let words = [model, serial.map { "serial \($0)" }, lun.map { "unit \($0)" }]
        let text = words.compactMap { $0 }.joined(separator: ", ")
        return text.isEmpty ? path : "\(path) (\(text))"
    }
}

extension ObservedTable {
    /// Whether the partitions are those of a role, by their names and types.
    func isLaidOut(for role: DiskRole) -> Bool {
        guard case .gpt(let table) = self, case .partitions(let slices) = role.division else {
            return false
        }
        return table.partitions.map(\.name) == slices.map(\.name)
            && table.partitions.map(\.type) == slices.map(\.content.partitionType)
    }

    /// The disk's GUID; nil without a GPT.
    package var guid: String? {
        if case .gpt(let table) = self { table.guid } else { nil }
    }
}

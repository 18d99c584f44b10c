import Storage

/// The screens about disks.
extension Interview {
    /// Why a layout cannot be on this machine; nil when it can.
    private func obstacle(to layout: Layout, _ observation: Observation) -> String? {
        for role in layout.disks where candidates(for: role, observation, taken: []).isEmpty {
            return "no disk for \(role.name) (\(role.match.text))"
        }
        return assignments(of: layout.disks[...], observation, taken: []) == nil
            ? "not as many disks as it needs" : nil
    }

    /// A disk for each role, the first way there is; nil when there is none.
    private func assignments(
        of roles: ArraySlice<DiskRole>, _ observation: Observation, taken: Set<String>
    ) -> [String: ObservedDisk]? {
        guard let role = roles.first else { return [:] }
        for disk in candidates(for: role, observation, taken: taken) {
            let rest = assignments(
                of: roles.dropFirst(), observation, taken: taken.union([disk.path]))
            if let rest { return rest.merging([role.name: disk]) { $1 } }
        }
        return nil
    }

    private func candidates(
        for role: DiskRole, _ observation: Observation, taken: Set<String>
    ) -> [ObservedDisk] {
        observation.disks.filter {
            role.match.accepts($0) && !$0.isReadOnly && !taken.contains($0.path)
        }
    }

    func chooseLayout(_ draft: inout Draft) throws -> Move {
        while true {
            let (fitting, reasons) = try judgeLayouts()
            guard !fitting.isEmpty else {
                let answer = try screens.show(
                    "Layout",
                    "No layout fits the disks of this machine.\(reasons)\n\n"
                        + "Put other disks in, then go on to look again.")
                guard case .answer = answer else { return .back }
                continue
            }
            let answer = try screens.choose(
                "Layout", "What are the disks to be?\(reasons)", fitting,
                selected: draft.layout?.name ?? fitting[0].tag)
            guard case .answer(let name) = answer, let layout = catalog.layouts[name] else {
                return .back
            }
            if layout != draft.layout {
                draft.layout = layout
                draft.disks = [:]
                draft.erase = []
            }
            return .on
        }
    }

    /// The layouts that can be on this machine, what makes the most of it first; and why the others
    /// cannot.
    private func judgeLayouts() throws -> (fitting: [DialogItem], reasons: String) {
        let observation = try machine.observe()
        var fitting: [DialogItem] = []
        var others: [String] = []
        let layouts = catalog.layouts.sorted {
            ($1.value.disks.count, $0.key) < ($0.value.disks.count, $1.key)
        }
        for (name, layout) in layouts {
            if let obstacle = obstacle(to: layout, observation) {
                others.append(DialogSize.cut("  \(name): \(obstacle)", to: DialogSize.columns))
            } else {
                fitting.append(DialogItem(name, layout.summary))
            }
        }
        let reasons =
            others.isEmpty ? "" : "\n\nNot on this machine:\n" + others.joined(separator: "\n")
        return (fitting, reasons)
    }

    func chooseDisks(_ draft: inout Draft) throws -> Move {
        guard let layout = draft.layout else { return .back }
        let observation = try machine.observe()
        let standard = assignments(of: layout.disks[...], observation, taken: []) ?? [:]
        var index = 0
        while index < layout.disks.count {
            let role = layout.disks[index]
            let taken = Set(layout.disks[..<index].compactMap { draft.disks[$0.name]?.path })
            let disks = candidates(for: role, observation, taken: taken)
            guard !disks.isEmpty else {
                _ = try screens.show(
                    "Disk for \(role.name)",
                    "No other disk can be \(role.name) (\(role.match.text)).")
                return .back
            }
            let answer = try screens.choose(
                "Disk for \(role.name)",
                "The layout wants: \(role.match.text).\n"
                    + disks.map(\.contentLine)
                    .joined(separator: "\n"),
                disks.map { DialogItem($0.path, $0.menuTitle) },
                selected: draft.disks[role.name]?.path ?? standard[role.name]?.path)
            if case .answer(let path) = answer, let disk = disks.first(where: { $0.path == path }) {
                draft.disks[role.name] = disk
                index += 1
            } else if index > 0 {
                index -= 1
            } else {
                return .back
            }
        }
        // What a person agreed to lose before was said of other disks.
        draft.erase.formIntersection(draft.disks.values.map(\.path))
        return .on
    }

    func nameDisksToErase(_ draft: inout Draft) throws -> Move {
        let paths = Set(draft.disks.values.map(\.path))
        let observation = try observe(draft)
        draft.erase = []
        var hasAsked = false
        for (role, disk) in draft.disks.sorted(by: { $0.key < $1.key }) {
            // Whether its data are in the way is seen by leaving out this one consent.
            guard
                case .refused(let refusals) = plan(
                    draft, observation, paths.subtracting([disk.path]))
            else { continue }
            guard case .plan = plan(draft, observation, paths) else { continue }
            hasAsked = true
            let name = disk.serial ?? disk.path
            while true {
                let answer = try screens.type(
                    "Data on \(role)",
                    """
                    \(refusals.map(\.reason).joined(separator: "\n"))

                    ALL OF IT WILL BE LOST. To agree, type the disk's \
                    \(disk.serial == nil ? "path" : "serial number"): \(name)
                    """, initial: "")
                guard case .answer(let text) = answer else { return .back }
                if [name, disk.path].contains(text.trimmingBlanks) { break }
                let next = try screens.show(
                    "Data on \(role)", "\"\(text)\" is neither \(name) nor \(disk.path).")
                guard case .answer = next else { return .back }
            }
            draft.erase.insert(disk.path)
        }
        return hasAsked ? .on : .passed
    }

    func showPlan(_ draft: Draft) throws -> Move {
        guard let layout = draft.layout else { return .back }
        let observation = try observe(draft)
        switch plan(draft, observation, draft.erase) {
        case .refused(let refusals):
            _ = try screens.show(
                "This cannot be",
                refusals.map { "\($0.reason).\n\($0.cure)." }
                    .joined(separator: "\n\n"))
            return .back
        case .plan(let plan):
            let text = PlanPicture.draw(plan, layout: layout, observation, draft.disks)
            let answer = try screens.show("Before and after", text)
            return if case .answer = answer { .on } else { .back }
        }
    }

    private func observe(_ draft: Draft) throws -> Observation {
        guard let layout = draft.layout else { return Observation(disks: [], arrays: []) }
        return try machine.observe(for: layout, assignments: draft.disks.mapValues(\.path))
    }

    private func plan(
        _ draft: Draft, _ observation: Observation, _ consents: Set<String>
    ) -> Planning {
        guard let layout = draft.layout else { return .refused([]) }
        // Only a picture comes of this plan: its new identifiers are not used.
        return Planner.plan(
            PlanRequest(
                layout: layout, observation: observation,
                assignments: draft.disks.mapValues(\.path), consents: consents,
                seed: [UInt8](repeating: 0, count: 32)))
    }
}

extension ObservedDisk {
    /// What a list of disks says of it, behind its path.
    fileprivate var menuTitle: String {
        let words = [model, ByteSize.shortText(byteCount), bus.rawValue, serial]
        return words.compactMap { $0 }.joined(separator: ", ")
    }

    /// What is on it, in a line.
    fileprivate var contentLine: String {
        let contents = areas.flatMap(\.signatures).map(\.text)
        let what =
            contents.isEmpty
            ? (hasPartitions ? "a partition table, nothing known in it" : "empty")
            : Array(Set(contents)).sorted().joined(separator: ", ")
        return DialogSize.cut("  \(path): \(what)", to: DialogSize.columns)
    }
}

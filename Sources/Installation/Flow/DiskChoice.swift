package import Storage

/// Which disks the answers mean, on the machine as it is.
package struct DiskChoice: Sendable, Equatable {
    /// The disk of each role that the answers name one for: role to path.
    package var assignments: [String: String] = [:]
    /// Paths of disks whose data may be lost.
    package var consents: Set<String> = []
    /// Why the answers do not fit the machine.
    package var refusals: [Refusal] = []

    /// Finds the disks.
    ///
    /// - Parameters:
    ///   - answers: The answers.
    ///   - observation: The disks that are there.
    ///   - resolve: Follows the links of a path.
    package init(
        _ answers: Answers, in observation: Observation,
        resolving resolve: (String) -> String = { $0 }
    ) {
        for (role, selector) in answers.disks.sorted(by: { $0.key < $1.key }) {
            if let disk = one(selector, for: "disks.\(role)", observation, resolve) {
                assignments[role] = disk.path
            }
        }
        for (index, selector) in answers.erase.enumerated() {
            let place = "erase[\(index)]"
            guard let disk = one(selector, for: place, observation, resolve) else { continue }
            // A reader reports its own serial for every card.
            guard selector.namesTheMedium || !(disk.isRemovable || disk.bus == .usb) else {
                refusals.append(
                    Refusal(
                        "the answers' \(place) (\(selector)) names \(disk.title) by a serial number "
                            + "that its reader reports for every medium",
                        cure: "give its size, WWN or path with it"))
                continue
            }
            consents.insert(disk.path)
        }
    }

    private mutating func one(
        _ selector: DiskSelector, for place: String, _ observation: Observation,
        _ resolve: (String) -> String
    ) -> ObservedDisk? {
        let disks = selector.disks(among: observation.disks, resolving: resolve)
        switch disks.count {
        case 1: return disks[0]
        case 0:
            let known = observation.disks.filter { $0.byteCount > 0 }.map(\.title)
            refusals.append(
                Refusal(
                    "there is no disk for the answers' \(place) (\(selector))",
                    cure: "put it in, or name one of "
                        + (known.isEmpty ? "none: no disk is there" : known.joined(separator: ", "))
                ))
        default:
            refusals.append(
                Refusal(
                    "the answers' \(place) (\(selector)) could be "
                        + disks.map(\.title).joined(separator: " or "),
                    cure: "say more of it"))
        }
        return nil
    }
}

package import Storage

/// A layout that was written down when it was applied, as one disk has it.
package struct LayoutRecord: Sendable, Equatable {
    /// Where a record can be.
    package enum Place: Sendable, Equatable {
        /// On the mounted boot volume.
        case volume(String)
        /// In the filesystem of an array that runs, of one of its legs, or of a partition.
        case filesystem(device: String)
        /// The copy on an EFI system partition.
        case systemPartition(disk: String)
        /// In a file that a person named.
        case file(String)
    }

    /// Where it was found.
    package let place: Place
    /// The disk; nil for a volume or a file.
    package let disk: String?
    /// The layout.
    package let layout: Layout
    /// How many events the superblock beside it has counted.
    package let events: UInt64

    /// Makes a record.
    package init(place: Place, disk: String?, layout: Layout, events: UInt64 = 0) {
        self.place = place
        self.disk = disk
        self.layout = layout
        self.events = events
    }

    /// The UUID of its boot array; nil where its boot volume is on none.
    package var array: String? { layout.bootArray?.uuid }

    /// Chooses among the records of all disks.
    ///
    /// That of a leg that has the data wins, then the copy on the EFI system partition beside such
    /// a leg. A leg that another one proves stale has no say, as long as there is any other.
    ///
    /// - Parameters:
    ///   - records: All that was found.
    ///   - observation: What the disks look like.
    ///   - consents: Disks whose data a person agreed to lose; they have no say.
    /// - Returns: The record; nil when there is none.
    /// - Throws: `RecoveryError.severalSystems` when there are records of more than one system.
    package static func choose(
        among records: [LayoutRecord], in observation: Observation, consents: Set<String>
    ) throws(RecoveryError) -> LayoutRecord? {
        let records = records.filter { record in
            record.disk.map { !consents.contains($0) } ?? true
        }
        let systems = Dictionary(grouping: records, by: \.array)
        guard systems.count <= 1 else {
            throw .severalSystems(
                systems.values.compactMap(\.first).map { "\($0.layout.name) on \($0.place.text)" }
                    .sorted())
        }
        let sorted = records.sorted { left, right in
            (left.isCopy ? 1 : 0, right.events) < (right.isCopy ? 1 : 0, left.events)
        }
        guard let first = sorted.first else { return nil }
        guard let array = first.layout.bootArray else { return first }
        let survivors = Layout.survivors(
            of: array.name,
            PlanRequest(
                layout: first.layout, observation: observation, consents: consents, seed: []))
        return sorted.first { record in
            if case .filesystem(let device) = record.place {
                return survivors.contains(device)
                    || observation.arrays.contains { $0.path == device }
            }
            return observation.disks.contains { disk in
                disk.path == record.disk
                    && disk.areas.contains { $0.device.map(survivors.contains) ?? false }
            }
        } ?? first
    }

    private var isCopy: Bool {
        if case .systemPartition = place { true } else { false }
    }
}

extension LayoutRecord.Place {
    /// The place in words.
    package var text: String {
        switch self {
        case .volume(let path): path
        case .filesystem(let device): device
        case .systemPartition(let disk): "the EFI system partition of \(disk)"
        case .file(let path): path
        }
    }
}

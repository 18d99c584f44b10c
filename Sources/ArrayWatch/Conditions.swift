package import Alarms
package import JSON
package import Recovery
import Storage
import Syscalls

/// What is wrong, of what was looked at: pure.
package enum Conditions {
    /// The kinds that looking at arrays finds.
    package static let arrayKinds: Set<AlarmKind> = [.legLost, .rebuilding]

    /// What is wrong with arrays.
    package static func of(_ arrays: [ArrayStatus]) -> [AlarmCondition] {
        arrays.flatMap { array -> [AlarmCondition] in
            guard array.isRunning else {
                return [
                    AlarmCondition(.legLost, array.name, "array \(array.name) does not run")
                ]
            }
            var conditions = array.lackingLegs.filter { $0.condition != .filling }.map { leg in
                AlarmCondition(.legLost, "\(array.name)/\(leg.name)", array.problem(of: leg))
            }
            if array.legs.contains(where: { $0.condition == .filling }) {
                conditions.append(
                    AlarmCondition(
                        .rebuilding, array.name, "array \(array.name) is being rebuilt",
                        percent: array.sync?.percent.map { Int($0) } ?? 0))
            }
            return conditions
        }
    }

    /// What keeps the machine from being started.
    package static func ofBoot(_ status: HostStatus) -> [AlarmCondition] {
        guard status.hasVolume else { return [] }
        var conditions = status.proofs.filter { $0.startsFirmware && $0.disk != nil }
            .filter { !$0.isBootable }.map { proof in
                AlarmCondition(
                    .notBootable, proof.role,
                    "\(proof.role) cannot be started: "
                        + (proof.loaderProblems.first ?? "nobody knows why"))
            }
        if status.health == .notBootable {
            conditions.append(AlarmCondition(.notBootable, "machine", status.sentence.withoutStop))
        }
        return conditions
    }

    /// What `scrub` found.
    ///
    /// - Parameter report: Its JSON.
    /// - Returns: Nil when it is no such report.
    package static func ofScrub(_ report: JSON) -> [AlarmCondition]? {
        guard let isSound = report["sound"]?.bool, let sentence = report["sentence"]?.string else {
            return nil
        }
        return isSound ? [] : [AlarmCondition(.scrubMismatch, "images", sentence.withoutStop)]
    }

    /// What a file says that `scrub --report` left.
    ///
    /// - Throws: `WatchError.noScrubReport`, or why it cannot be read.
    package static func ofScrub(at path: String) throws -> [AlarmCondition] {
        let report = try JSON(parsing: FileSystem.read(path, limit: 16 << 20))
        guard let conditions = ofScrub(report) else { throw WatchError.noScrubReport(path) }
        return conditions
    }

    /// The volumes that have hardly any room left.
    ///
    /// - Parameters:
    ///   - volumes: Their room.
    ///   - leastPercent: Less than this is too little.
    ///   - full: Those that were full before: they have room again with two percent more.
    /// - Returns: A condition for each volume that is full.
    package static func of(
        _ volumes: [VolumeRoom], leastPercent: Int, full: Set<String>
    ) -> [AlarmCondition] {
        volumes.filter { volume in
            let least = Double(full.contains(volume.name) ? leastPercent + 2 : leastPercent)
            return volume.percent < least
        }.map { volume in
            AlarmCondition(
                .diskFull, volume.name,
                "volume \(volume.name) has only \(ByteSize.shortText(volume.availableByteCount))"
                    + " of \(ByteSize.shortText(volume.byteCount)) left")
        }
    }

    /// The disks that have been written nearly as much as they last for.
    ///
    /// - Parameters:
    ///   - ledger: What was written.
    ///   - disks: The disks' lasting names, by their roles.
    ///   - endurance: How many bytes they last for, by their roles.
    /// - Returns: A condition for each disk that is worn.
    package static func ofWear(
        _ ledger: WearLedger, disks: [String: String], endurance: [String: UInt64]
    ) -> [AlarmCondition] {
        endurance.sorted { $0.key < $1.key }.compactMap { role, byteCount in
            guard let disk = disks[role],
                let projection = ledger.projection(of: disk, endurance: byteCount),
                projection.percent >= 80
            else { return nil }
            // In steps, as each change is told.
            let percent = projection.percent / 5 * 5
            return AlarmCondition(
                .diskWorn, role, "\(role) has been written \(percent) % of what it lasts for")
        }
    }
}

/// Why something cannot be watched.
package enum WatchError: Error, Equatable, CustomStringConvertible {
    /// A file is no report of scrub.
    case noScrubReport(String)
    /// The environment is not smartd's.
    case noSmartReport
    /// There is no such disk.
    case noDisk(String)

    package var description: String {
        switch self {
        case .noScrubReport(let path): "\(path): no report of scrub"
        case .noSmartReport: "SMARTD_DEVICE and SMARTD_FAILTYPE are not set: smartd calls this"
        case .noDisk(let path): "\(path): no such disk"
        }
    }
}

/// How much room a volume has.
package struct VolumeRoom: Sendable, Equatable {
    /// The volume's name.
    package var name: String
    /// Its size in bytes.
    package var byteCount: UInt64
    /// Bytes that can still be written.
    package var availableByteCount: UInt64

    /// What is left, in percent.
    package var percent: Double {
        byteCount == 0 ? 100 : Double(availableByteCount) / Double(byteCount) * 100
    }
}

extension String {
    /// A sentence as a part of another one.
    fileprivate var withoutStop: String { hasSuffix(".") ? String(dropLast()) : self }
}

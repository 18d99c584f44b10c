package import Deployment
package import Events
package import Release
package import Storage
import Syscalls

/// Finds out how this machine is, and writes nothing.
package struct StatusReader {
    private let observer: Observer
    private let volumePath: String
    private let keys: TrustedKeys?
    private let events: EventStream

    /// Prepares.
    ///
    /// - Parameters:
    ///   - observer: How to look at the disks.
    ///   - volumePath: Where the boot volume is mounted, if it is.
    ///   - keys: Whose signatures count; nil when there are none.
    ///   - events: Told how far reading images is.
    package init(
        observer: Observer, volumePath: String, keys: TrustedKeys?, events: EventStream
    ) {
        self.observer = observer
        self.volumePath = volumePath
        self.keys = keys
        self.events = events
    }

    /// Looks.
    ///
    /// - Parameters:
    ///   - image: What the image that runs says of itself.
    ///   - words: What the loader told the kernel.
    ///   - isProving: Whether boot legs are compared byte by byte, and images with their signed
    ///     manifests on each leg; or only by their tables, loaders and lengths.
    /// - Returns: What was found.
    /// - Throws: When the disks may not be read, or the boot volume is damaged.
    package func read(
        image: RunningImage?, words: KernelWords, isProving: Bool
    ) throws -> HostStatus {
        let observation = try observer.observe().withoutMedium(words.medium)
        guard let volume = mountedVolume() else {
            return HostStatus(
                image: image, words: words, state: nil, hasVolume: false,
                arrays: ArrayStatus.all(
                    of: nil, in: observation, rates: rates(of: observation)))
        }
        let layout = try volume.layout()
        let state = try volume.bootState()
        let disks = layout.disks(in: observation)
        var status = HostStatus(
            image: image, words: words, state: state, hasVolume: true,
            bootArray: layout.bootArray?.name,
            arrays: ArrayStatus.all(of: layout, in: observation, rates: rates(of: observation)),
            missingRoles: layout.disks.map(\.name).filter { disks[$0] == nil })
        let prover = BootProver(
            volume: volume, layout: layout, state: state, keys: keys, events: events,
            system: observer.system)
        (status.proofs, status.otherProblems) = prover.proofs(
            in: observation, isProving: isProving)
        return status
    }

    /// The volume; nil when nothing is mounted there.
    private func mountedVolume() -> BootVolume? {
        // That there is none is an answer here.
        try? BootVolume(at: volumePath)
    }

    /// How fast arrays are synced: sysfs counts KiB a second, and says `none` of others.
    private func rates(of observation: Observation) -> [String: UInt64] {
        var rates: [String: UInt64] = [:]
        for array in observation.arrays {
            let name = array.path.split(separator: "/").dropFirst().joined(separator: "!")
            rates[array.path] = observer.system.number("/sys/block/\(name)/md/sync_speed")
                .map { $0.multipliedReportingOverflow(by: 1024).partialValue }
        }
        return rates
    }
}

package import BootLoader
import DiskFormats
package import Events
package import PayloadFile
package import Release
package import Storage
import Syscalls

/// Changes what is started: new images, images that go, and the way back.
package struct Deployer: Sendable {
    /// The volume.
    package let volume: BootVolume
    /// What the loader told the kernel.
    package let words: KernelWords

    private let observe: @Sendable () throws -> Observation
    private let events: EventStream

    /// How many images that were given up are remembered.
    private static let failedLimit = 8

    /// Makes one.
    ///
    /// - Parameters:
    ///   - volume: The mounted boot volume.
    ///   - words: How the running system was started.
    ///   - events: Told what happens.
    ///   - observe: Looks at the disks; called anew before each change.
    package init(
        _ volume: BootVolume, words: KernelWords, events: EventStream,
        observe: @escaping @Sendable () throws -> Observation
    ) {
        self.volume = volume
        self.words = words
        self.events = events
        self.observe = observe
    }

    private var publisher: BootPublisher { BootPublisher(volume, events: events) }

    /// What is started.
    ///
    /// - Throws: `DeploymentError.noState` on a volume that nothing was installed on.
    package func state() throws -> BootState {
        guard let state = try volume.bootState() else {
            throw DeploymentError.noState(volume.path)
        }
        return state
    }

    /// What the system accepts as its next image: what the confirmed one says of itself.
    ///
    /// - Parameters:
    ///   - train: The train to follow from now on; nil for the confirmed image's.
    ///   - allowsDowngrade: Whether a lower sequence is wanted. A sequence says nothing across trains.
    /// - Returns: The rule; without a confirmed image there is nothing to compare with.
    /// - Throws: `DeploymentError`, or `ReleaseError` for a confirmed image whose manifest is damaged.
    package func rule(train: ReleaseName?, allowsDowngrade: Bool) throws -> InstallRule {
        guard let confirmed = try state().confirmed else { return InstallRule(train: train) }
        let manifest = try volume.images.image(confirmed).manifest.get()
        let isOther = train.map { $0 != manifest.train } ?? false
        return InstallRule(
            compatible: manifest.compatible, train: train ?? manifest.train,
            sequence: isOther ? nil : manifest.sequence, allowsDowngrade: allowsDowngrade)
    }

    /// Stores a payload as an image that is tried at the next start.
    ///
    /// - Parameters:
    ///   - file: The payload.
    ///   - verifier: Whose signatures count, and what the system accepts.
    ///   - legs: Each leg of the volume that has all data.
    /// - Throws: What `ImageStore.add` and `BootPublisher.publish` throw.
    /// - Returns: The image, and which legs start it.
    package func add(
        _ file: String, verifier: PayloadVerifier, legs: [LegReader]
    ) throws -> (image: InstalledImage, publication: Publication?) {
        let before = try state()
        let named = try publisher.namedImages(in: before, observation: observe())
        let image = try volume.images.add(
            file, verifier: verifier, legs: legs, reserve: reserve,
            spare: try spareImages(before, named: Set(named.keys)), events: events)
        var state = try state()
        if state.confirmed == image.version || state.trying == image.version {
            return (image, try publisher.refresh(observation: observe()))
        }
        state.trying = image.version
        state.failed.removeAll { $0 == image.version }
        return (image, try publisher.publish(state, observation: observe()))
    }

    /// The room that is kept for images; only an ext4 keeps any.
    private var reserve: ImageReserve? {
        guard let reserve = try? ImageReserve(of: volume), (try? reserve.byteCount()) != nil
        else { return nil }
        return reserve
    }

    /// Images that nothing starts and no leg names, those with the lowest sequence first.
    private func spareImages(_ state: BootState, named: Set<ReleaseName>) throws -> [ReleaseName] {
        func sequence(_ image: InstalledImage) -> UInt64 {
            (try? image.manifest.get().sequence) ?? 0
        }
        return try volume.images.list()
            .filter {
                !state.images.contains($0.version) && !named.contains($0.version)
                    && $0.version != words.image
            }
            .sorted { (sequence($0), $0.version) < (sequence($1), $1.version) }
            .map(\.version)
    }

    /// Removes an image; one that is kept to go back to, or is to be tried, is given up first.
    ///
    /// - Throws: `DeploymentError.inUse` when it is confirmed, runs, or a leg names it that is away
    ///   or cannot be written.
    /// - Returns: What came of giving it up; nil when nothing named it.
    package func remove(_ image: ReleaseName) throws -> Publication? {
        var state = try state()
        let isNamed = state.images.contains(image)
        if !isNamed { _ = try volume.images.image(image) }
        guard state.confirmed != image else {
            throw DeploymentError.inUse(image, reason: "it is the confirmed image")
        }
        guard words.image != image else {
            throw DeploymentError.inUse(image, reason: "the system runs from it")
        }
        var publication: Publication?
        if isNamed {
            if state.trying == image { state.trying = nil }
            if state.previous == image { state.previous = nil }
            publication = try publisher.publish(state, observation: observe())
            state = publication?.state ?? state
        }
        let naming = try publisher.namedImages(in: state, observation: observe())[image] ?? []
        guard naming.isEmpty else {
            throw DeploymentError.inUse(
                image,
                reason: "boot files on \(naming.sorted().joined(separator: ", ")) name it, and"
                    + " could not be changed")
        }
        try volume.images.remove(image)
        return publication
    }

    /// Goes back: an image that is still tried is given up, else the previous one is tried.
    ///
    /// - Throws: `DeploymentError.noPrevious`, and what publishing throws.
    /// - Returns: Which legs start what.
    package func rollBack() throws -> Publication {
        var state = try state()
        if let trying = state.trying, trying != state.previous {
            giveUp(trying, in: &state)
        } else if state.trying == nil, let previous = state.previous {
            _ = try volume.images.image(previous)
            state.trying = previous
        } else if state.trying == nil {
            throw DeploymentError.noPrevious
        } else if let publication = try publisher.refresh(observation: observe()) {
            return publication
        } else {
            return Publication(state: state, written: [], failures: [:])
        }
        return try publisher.publish(state, observation: observe())
    }

    // MARK: After a start

    /// Whether the running system was started to prove itself, and has not yet.
    ///
    /// - Throws: As `state()`.
    package func isTry() throws -> Bool {
        let state = try state()
        return words.triesLeft != nil && words.image != nil && words.image == state.trying
    }

    /// Makes the image that runs the confirmed one.
    ///
    /// - Throws: What publishing throws.
    /// - Returns: Which legs start it.
    package func confirm() throws -> Publication {
        var state = try state()
        guard let image = words.image, image == state.trying else {
            throw DeploymentError.notTried(words.image)
        }
        if state.confirmed != image { state.previous = state.confirmed }
        state.confirmed = image
        state.trying = nil
        state.failed.removeAll { $0 == image }
        return try publisher.publish(state, observation: observe())
    }

    /// What is to be done after a start that was no try: an image whose tries are used up is given
    /// up, and legs that are behind are brought up.
    ///
    /// - Throws: What publishing throws.
    /// - Returns: The image that was given up, if any, and what came of it; nil when all was right.
    package func settle() throws -> (givenUp: ReleaseName?, publication: Publication)? {
        var state = try state()
        let observation = try observe()
        if let trying = state.trying, trying != words.image,
            try hasBeenTried(trying, state, observation)
        {
            giveUp(trying, in: &state)
            return (trying, try publisher.publish(state, observation: observation))
        }
        return try publisher.refresh(observation: observation).map { (nil, $0) }
    }

    /// Whether the leg that this start came from was to try the image, and GRUB has counted there.
    ///
    /// With the count at its beginning this start was before the image came.
    private func hasBeenTried(
        _ image: ReleaseName, _ state: BootState, _ observation: Observation
    ) throws -> Bool {
        let legs = try volume.layout().presentBootLegs(in: observation)
        guard let leg = legs.first(where: { $0.role == words.leg }),
            let environment = try BootLegReader.environment(of: leg)
        else { return false }
        return environment["generation"] == String(state.generation)
            && environment["trying"] == image.text
            && environment["left"] != String(BootState.tryCount)
    }

    private func giveUp(_ image: ReleaseName, in state: inout BootState) {
        state.trying = nil
        state.failed.removeAll { $0 == image }
        state.failed = (state.failed + [image]).suffix(Deployer.failedLimit)
    }
}

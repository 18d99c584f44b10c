import BootLoader
import Deployment
import Events
import Release
import Storage
import Syscalls

/// Proves for each boot leg that the machine would start from it.
struct BootProver {
    let volume: BootVolume
    let layout: Layout
    let state: BootState?
    let keys: TrustedKeys?
    let events: EventStream
    let system: SystemTree

    /// Looks at all boot legs of the layout, and writes nothing.
    ///
    /// - Parameters:
    ///   - observation: What the disks look like.
    ///   - isProving: Whether every byte is compared: of boot legs with what the signed manifests
    ///     say, of images on each leg of the array. Otherwise large files count by their lengths,
    ///     and images are not read.
    /// - Returns: A proof for each boot disk, in the order of the layout; and what is wrong beside.
    func proofs(
        in observation: Observation, isProving: Bool
    ) -> (proofs: [BootProof], problems: [String]) {
        var problems: [String] = []
        let disks = layout.disks(in: observation)
        let legs = layout.presentBootLegs(in: observation)
        let signed = isProving ? signedImages(disks, &problems) : nil
        let images = signed.map { imageProblems(of: $0, &problems) }
        let writer = Result { try self.writer() }
        let proofs = layout.bootDisks.map { role in
            var proof = BootProof(
                role: role.name, disk: disks[role.name]?.path,
                startsFirmware: !role.firmware.isEmpty, loaderProblems: [],
                imageProblems: images.map { $0[role.name] ?? [] })
            guard proof.startsFirmware, let disk = proof.disk else { return proof }
            guard let leg = legs.first(where: { $0.role == role.name }) else {
                proof.loaderProblems = ["\(disk) is no boot leg of this system yet"]
                return proof
            }
            do {
                proof.loaderProblems = try loaderProblems(
                    of: leg, writer.get(), signed?.images)
            } catch {
                proof.loaderProblems = [String(describing: error)]
            }
            return proof
        }
        return (proofs, problems)
    }

    /// What is wrong with a leg's loader, by the signed manifests where they are at hand.
    private func loaderProblems(
        of leg: BootLeg, _ writer: GrubBootLegWriter, _ images: [SignedImage]?
    ) throws -> [String] {
        let differences = try writer.differences(of: leg, isQuick: true)
        guard let images else { return differences.map(\.description) }
        // The writer compares with what md reads, which may come from a rotten leg.
        let signedPaths = SystemPartitionProof.files(of: images, state: state).map(\.path)
        let others = differences.filter { difference in
            if case .content(let path, _) = difference { !signedPaths.contains(path) } else { true }
        }
        guard others.isEmpty else { return others.map(\.description) }
        return try SystemPartitionProof(leg).problems(state: state, images: images)
    }

    private func writer() throws -> GrubBootLegWriter {
        guard let state else { throw DeploymentError.noState(volume.path) }
        return try GrubBootLegWriter(volume.content(of: state))
    }

    // MARK: Images

    /// The images that are started, and who reads them from where.
    private struct Signed {
        let images: [SignedImage]
        let legs: BootVolumeLegs
    }

    private func signedImages(
        _ disks: [String: ObservedDisk], _ problems: inout [String]
    ) -> Signed? {
        let legs: BootVolumeLegs
        do throws(LegReaderError) {
            legs = try BootVolumeLegs(ofVolumeAt: volume.path, disks: disks, in: system)
        } catch {
            problems.append(error.description)
            return nil
        }
        var images: [SignedImage] = []
        for name in state?.images.map(\.text) ?? [] {
            do throws(RecoveryError) {
                let image = try SignedImage(
                    name, in: "\(volume.path)/\(BootVolume.imagesFolder)/\(name)",
                    on: legs.readers, keys: keys)
                images.append(image)
                if let doubt = image.doubt { problems.append("image \(name): \(doubt)") }
            } catch {
                problems.append("image \(name): \(error)")
            }
        }
        return Signed(images: images, legs: legs)
    }

    /// What is wrong with images, by the roles of the legs.
    private func imageProblems(
        of signed: Signed, _ problems: inout [String]
    ) -> [String: [String]] {
        var found = signed.legs.unread.mapValues { ["images not read, as it is \($0.rawValue)"] }
        let scrub = Scrub(
            images: "\(volume.path)/\(BootVolume.imagesFolder)", legs: signed.legs.readers,
            keys: keys, events: events)
        do {
            let report = try scrub.run(
                images: signed.images.map(\.name), isRepairing: false)
            for finding in report.findings {
                for leg in signed.legs.readers {
                    guard let problem = finding.rotten[leg.name] else { continue }
                    found[leg.role, default: []].append(
                        "images/\(finding.image)/\(finding.file): \(problem)")
                }
            }
        } catch {
            problems.append(String(describing: error))
        }
        return found
    }
}

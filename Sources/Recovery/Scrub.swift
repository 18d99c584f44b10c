package import Events
package import Release
import Syscalls

/// Reads every file of every image on each leg by itself, and compares it with the signed manifest.
///
/// md's own check counts where legs differ and cannot say which is right; it also counts blocks
/// that were never written. The manifest says what each file must be.
package struct Scrub {
    private let folder: String
    private let legs: [any LegFiles]
    private let unreadLegs: [String: String]
    private let keys: TrustedKeys?
    private let events: EventStream

    /// Prepares.
    ///
    /// - Parameters:
    ///   - folder: The boot volume's `images/`, mounted.
    ///   - legs: The legs that have all data.
    ///   - unreadLegs: Other legs, and what is wrong with them.
    ///   - keys: Whose signatures count; nil when there are none.
    ///   - events: Told how far it is.
    package init(
        images folder: String, legs: [any LegFiles], unreadLegs: [String: String] = [:],
        keys: TrustedKeys?, events: EventStream
    ) {
        self.folder = folder
        self.legs = legs
        self.unreadLegs = unreadLegs
        self.keys = keys
        self.events = events
    }

    /// Reads all, and mends what can be.
    ///
    /// - Parameters:
    ///   - names: The images; nil for all that are there.
    ///   - isRepairing: Whether bytes of a good leg are written over those of a rotten one.
    /// - Returns: What was found, and what became of it.
    /// - Throws: `SystemError` when the folder cannot be read, `RecoveryError.noWholeLeg`.
    package func run(images names: [String]? = nil, isRepairing: Bool) throws -> ScrubReport {
        guard !legs.isEmpty else { throw RecoveryError.noWholeLeg(volume: folder) }
        // What is being written has a dot in front.
        let names = try names ?? FileSystem.list(folder).filter { !$0.hasPrefix(".") }
        var report = ScrubReport(
            legs: legs.map(\.name), unreadLegs: unreadLegs, images: [], findings: [], byteCount: 0)
        var images: [SignedImage] = []
        for name in names {
            do throws(RecoveryError) {
                let image = try SignedImage(name, in: place(name), on: legs, keys: keys)
                images.append(image)
                report.images.append(ScrubReport.Image(name: name, doubt: image.doubt))
            } catch {
                report.images.append(ScrubReport.Image(name: name, doubt: error.description))
            }
        }
        let problems = legs.map { self.problems(on: $0, of: images, &report) }
        for (index, image) in images.enumerated() {
            for file in image.files {
                let rotten = zip(legs, problems).compactMap { leg, problems in
                    problems[index][file.path].map { (leg.name, $0) }
                }
                guard !rotten.isEmpty else { continue }
                let byLeg = Dictionary(rotten, uniquingKeysWith: { first, _ in first })
                var finding = ScrubReport.Finding(
                    image: image.name, file: file.path, rotten: byLeg,
                    good: legs.map(\.name).filter { byLeg[$0] == nil })
                if isRepairing { finding.repair = mend(finding, file) }
                report.findings.append(finding)
            }
        }
        return report
    }

    private func place(_ image: String) -> String { "\(folder)/\(image)" }

    /// Reads all images on one leg.
    ///
    /// - Returns: For each image the files that are wrong, and what is wrong with them.
    private func problems(
        on leg: any LegFiles, of images: [SignedImage], _ report: inout ScrubReport
    ) -> [[String: String]] {
        let total = images.reduce(0) { $0 + $1.manifest.size }
        return events.step("read \(leg.name)", total: total, unit: .bytes) { progress in
            var byteCount: UInt64 = 0
            let problems = images.map { image in
                var problems: [String: String] = [:]
                for file in image.files {
                    progress.note("images/\(image.name)/\(file.path)")
                    problems[file.path] = problem(with: file, of: image, on: leg) { count in
                        byteCount += UInt64(count)
                        progress.advance(by: UInt64(count))
                    }
                }
                return problems
            }
            report.byteCount = max(report.byteCount, byteCount)
            return problems
        }
    }

    private func problem(
        with file: SignedImage.File, of image: SignedImage, on leg: any LegFiles,
        onRead: (Int) -> Void
    ) -> String? {
        let path = "\(place(image.name))/\(file.path)"
        guard leg.hasFile(path) else { return "missing" }
        do {
            let digest = try leg.fileDigest(path, onRead: onRead)
            return digest == file.digest ? nil : "not what the manifest says"
        } catch {
            return String(describing: error)
        }
    }

    private func mend(
        _ finding: ScrubReport.Finding, _ file: SignedImage.File
    ) -> ScrubReport.Repair? {
        guard let good = legs.first(where: { $0.name == finding.good.first }) else {
            return .failed("no leg has it right")
        }
        let path = "\(place(finding.image))/\(file.path)"
        do {
            return try events.step("mend images/\(finding.image)/\(file.path)", unit: .bytes) {
                let rotten = legs.filter { finding.rotten[$0.name] != nil }
                let mending = FileMending(path: path, digest: file.digest, good: good)
                return .mended(byteCount: try mending.run(rotten: rotten, $0))
            }
        } catch {
            return .failed(String(describing: error))
        }
    }
}

package import JSON

/// What reading all images on all legs found.
package struct ScrubReport: Sendable, Equatable {
    /// A file that is not on every leg what its manifest says.
    package struct Finding: Sendable, Equatable {
        /// The image.
        package let image: String
        /// The file in its folder.
        package let file: String
        /// The legs on which it is wrong, and what is wrong with it there.
        package let rotten: [Leg: String]
        /// The legs on which it is right.
        package let good: [Leg]
        /// What became of mending it; nil when that was not tried.
        package var repair: Repair?
    }

    /// What became of mending a file.
    package enum Repair: Sendable, Equatable {
        /// It is right on all legs now.
        case mended(byteCount: UInt64)
        /// It is not.
        case failed(String)
    }

    /// What a leg is called.
    package typealias Leg = String

    /// An image that was looked at.
    package struct Image: Sendable, Equatable {
        /// The image.
        package let name: String
        /// Why nobody vouches for what it should be, or why it could not be looked at; nil when it
        /// is vouched for.
        package let doubt: String?
    }

    /// The legs that were read.
    package var legs: [Leg]
    /// Legs that were not, and why.
    package var unreadLegs: [Leg: String]
    /// The images, in order.
    package var images: [Image]
    /// The files that are wrong somewhere.
    package var findings: [Finding]
    /// How many bytes were read of each leg.
    package var byteCount: UInt64

    /// Findings that nothing has mended.
    package var openFindings: [Finding] {
        findings.filter {
            if case .mended = $0.repair { false } else { true }
        }
    }

    /// Whether every file of every image is on every leg what a signed manifest says.
    package var isSound: Bool {
        openFindings.isEmpty && images.allSatisfy { $0.doubt == nil } && unreadLegs.isEmpty
    }

    /// All of it, for programs.
    package var json: JSON {
        JSON.makeObject([
            "sound": .bool(isSound),
            "sentence": .string(sentence),
            "legs": .array(legs.map { .string($0) }),
            "unread_legs": .object(
                unreadLegs.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
            ),
            "images": .array(
                images.map {
                    JSON.makeObject([
                        "name": .string($0.name), "signed": .bool($0.doubt == nil),
                        "doubt": $0.doubt.map { .string($0) },
                    ])
                }),
            "findings": .array(findings.map(\.json)),
            "bytes": .integer(Int64(clamping: byteCount)),
        ])
    }

    /// A line for each thing that is wrong, the sentence last.
    package var text: String {
        var lines = findings.flatMap(\.lines)
        for image in images {
            if let doubt = image.doubt { lines.append("image \(image.name): \(doubt)") }
        }
        for (leg, reason) in unreadLegs.sorted(by: { $0.key < $1.key }) {
            lines.append("\(leg): not read: \(reason)")
        }
        return (lines + [sentence]).joined(separator: "\n") + "\n"
    }

    /// What came out of it in one sentence.
    package var sentence: String {
        let open = openFindings
        let onAll = open.filter(\.good.isEmpty)
        guard onAll.isEmpty else {
            return "\(ScrubReport.count(onAll.count, "file")) rotten on every leg: add the image"
                + " again with 'images add'."
        }
        guard open.isEmpty else {
            let legs = Set(open.flatMap(\.rotten.keys)).sorted().joined(separator: ", ")
            return "Rotten: \(legs), \(ScrubReport.count(open.count, "file"));"
                + " 'scrub --repair' writes the good bytes back."
        }
        let images = ScrubReport.count(images.count, "image")
        let legs = ScrubReport.count(legs.count, "leg")
        if self.images.contains(where: { $0.doubt != nil }) {
            return "\(images) on \(legs), not all of them vouched for."
        }
        let mended = findings.isEmpty ? "" : ", \(ScrubReport.count(findings.count, "file")) mended"
        let rest = unreadLegs.isEmpty ? "" : "; not every leg could be read"
        return "\(images) on \(legs), all as signed\(mended)\(rest)."
    }

    private static func count(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }
}

extension ScrubReport.Finding {
    fileprivate var json: JSON {
        var result: JSON?
        var byteCount: JSON?
        switch repair {
        case .mended(let count):
            result = .string("mended")
            byteCount = .integer(Int64(clamping: count))
        case .failed(let reason): result = .string(reason)
        case nil: break
        }
        return JSON.makeObject([
            "image": .string(image), "file": .string(file),
            "rotten": .object(
                rotten.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }),
            "good": .array(good.map { .string($0) }),
            "repair": result, "repaired_bytes": byteCount,
        ])
    }

    fileprivate var lines: [String] {
        var lines = rotten.sorted { $0.key < $1.key }.map { leg, problem in
            "\(leg): images/\(image)/\(file): \(problem)"
        }
        switch repair {
        case .mended(let byteCount):
            lines.append("images/\(image)/\(file): mended, \(byteCount) bytes written")
        case .failed(let reason): lines.append("images/\(image)/\(file): not mended: \(reason)")
        case nil: break
        }
        return lines
    }
}

package import JSON
package import Release
package import Storage

/// What the machine starts: the truth, of which each boot leg's grubenv is a copy.
///
/// It lies on the boot volume as `state/boot.json`. A leg whose copy has a lower generation was
/// away when this was written.
package struct BootState: Sendable, Equatable {
    /// Where it lies on the boot volume.
    package static let path = "state/boot.json"
    /// How often an image that is not confirmed is started.
    package static let tryCount = 2

    /// What is known of a leg's EFI system partition.
    package struct LegRecord: Sendable, Equatable {
        /// The generation that was written to it.
        package var generation: UInt64
        /// The images that it names, or may name after a write that was cut.
        package var images: [ReleaseName]

        /// Makes a record.
        package init(generation: UInt64, images: [ReleaseName]) {
            self.generation = generation
            self.images = images
        }
    }

    /// Goes up with each change.
    package var generation: UInt64
    /// The image that is started; nil while the system is being installed.
    package var confirmed: ReleaseName?
    /// The image that was confirmed before it.
    package var previous: ReleaseName?
    /// An image that is to prove itself; it becomes the confirmed one, or is given up.
    package var trying: ReleaseName?
    /// Images that were given up, the last one at the end.
    package var failed: [ReleaseName]
    /// What goes to the end of the kernel's command line, on every leg.
    package var options: String
    /// What the legs hold, by their roles.
    package var legs: [String: LegRecord]

    /// Makes a state.
    package init(
        generation: UInt64 = 0, confirmed: ReleaseName? = nil, previous: ReleaseName? = nil,
        trying: ReleaseName? = nil, failed: [ReleaseName] = [], options: String = "",
        legs: [String: LegRecord] = [:]
    ) {
        self.generation = generation
        self.confirmed = confirmed
        self.previous = previous
        self.trying = trying
        self.failed = failed
        self.options = options
        self.legs = legs
    }

    /// The images that boot legs hold, each once, the confirmed one first.
    package var images: [ReleaseName] {
        [confirmed, trying, previous].compactMap { $0 }
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// The form in which it is saved.
extension BootState {
    /// The number of the JSON form.
    private static let format: Int64 = 1

    /// The state as JSON; the same state always gives the same text.
    package var json: JSON {
        func list(_ names: [ReleaseName]) -> JSON { .array(names.map { .string($0.text) }) }
        let legs = legs.sorted { $0.key < $1.key }.map { role, record in
            JSON.Member(
                role,
                .makeObject([
                    "generation": .integer(Int64(clamping: record.generation)),
                    "images": list(record.images),
                ]))
        }
        return .makeObject([
            "format": .integer(BootState.format),
            "generation": .integer(Int64(clamping: generation)),
            "confirmed": confirmed.map { .string($0.text) },
            "previous": previous.map { .string($0.text) },
            "trying": trying.map { .string($0.text) },
            "failed": list(failed), "options": .string(options), "legs": .object(legs),
        ])
    }

    /// Reads a state that was saved.
    ///
    /// - Throws: `SavedFormError` naming the place; a state with anything unknown in it is refused.
    package init(json: JSON) throws(SavedFormError) {
        guard let members = json.members else { throw .wrong(".", wanted: "an object") }
        guard let format = json["format"]?.integer else { throw .missing(".format") }
        guard format == BootState.format else {
            throw .unknownFormat(found: format, known: BootState.format)
        }
        let known = [
            "format", "generation", "confirmed", "previous", "trying", "failed", "options", "legs",
        ]
        for member in members where !known.contains(member.key) {
            throw .unknown(".\(member.key)")
        }
        func name(_ key: String) throws(SavedFormError) -> ReleaseName? {
            guard let value = json[key] else { return nil }
            return try BootState.name(value, at: ".\(key)")
        }
        guard let options = json["options"]?.string else {
            throw .wrong(".options", wanted: "text")
        }
        guard BootState.areOptions(options) else {
            throw .wrong(".options", wanted: "words for a kernel, of printable ASCII")
        }
        guard let legs = json["legs"]?.members else { throw .wrong(".legs", wanted: "an object") }
        self.init(
            generation: try BootState.count(json["generation"], at: ".generation"),
            confirmed: try name("confirmed"), previous: try name("previous"),
            trying: try name("trying"), failed: try BootState.names(json["failed"], at: ".failed"),
            options: options)
        for leg in legs {
            let path = ".legs.\(leg.key)"
            guard let fields = leg.value.members else { throw .wrong(path, wanted: "an object") }
            for field in fields where !["generation", "images"].contains(field.key) {
                throw .unknown("\(path).\(field.key)")
            }
            self.legs[leg.key] = LegRecord(
                generation: try BootState.count(
                    leg.value["generation"], at: "\(path).generation"),
                images: try BootState.names(leg.value["images"], at: "\(path).images"))
        }
    }

    /// Whether text can stand on a kernel's command line.
    package static func areOptions(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func count(_ json: JSON?, at path: String) throws(SavedFormError) -> UInt64 {
        guard let value = json?.integer.flatMap(UInt64.init(exactly:)) else {
            throw .wrong(path, wanted: "a number from 0 on")
        }
        return value
    }

    private static func names(_ json: JSON?, at path: String) throws(SavedFormError)
        -> [ReleaseName]
    {
        guard let elements = json?.array else { throw .wrong(path, wanted: "a list") }
        var names: [ReleaseName] = []
        for (index, element) in elements.enumerated() {
            names.append(try name(element, at: "\(path)[\(index)]"))
        }
        return names
    }

    private static func name(_ json: JSON, at path: String) throws(SavedFormError) -> ReleaseName {
        guard let text = json.string, let name = try? ReleaseName(text, field: "version") else {
            throw .wrong(path, wanted: "a version")
        }
        return name
    }
}

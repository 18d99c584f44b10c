import Digest
package import JSON

/// How a payload came to be: informative, signed, never a condition for installing.
///
/// The one part of a manifest in which a reader passes over fields that it does not know, so that
/// a newer builder can say more without shutting out older systems.
package struct BuildInfo: Sendable, Equatable {
    /// A package that the lock named and no archive had any more, so that another version came in.
    package struct Replacement: Sendable, Equatable {
        /// The package's name, with `:arch` where that is not the image's.
        package let package: String
        /// The version in the lock.
        package let locked: String
        /// The version that was used.
        package let used: String

        /// Makes a record.
        package init(package: String, locked: String, used: String) {
            self.package = package
            self.locked = locked
            self.used = used
        }
    }

    /// The image's name, `name:` of the build manifest.
    package var name: ReleaseName
    /// `SOURCE_DATE_EPOCH`, seconds since 1970; every timestamp in the payload is this.
    package var sourceDateEpoch: Int64
    /// The SHA-256 of the package lock that the image was built from.
    package var lock: Checksum?
    /// What was re-resolved under `--lock=auto`; empty when everything came from the lock.
    package var replacements: [Replacement]
    /// Versions of the programs that shaped the bytes: `slipway`, `swift`, `dpkg`, `grub-mkimage`.
    package var tools: [String: String]
    /// Versions of the libraries that shaped the bytes: `liblzma`, `libzstd`.
    package var libraries: [String: String]

    /// Makes a record.
    package init(
        name: ReleaseName, sourceDateEpoch: Int64, lock: Checksum? = nil,
        replacements: [Replacement] = [], tools: [String: String] = [:],
        libraries: [String: String] = [:]
    ) {
        self.name = name
        self.sourceDateEpoch = sourceDateEpoch
        self.lock = lock
        self.replacements = replacements
        self.tools = tools
        self.libraries = libraries
    }

    /// The record as JSON, maps sorted by key.
    package var json: JSON {
        JSON.makeObject([
            "name": .string(name.text),
            "source_date_epoch": .integer(sourceDateEpoch),
            "lock_sha256": lock.map { .string($0.description) },
            "re_resolved": .array(
                replacements.map {
                    [
                        "package": .string($0.package), "locked": .string($0.locked),
                        "used": .string($0.used),
                    ]
                }),
            "tools": BuildInfo.sorted(tools),
            "libraries": BuildInfo.sorted(libraries),
        ])
    }

    private static func sorted(_ map: [String: String]) -> JSON {
        .object(
            map.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { JSON.Member($0.key, .string($0.value)) })
    }

    init(_ reader: DocumentReader) throws(ReleaseError) {
        name = try reader.name("name")
        let epoch = try reader.count("source_date_epoch")
        // 32 bits unsigned: squashfs has no room for more.
        guard epoch <= UInt32.max else {
            throw reader.invalid("source_date_epoch", "seconds since 1970 in 32 bits")
        }
        sourceDateEpoch = Int64(epoch)
        if reader.has("lock_sha256") {
            guard let digest = Checksum(try reader.string("lock_sha256"), .sha256) else {
                throw reader.invalid("lock_sha256", "64 hexadecimal digits")
            }
            lock = digest
        }
        replacements = []
        for element in try reader.array("re_resolved") {
            let record = try reader.object(element, named: "re_resolved[\(replacements.count)]")
            replacements.append(
                Replacement(
                    package: try record.string("package"), locked: try record.string("locked"),
                    used: try record.string("used")))
        }
        tools = try reader.texts("tools")
        libraries = try reader.texts("libraries")
    }
}

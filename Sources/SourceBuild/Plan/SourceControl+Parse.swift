import Debian

extension SourceControl {
    /// Reads a `debian/control`.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - path: How errors name the file.
    /// - Throws: `SourceBuildError.badControl`.
    package init(parsing text: String, path: String) throws(SourceBuildError) {
        let stanzas: [Stanza]
        do {
            stanzas = try Deb822.parse(text)
        } catch {
            throw .badControl(path: path, reason: error.description)
        }
        guard let first = stanzas.first, let source = first["Source"] else {
            throw .badControl(path: path, reason: "expected a first stanza with the field Source")
        }
        func relations(_ stanza: Stanza, _ field: String) throws(SourceBuildError)
            -> [PackageRelation]
        {
            do {
                return try PackageRelation.parse(stanza[field] ?? "")
            } catch {
                throw .badControl(
                    path: path, reason: "\(field): \"\(error.text)\" is no relation to a package")
            }
        }
        var binaries: [Binary] = []
        for stanza in stanzas.dropFirst() {
            guard let name = stanza["Package"] else {
                throw .badControl(
                    path: path, reason: "expected stanzas with the field Package after the first")
            }
            let profiles = (stanza["Build-Profiles"] ?? "").split(separator: ">").map { list in
                list.drop { $0 != "<" }.dropFirst().split(whereSeparator: \.isWhitespace)
                    .map(String.init)
            }
            binaries.append(
                Binary(
                    name: name,
                    architectures: (stanza["Architecture"] ?? "any")
                        .split(whereSeparator: \.isWhitespace).map(String.init),
                    provides: try relations(stanza, "Provides").flatMap { relation in
                        relation.alternatives.map(\.name)
                    },
                    depends: try relations(stanza, "Pre-Depends") + relations(stanza, "Depends"),
                    profiles: profiles.filter { !$0.isEmpty }))
        }
        self.init(
            source: source, binaries: binaries,
            buildDepends: try relations(first, "Build-Depends"),
            buildDependsArch: try relations(first, "Build-Depends-Arch"),
            buildDependsIndep: try relations(first, "Build-Depends-Indep"))
    }

    /// The packages that a build for an architecture makes.
    ///
    /// - Parameters:
    ///   - architecture: The architecture.
    ///   - profiles: The build profiles that hold.
    /// - Returns: The packages.
    package func binaries(architecture: String, profiles: Set<String>) -> [Binary] {
        binaries.filter { binary in
            BuildProfiles.admit(binary.profiles, profiles)
                && (binary.architectures.contains("all")
                    || ArchitecturePattern.admit(binary.architectures, architecture))
        }
    }
}

import Manifest

/// What keeps this version from building a manifest that reads well, in the words that a build and
/// `validate` both use.
struct ManifestObstacle: Error, Equatable, CustomStringConvertible {
    /// What it is about.
    let subject: String
    /// What is wrong with it.
    let text: String

    var description: String { "\(subject): \(text)" }

    /// All obstacles in a manifest: an image that silently lacks what its manifest asks for would be
    /// worse than none.
    static func all(in manifest: BuildManifest) -> [ManifestObstacle] {
        var obstacles: [ManifestObstacle] = []
        for package in manifest.externalPackages where package.sha256 == nil {
            obstacles.append(
                ManifestObstacle(
                    subject: "external package \(package.name)",
                    text: "line \(package.line): needs sha256 before it can be built in"))
        }
        return obstacles
    }
}

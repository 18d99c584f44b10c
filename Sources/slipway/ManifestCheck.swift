import Debian
import Manifest
import Syscalls

/// What a manifest that reads well still lacks for a build.
struct ManifestCheck {
    /// The manifest.
    let manifest: BuildManifest
    /// The tree that its paths are relative to.
    let root: String

    /// Looks at everything; reads folders' names, changes nothing.
    func findings() -> [Finding] {
        var findings = [summary]
        for name in manifest.components
        where !FileSystem.isDirectory("\(root)/conf/components/\(name)") {
            findings.append(missing("component \(name)", "no folder conf/components/\(name)"))
        }
        for name in manifest.localPackages
        where !FileSystem.isDirectory("\(root)/packages/\(name)") {
            findings.append(missing("local package \(name)", "no folder packages/\(name)"))
        }
        for repository in manifest.aptRepositories.all {
            guard let key = repository.key, !FileSystem.exists("\(root)/\(key)") else { continue }
            findings.append(
                missing("keyring", "line \(repository.line): there is no file \(key)"))
        }
        findings += ManifestObstacle.all(in: manifest).map { missing($0.subject, $0.text) }
        let pins = manifest.aptPreferences.filter { $0.pin == "origin \"\"" }
        if !pins.isEmpty {
            findings.append(
                Finding(
                    state: .note, subject: "apt_preferences",
                    text: "\(pins.count) pins of local packages"))
        }
        return findings
    }

    private var summary: Finding {
        let counts = [
            (manifest.packages.count, "package"), (manifest.sources.count, "source"),
            (manifest.localPackages.count, "local package"),
            (manifest.externalPackages.count, "external package"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return Finding(
            state: .ok, subject: "manifest",
            text: "\(manifest.name), Debian \(manifest.debianRelease), "
                + parts.joined(separator: ", "))
    }

    private func missing(_ subject: String, _ text: String) -> Finding {
        Finding(state: .missing, subject: subject, text: text)
    }
}

import BootLoader
import Deployment
import JSON
import Release
import Storage

/// The images of a boot volume, for people and for programs.
struct ImageList {
    let images: [InstalledImage]
    let state: BootState?
    let running: ReleaseName?

    /// What an image is, in words that programs read too.
    private func roles(of version: ReleaseName) -> [String] {
        var roles: [String] = []
        if running == version { roles.append("running") }
        if state?.confirmed == version { roles.append("confirmed") }
        if state?.trying == version { roles.append("trying") }
        if state?.previous == version { roles.append("previous") }
        if state?.failed.contains(version) == true { roles.append("failed") }
        return roles
    }

    /// The roles of boot legs whose files name an image, as last written.
    private func legs(of version: ReleaseName) -> [String] {
        (state?.legs ?? [:]).filter { $0.value.images.contains(version) }.keys.sorted()
    }

    var json: JSON {
        .makeObject([
            "images": .array(
                images.map { image in
                    let manifest = try? image.manifest.get()
                    return .makeObject([
                        "version": .string(image.version.text),
                        "train": manifest.map { .string($0.train.text) },
                        "sequence": manifest.map { .integer(Int64(clamping: $0.sequence)) },
                        "date": manifest.map { .string(ReleaseDate.text($0.date)) },
                        "kernel": manifest.map { .string($0.kernelVersion.text) },
                        "size": manifest.map { .integer(Int64(clamping: $0.size)) },
                        "roles": .array(roles(of: image.version).map { .string($0) }),
                        "legs": .array(legs(of: image.version).map { .string($0) }),
                        "problem": problem(image).map { .string($0) },
                    ])
                }),
            "state": state?.json,
        ])
    }

    private func problem(_ image: InstalledImage) -> String? {
        if case .failure(let error) = image.manifest { error.description } else { nil }
    }

    private static let words = [
        "running": "running", "confirmed": "confirmed", "trying": "to be tried",
        "previous": "previous", "failed": "given up",
    ]

    var text: String {
        guard !images.isEmpty else { return "no image is installed\n" }
        let width = images.map(\.version.text.count).reduce(7, max)
        return images.map { image in
            let name = image.version.text
            let padding = String(repeating: " ", count: width - name.count)
            let words = roles(of: image.version).compactMap { ImageList.words[$0] }
                .joined(separator: ", ")
            let details: String
            switch image.manifest {
            case .success(let manifest):
                details =
                    "\(ReleaseDate.text(manifest.date).prefix(10))"
                    + "  sequence \(manifest.sequence)  \(manifest.size / 1_000_000) MB"
            case .failure(let error): details = "damaged: \(error)"
            }
            return "\(name)\(padding)  \(details)" + (words.isEmpty ? "" : "  \(words)") + "\n"
        }.joined()
    }
}

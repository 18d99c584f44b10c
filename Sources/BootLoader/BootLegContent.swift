package import DiskFormats
package import Release
import Syscalls

/// What a boot leg is to hold: a function of what is started, of the images, and of the leg's role.
package struct BootLegContent: Sendable, Equatable {
    /// What is started.
    package var state: BootState
    /// The folder of each image that the state names; it holds what a payload does.
    package var images: [ReleaseName: String]
    /// The folder of the loader's files; nil for that of the confirmed image.
    package var loader: String?
    /// The boot array's UUID, as mdadm writes it; nil where there is no array.
    package var array: String?
    /// The recorded layout, of which each leg has a copy; nil while there is none.
    package var layout: [UInt8]?

    /// The path of the layout's copy.
    package static let layoutPath = "slipway/layout.json"

    /// Puts together what a boot leg is to hold.
    ///
    /// - Parameters:
    ///   - state: What is started.
    ///   - images: The folder of each image.
    ///   - loader: Where the loader's files are while no image is confirmed.
    ///   - array: The boot array's UUID.
    ///   - layout: The recorded layout's bytes.
    package init(
        state: BootState, images: [ReleaseName: String], loader: String? = nil,
        array: String?, layout: [UInt8]?
    ) {
        self.state = state
        self.images = images
        self.loader = loader
        self.array = array
        self.layout = layout
    }

    /// The loader's bytes and the files, in the order in which they are written.
    ///
    /// Kernels come before what names them.
    ///
    /// - Throws: `BootLoaderError` for an image that is not there, and what reading the loader throws.
    package func loaderContent() throws -> LoaderContent {
        var files: [SystemFile] = []
        for image in state.images {
            guard let folder = images[image] else { throw BootLoaderError.noImage(image) }
            for name in ["vmlinuz", "initrd.img"] {
                files.append(
                    try SystemFile(
                        path: "images/\(image)/\(name)", content: .file("\(folder)/\(name)")))
            }
        }
        files.append(
            try SystemFile(
                path: SystemFile.environmentPath,
                content: .environment(state.environment(array: array))))
        if let layout {
            files.append(
                try SystemFile(path: BootLegContent.layoutPath, content: .bytes(layout)))
        }
        let confirmed = state.confirmed.flatMap { images[$0] }.map { "\($0)/loader" }
        guard let folder = loader ?? confirmed else { throw BootLoaderError.noLoader }
        return try LoaderContent(folder: folder, files: files)
    }
}

extension BootState {
    /// What GRUB is told, but for the leg's role; `options` last, so that all the rest lies in the
    /// first sector.
    package func environment(array: String?) -> GrubEnvironment {
        GrubEnvironment([
            "generation": String(generation), "array": array, "confirmed": confirmed?.text,
            "previous": previous?.text, "trying": trying?.text,
            "left": trying == nil ? nil : String(BootState.tryCount),
            "options": options.isEmpty ? nil : options,
        ])
    }
}

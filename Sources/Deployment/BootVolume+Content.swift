package import BootLoader
import Release
import Storage
import Syscalls

extension BootVolume {
    /// What boot legs are to hold when this is started.
    ///
    /// - Parameters:
    ///   - state: What is started; it need not be written down yet.
    ///   - loader: Where the loader's files are while no image is confirmed.
    /// - Returns: What a writer of boot legs takes.
    /// - Throws: `BootLoaderError.noImage` for one that is not on the volume, and what reading the
    ///   recorded layout throws.
    package func content(of state: BootState, loader: String? = nil) throws -> BootLegContent {
        var folders: [ReleaseName: String] = [:]
        for image in state.images {
            let folder = folder(of: image)
            guard FileSystem.isDirectory(folder) else { throw BootLoaderError.noImage(image) }
            folders[image] = folder
        }
        let layout = try layoutBytes()
        return BootLegContent(
            state: state, images: folders, loader: loader,
            array: try layout == nil ? nil : self.layout().bootArray?.uuid, layout: layout)
    }
}

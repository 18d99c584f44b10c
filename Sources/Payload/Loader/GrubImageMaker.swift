import DiskFormats
import Syscalls

/// Makes GRUB's core images with the grub-mkimage and the modules of a tree.
package struct GrubImageMaker {
    /// Runs a program of the tree with that tree as its root; throws when it fails.
    package typealias RunInRoot = (_ command: [String]) throws -> Void

    /// A finished image.
    package struct Made: Sendable {
        /// The name that the image asks for.
        package let fileName: String
        /// Its content.
        package let bytes: [UInt8]
    }

    /// A folder in the tree for what programs write there; gone afterwards.
    package static let scratchPath = "/var/tmp/slipway-loader"

    private let root: String
    private let runInRoot: RunInRoot

    /// Prepares a maker.
    ///
    /// - Parameters:
    ///   - root: The tree, GRUB's packages in it, not yet pruned.
    ///   - runInRoot: Runs a program in the tree.
    package init(root: String, runInRoot: @escaping RunInRoot) {
        self.root = root
        self.runInRoot = runInRoot
    }

    /// Makes images.
    ///
    /// - Throws: `LoaderError`, `SystemError`, and what `runInRoot` throws.
    package func make(_ images: [GrubImage]) throws -> [Made] {
        try withScratch { _ in
            try images.map { Made(fileName: $0.fileName, bytes: try make($0)) }
        }
    }

    /// Gives work a folder in the tree, empty, and gone when the work is done.
    ///
    /// - Parameter body: Gets the folder's path outside of the tree.
    /// - Returns: What the body returns.
    /// - Throws: `SystemError`, and what the body throws.
    package func withScratch<Result>(_ body: (_ folder: String) throws -> Result) throws -> Result {
        let scratch = root + GrubImageMaker.scratchPath
        try FileSystem.removeTree(scratch)
        try FileSystem.makeDirectory(scratch)
        let result: Result
        do {
            result = try body(scratch)
        } catch {
            try FileSystem.removeTree(scratch)
            throw error
        }
        try FileSystem.removeTree(scratch)
        return result
    }

    private func make(_ image: GrubImage) throws -> [UInt8] {
        // An image without a module that grub.cfg needs is made without a word, so look first.
        let package = image.target.hasPrefix("i386-pc") ? "grub-pc-bin" : "grub-efi-amd64-bin"
        for module in image.modules {
            let path = "\(root)\(image.moduleFolder)/\(module).mod"
            guard FileSystem.exists(path) else {
                throw LoaderError.missingFile(path: path, package: package)
            }
        }
        let output = "\(GrubImageMaker.scratchPath)/\(image.fileName)"
        var commands: String?
        if let text = image.startCommands {
            commands = output + ".cfg"
            try FileSystem.writeAtomically(text, to: "\(root)\(output).cfg")
        }
        try runInRoot(image.command(output: output, startCommands: commands))
        let bytes = try FileSystem.read(root + output)
        guard image.isWhole(bytes) else {
            throw LoaderError.notAnImage(fileName: image.fileName, byteCount: bytes.count)
        }
        return bytes
    }
}

extension GrubImage {
    /// The sector of CDs that the BIOS loads first, before what a disk would be started with.
    private static let discSectorByteCount = 2048

    /// Whether bytes can be an image of this target.
    fileprivate func isWhole(_ bytes: [UInt8]) -> Bool {
        switch target {
        case "i386-pc": GrubBIOSLoader.fault(ofCoreImage: bytes) == nil
        case "i386-pc-eltorito":
            GrubBIOSLoader.fault(
                ofCoreImage: Array(bytes.dropFirst(GrubImage.discSectorByteCount))) == nil
        default: bytes.starts(with: Array("MZ".utf8)) && bytes.count > 256 << 10
        }
    }
}

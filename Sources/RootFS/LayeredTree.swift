import Syscalls

/// A tree seen with changes laid over it.
package enum LayeredTree {
    /// Lays folders over one another for as long as the body runs.
    ///
    /// Needs a mount namespace of its own (`Isolation`).
    ///
    /// - Parameters:
    ///   - layers: Folders that stay as they are, the lowest first.
    ///   - changes: The folder that takes what is changed, made if need be; nil when nobody wants
    ///     it afterwards.
    ///   - parent: A folder on the filesystem of `changes` for what overlayfs needs meanwhile.
    ///   - body: Gets the path where the whole is seen.
    /// - Returns: What the body returns.
    /// - Throws: `SystemError` when the kernel refuses the mount, and what the body throws.
    package static func use<Result>(
        layers: [String], changes: String? = nil, in parent: String,
        _ body: (String) throws -> Result
    ) throws -> Result {
        let scratch = try TemporaryFolder(in: parent)
        let (merged, work) = ("\(scratch.path)/merged", "\(scratch.path)/work")
        let upper = changes ?? "\(scratch.path)/changes"
        for folder in [upper, work, merged] { try FileSystem.makeDirectory(folder) }
        try Mount.overlay(
            lower: layers.reversed(), upper: upper, work: work, at: merged,
            isThrowaway: changes == nil)
        // The error of the body is the one to tell.
        let result = Swift.Result { try body(merged) }
        try Mount.remove(merged)
        return try withExtendedLifetime(scratch) { try result.get() }
    }
}

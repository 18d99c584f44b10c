import Command
import Events
import Glibc
import JSON
import Stages
import Syscalls

/// This machine's Swift, as builds see it: its folder at a fixed place, which they cannot change.
///
/// A release's own Swift is older than what a package may want. What a build gets from outside must
/// be in its key, so the folder's content is.
struct SwiftToolchain: Sendable, Equatable {
    /// The folder with `bin` and `lib`.
    let folder: String
    /// What it says that it is, such as `6.3.1 (swift-6.3.1-RELEASE)`.
    let version: String
    /// The SHA-256 of all that is in the folder, in hexadecimal.
    let digest: String

    /// What a build's result depends on.
    var identity: String { "swift \(version) \(digest)" }

    /// Where it is in the tree of a build, without a leading slash.
    private static let place = "opt/swift/usr"

    /// The folder of its programs there.
    static let programs = "/\(place)/bin"

    /// The packages with the libraries that its programs need, and that are in no chroot by itself.
    static let libraryPackages = ["libcurl4t64", "libncurses6", "libsqlite3-0", "libxml2"]

    /// Shows it in a tree that a build runs in.
    func show(in root: String) throws(SystemError) {
        let target = "\(root)/\(SwiftToolchain.place)"
        try FileSystem.makeDirectory(target)
        try Mount.bindReadOnly(folder, at: target)
    }

    /// Finds it.
    ///
    /// All of it is read when it is new; then its files' attributes tell that it is the same.
    ///
    /// - Parameters:
    ///   - path: The folders that have programs, as `PATH` has them.
    ///   - places: Where what is known of it is kept.
    ///   - events: Told of the progress.
    /// - Returns: The toolchain.
    /// - Throws: `PackageBuildError`, `CommandError`, `SystemError`.
    static func find(path: String, places: PackagePlaces, events: EventStream) throws
        -> SwiftToolchain
    {
        let search = Command("swift").with(environment: ["PATH": path])
        guard let program = search.locate() else { throw PackageBuildError.noSwift(path: path) }
        let (folder, version) = try ask(program)
        let started = EpochNanoseconds.now
        var attributes = TreeAttributes()
        try attributes.add(folder: folder)
        let key = "\(attributes.digest) \(folder) \(version)"
        let known = try? JSON(parsing: FileSystem.read(places.toolchain))
        if known?["key"]?.string == key, let digest = known?["content"]?.string {
            return SwiftToolchain(folder: folder, version: version, digest: digest)
        }
        let digest = try events.step("read Swift \(version)") { _ in
            try StageInput.tree("toolchain", folder).value
        }
        if attributes.areSettled(at: started) {
            let json: JSON = ["key": .string(key), "content": .string(digest)]
            try FileSystem.writeAtomically(json.text(.pretty), to: places.toolchain)
        }
        return SwiftToolchain(folder: folder, version: version, digest: digest)
    }

    /// Asks a program of Swift's where its folder is, as the program may be one that only calls
    /// another, and what version it is.
    private static func ask(_ program: String) throws -> (folder: String, version: String) {
        let text = try Command(program, ["-print-target-info"]).runChecked().text
        let prefix = "Swift version "
        let suffix = "/lib/swift"
        guard let json = try? JSON(parsing: text),
            let resources = json["paths"]?["runtimeResourcePath"]?.string,
            let version = json["compilerVersion"]?.string, resources.hasSuffix(suffix),
            let start = version.firstRange(of: prefix)?.upperBound
        else {
            throw PackageBuildError.unexpectedSwift(
                program: program, output: String(text.prefix(200)))
        }
        let folder = String(resources.dropLast(suffix.count))
        guard folder.hasPrefix("/"), folder != "/usr", folder != "/usr/local" else {
            throw PackageBuildError.scatteredSwift(folder: folder)
        }
        return (folder, String(version[start...]))
    }
}

import Command
import Debian
import Syscalls
import Testing

/// Our unpacked and configured tree against the one that mmdebstrap, apt and dpkg make from the
/// same packages.
@Suite(
    .serialized, .enabled(if: Project.isBuilt, "needs the release build: make tools"),
    .enabled(if: Project.isRoot, "needs root, for the trees' owners"),
    .enabled(if: Mirror.isThere, "needs a mirror of Debian"),
    .enabled(
        if: Command("mmdebstrap").locate() != nil && Command("apt-ftparchive").locate() != nil,
        "needs mmdebstrap and apt-utils"))
struct DifferentialTests {
    @Test("the tree is mmdebstrap's, but for what the list of exceptions gives a reason for")
    func sameTree() throws {
        let project = try Project()
        try makeManifest(project)
        try #require(try project.slipway(["lock"]).isSuccess)
        let build = try project.slipway(["build", "--lock=auto", "tree"])
        try #require(build.isSuccess, "\(build.errorText)")
        let lock = try Lock(parsing: project.read("manifests/sample-trixie-amd64.lock"))
        let theirs = try makeWithMmdebstrap(lock, project)
        let differences = try compare("\(project.path)/work/sample/tree", theirs, project)
        let exceptions = try Exceptions(
            path: "\(repository)/Tests/SystemTests/Fixtures/differences")
        let unexplained = differences.filter { !exceptions.explain($0) }
        #expect(unexplained == [])
        // A list whose lines no longer apply would hide new differences.
        #expect(exceptions.unused(for: differences) == [])
    }

    /// The default image without what only this tree builds.
    private func makeManifest(_ project: Project) throws {
        let lines = try FileSystem.readText("\(repository)/conf/build.manifest")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("local-packages:") }
            .map { $0.hasPrefix("name:") ? "name: sample" : String($0) }
        try project.write(lines.joined(separator: "\n"), to: "conf/build.manifest")
    }

    private func makeWithMmdebstrap(_ lock: Lock, _ project: Project) throws -> String {
        let pool = try Pool("\(repository)/pool")
        let (archive, output) = ("\(project.path)/archive", "\(project.path)/theirs")
        try LocalArchive.make(in: archive, lock.packages, pool: pool, suite: "trixie")
        try Command(
            "mmdebstrap",
            [
                "--mode=root", "--quiet", "--variant=essential", "--architectures=amd64",
                "--aptopt=Acquire::Languages \"none\"",
                "--include=\(lock.packages.map(\.name).joined(separator: ","))", "trixie", output,
                "deb [trusted=yes] copy://\(archive) ./",
            ]
        ).with(environment: ["SOURCE_DATE_EPOCH": String(lock.date), "INITRD": "No"])
            .runChecked()
        // Ours is elsewhere, which is meant; what is in it is to be compared.
        try FileSystem.makeDirectory("\(output)/usr/lib/sysimage")
        try FileSystem.rename("\(output)/var/lib/dpkg", to: "\(output)/usr/lib/sysimage/dpkg")
        try FileSystem.makeLink("\(output)/var/lib/dpkg", to: "../../usr/lib/sysimage/dpkg")
        return output
    }

    /// One line for each path that differs, `how path`.
    private func compare(_ ours: String, _ theirs: String, _ project: Project) throws -> [String] {
        // Lines in the order of unpacking, which says nothing.
        for tree in [ours, theirs] {
            let file = "\(tree)/usr/lib/sysimage/dpkg/triggers/File"
            try Command("sort", ["-o", file, file]).runChecked()
        }
        let images = ["ours", "theirs"].map { "\(project.path)/\($0).squashfs" }
        for (tree, image) in zip([ours, theirs], images) {
            let result = try project.slipway(
                ["squash", "pack", "--compression=none", image, tree])
            try #require(result.isSuccess, "\(result.errorText)")
        }
        let result = try project.slipway(["squash", "diff"] + images)
        try #require(result.isSuccess, "\(result.errorText)")
        return result.text.split(separator: "\n").map(String.init)
    }
}

/// Differences that are meant: a glob pattern of the line, a tab, and the reason.
struct Exceptions {
    private let patterns: [String]

    struct NoReason: Error { let line: String }

    init(path: String) throws {
        patterns = try FileSystem.readText(path).split(separator: "\n")
            .filter { $0.first != "#" }
            .map { line in
                let parts = line.split(separator: "\t").filter { !$0.isEmpty }
                guard parts.count == 2 else { throw NoReason(line: String(line)) }
                return String(parts[0])
            }
    }

    func explain(_ difference: String) -> Bool {
        patterns.contains { Glob.matches(difference, $0) }
    }

    func unused(for differences: [String]) -> [String] {
        patterns.filter { pattern in !differences.contains { Glob.matches($0, pattern) } }
    }
}

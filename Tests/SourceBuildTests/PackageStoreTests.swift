import Command
import Debian
import Events
import Manifest
import Stages
import Syscalls
import TestSamples
import Testing

@testable import SourceBuild

@Suite struct PackageStoreTests {
    let folder: TemporaryFolder
    let places: PackagePlaces
    let store: PackageStore
    let record = StageRecord(inputs: [StageInput("source", "a")])

    init() throws {
        folder = try TemporaryFolder()
        places = PackagePlaces(root: folder.path)
        store = PackageStore(places)
        try FileSystem.makeDirectory(places.store)
    }

    func keep(_ unit: String, key: String) throws -> [PackageFile] {
        let output = try store.prepare(unit, key: key)
        try SampleDeb(unit, version: "1.2").build(in: output)
        return try store.keep(unit, key: key, record: record)
    }

    @Test("what was kept is found by its key, with the packages' own facts")
    func result() throws {
        let key = String(repeating: "a", count: 64)
        let files = try keep("tool", key: key)
        let file = try #require(files.first)
        #expect(file.package.name == "tool")
        #expect(file.package.version == "1.2")
        #expect(file.package.archive == "packages")
        #expect(FileSystem.exists(file.path))
        #expect(try store.result(of: "tool", key: key) == files)
        #expect(try store.result(of: "tool", key: String(repeating: "b", count: 64)) == nil)
        #expect(try store.result(of: "other", key: key) == nil)
    }

    @Test("what is half made is no result, and the next run removes it")
    func unfinished() throws {
        let key = String(repeating: "a", count: 64)
        let output = try store.prepare("tool", key: key)
        try SampleDeb("tool").build(in: output)
        #expect(try store.result(of: "tool", key: key) == nil)
        let claim = try places.claim()
        #expect(!FileSystem.exists(output))
        #expect(throws: PackageBuildError.busy(path: "\(places.folder)/lock")) {
            try places.claim()
        }
        withExtendedLifetime(claim) {}
    }

    @Test("a few results of each unit stay, those of others with a like name too")
    func prune() throws {
        _ = try keep("tool-data", key: String(repeating: "f", count: 64))
        let keys = (0..<7).map { String(repeating: "\($0)", count: 64) }
        for key in keys.dropLast() { _ = try keep("tool", key: key) }
        // What is used again counts as new.
        #expect(try store.result(of: "tool", key: keys[2]) != nil)
        _ = try keep("tool", key: keys[6])
        #expect(
            Set(try FileSystem.list(places.store))
                == Set([2, 4, 5, 6].map { "tool-\(keys[$0].prefix(16))" })
                .union(["tool-data-ffffffffffffffff"]))
    }

    @Test("gpgv takes the archive's signature by its own key, and by no other")
    func signature() throws {
        let files = try keep("tool", key: String(repeating: "a", count: 64))
        let repository = ResultRepository(places, architecture: "amd64")
        try repository.publish(
            files.map { .init(file: $0, unit: "tool", source: "tool", commit: "c0ffee") },
            date: 1_750_000_000)
        let release = "\(places.repository)/dists/slipway/InRelease"
        let keyring = "\(places.repository)/keyring.gpg"
        try Command("gpgv", ["--keyring", keyring, release]).runChecked()
        let foreign = "/usr/share/keyrings/debian-archive-keyring.gpg"
        #expect(try !Command("gpgv", ["--keyring", foreign, release]).run().isSuccess)
        let published = try repository.published(units: ["tool"])
        #expect(published.packages.map(\.file) == files)
        #expect(published.packages.map(\.commit) == ["c0ffee"])
    }

    @Test("the archive is one of the architecture that is built for")
    func architecture() throws {
        try ResultRepository(places, architecture: "arm64").publish([], date: 1_750_000_000)
        let suite = "\(places.repository)/dists/slipway"
        #expect(FileSystem.exists("\(suite)/main/binary-arm64/Packages"))
        let release = try FileSystem.readText("\(suite)/Release")
        #expect(release.contains("\nArchitectures: arm64\n"))
        #expect(release.contains(" main/binary-arm64/Packages\n"))
        #expect(!release.contains("amd64"))
    }

    @Test("a package that two units made is refused, and the archive stays as it was")
    func samePackage() throws {
        let one = try keep("tool", key: String(repeating: "a", count: 64))
        let repository = ResultRepository(places, architecture: "amd64")
        func built(_ unit: String) -> [BuiltPackages.Package] {
            one.map { .init(file: $0, unit: unit, source: "tool", commit: "c0ffee") }
        }
        try repository.publish(built("tool"), date: 1_750_000_000)
        let error = SourceBuildError.samePackage(package: "tool", units: ["tool", "other"])
        #expect(throws: error) {
            try repository.replace(by: built("other"), date: 1_750_000_000)
        }
        #expect(throws: error) {
            try repository.publish(built("tool") + built("other"), date: 1_750_000_000)
        }
        #expect(try repository.published(units: []).packages == built("tool"))
    }

    @Test("what a unit no longer makes goes when the unit is published again")
    func replace() throws {
        let (a, b) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
        let repository = ResultRepository(places, architecture: "amd64")
        func built(_ files: [PackageFile], by unit: String) -> [BuiltPackages.Package] {
            files.map { .init(file: $0, unit: unit, source: unit, commit: "c0ffee") }
        }
        let (old, other) = (try keep("old", key: a), try keep("other", key: a))
        try repository.publish(
            built(old, by: "tool") + built(other, by: "other"), date: 1_750_000_000)
        let new = try keep("new", key: b)
        try repository.replace(by: built(new, by: "tool"), date: 1_750_000_000)
        #expect(
            try repository.published(units: []).packages.map(\.file.package.name) == [
                "other", "new",
            ])
    }

    struct BadList: CustomTestStringConvertible, Sendable {
        let text: String
        let reason: String
        var testDescription: String { reason }
    }

    @Test(
        "a list of results that is none is an error, not an empty one",
        arguments: [
            BadList(text: "{", reason: "byte 1: expected a key in quotes"),
            BadList(text: "{}", reason: "no list of packages"),
            BadList(text: #"{"packages": [{}]}"#, reason: "package 1 has no size"),
            BadList(
                text: #"{"packages": [{"size": 1, "name": 2}]}"#,
                reason: "package 1 has no text name"),
            BadList(
                text: #"{"packages": [{"size": -1, "name": "a"}]}"#,
                reason: "package 1 has no size"),
        ])
    func badList(list: BadList) throws {
        let path = "\(places.folder)/results.json"
        try FileSystem.writeAtomically(list.text, to: path)
        #expect(throws: PackageBuildError.badResults(path: path, reason: list.reason)) {
            try ResultList(places).read()
        }
    }

    @Test("what was built is chosen before what is newer elsewhere, and locked by its name")
    func lockedByName() throws {
        let files = try keep("tool", key: String(repeating: "a", count: 64))
        let repository = ResultRepository(places, architecture: "amd64")
        try repository.publish(
            files.map { .init(file: $0, unit: "source", source: "source", commit: "c0ffee") },
            date: 1_750_000_000)
        let request = PackageRequest(
            architecture: "amd64", repositories: [],
            groups: [.init(names: ["tool"], installRecommends: false)],
            builds: try repository.published(units: ["source"]))
        let lock = try Resolver(request, requestDigest: "r", work: folder.path).makeLock(
            events: .discarding)
        #expect(lock.packages.isEmpty)
        #expect(lock.builtPackages == [LockedBuiltPackage(name: "tool", source: "source")])
        #expect(try Lock(parsing: lock.text) == lock)
        #expect(try request.builds?.files(of: lock, anyCommit: false) == files)

        // Of files of the manifest's own tree, which no lock has, those of now count.
        func found(by digest: String) throws -> [PackageFile] {
            try repository.published(units: ["source"], ownDigests: ["source": digest])
                .files(of: lock, anyCommit: true)
        }
        #expect(try found(by: "c0ffee") == files)
        #expect(throws: BuiltPackageError.otherContent(package: "tool", source: "source")) {
            try found(by: "decade")
        }
    }
}

@Suite struct UnitInputsTests {
    let tree = SourceTreeState(
        name: "one", folder: "/nowhere", commit: "c0ffee", commitTime: 1, contentDigest: "d",
        isDirty: false, origin: .lock)

    func record(
        _ change: (inout SourceBuildOptions) -> Void = { _ in },
        environment: [String: String] = [:], dependencies: [LockedPackage] = [],
        toolchain: String? = nil
    ) -> StageRecord {
        var options = SourceBuildOptions()
        change(&options)
        return StageRecord(
            inputs: UnitInputs.inputs(
                of: PackageUnit(name: "one", source: "one", options: options, line: 1),
                tree: tree, epoch: 0, base: "b", toolchain: toolchain, dependencies: dependencies
            ) { environment[$0] })
    }

    @Test("what changes the result is an input under the manifest's own word")
    func keys() {
        let plain = record()
        #expect(record().key == plain.key)
        #expect(record { $0.buildCommands = ["make"] }.changes(since: plain) == ["buildcmd"])
        #expect(record { $0.environment = ["A": "b"] }.changes(since: plain) == ["env"])
        #expect(record { $0.usesNetwork = true }.changes(since: plain) == ["network"])
        #expect(record { $0.secretEnvironment = ["S"] }.changes(since: plain) == ["secret_env"])
        let dependency = LockedPackage(
            name: "libfoo-dev", version: "1", architecture: "amd64", source: "foo", sha256: "5",
            byteCount: 1, archive: "debian", path: "p")
        #expect(record(dependencies: [dependency]).changes(since: plain) == ["libfoo-dev"])
        let swift = record(toolchain: "swift 6")
        #expect(swift.changes(since: plain) == ["toolchain"])
        #expect(record(toolchain: "swift 7").changes(since: swift) == ["toolchain"])
    }

    @Test("what says when and how fast it is built is none")
    func others() {
        let other = record {
            $0.jobs = 7
            $0.batchPriority = 1
            $0.usesMemory = true
            $0.memoryGibibytes = 3
            $0.timeoutMinutes = 5
            $0.isDebianFork = true
            $0.explicitDependencies = ["two"]
        }
        #expect(other == record())
    }

    @Test("a secret's value is in no input, a checked variable's is")
    func environment() {
        let one = record({ $0.secretEnvironment = ["S"] }, environment: ["S": "1"])
        let other = record({ $0.secretEnvironment = ["S"] }, environment: ["S": "2"])
        #expect(one == other)
        let check = SourceBuildOptions.Command(
            command: "x", environmentChecks: [.init(key: "E", value: "1")])
        let unset = record { $0.beforeDependencies = [check] }
        let set = record({ $0.beforeDependencies = [check] }, environment: ["E": "1"])
        #expect(set.changes(since: unset) == ["env_checks"])
    }
}

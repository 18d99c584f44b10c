import Manifest

import Syscalls
import Testing

@testable import SourceBuild

@Suite struct CatalogTests {
    private func catalog() throws -> SourceCatalog {
        let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let path = "\(folder)/Fixtures/every-key.manifest"
        return try SourceCatalog(BuildManifest(parsing: FileSystem.read(path), file: path))
    }

    @Test("a manifest with every key plans without checkouts, and says that it had none")
    func everyKey() throws {
        let catalog = try catalog()
        let plan = try BuildPlan(catalog.units, architecture: "amd64") { _ in nil }
        #expect(
            plan.entries.map(\.unit.name) == [
                "kernel", "zfs", "scst", "middleware", "middleware-docs", "middleware-files",
                "webui", "host", "grub2",
            ])
        #expect(plan.withoutControl == plan.entries.map(\.unit.name))
        #expect(plan.skipped.map(\.unit) == ["kernel-dbg", "enterprise"])
        #expect(plan.skipped.map(\.variable) == ["DEBUG_KERNEL", "EDITION"])

        let variables = ["DEBUG_KERNEL": "1", "EDITION": "full", "SLOTS": "12"]
        let all = try BuildPlan(catalog.units, architecture: "amd64") { variables[$0] }
        #expect(all.entries.map(\.unit.name).prefix(2) == ["kernel", "kernel-dbg"])
        #expect(all.entries.count == 11)
        #expect(all.skipped.isEmpty)
    }

    @Test("a kernel is built first, and with what depends on it waits for all its variants")
    func kernel() throws {
        let catalog = try catalog()
        let plan = try BuildPlan(catalog.units, architecture: "amd64") { _ in "true" }
        let zfs = try #require(plan.entries.first { $0.unit.name == "zfs" })
        #expect(
            zfs.needs == [
                .init(unit: "kernel", reasons: [.explicit]),
                .init(unit: "kernel-dbg", reasons: [.explicit]),
            ])
        let kernel = try #require(plan.entries.first)
        #expect(kernel.needs.isEmpty)
        #expect(kernel.unit.options.buildCommands == ["make -j$(nproc) bindeb-pkg"])
        #expect(
            kernel.unit.options.beforeDependencies[2].environmentChecks[0].key == "DEBUG_KERNEL")
        #expect(kernel.unit.options.memoryGibibytes == 24)
        #expect(kernel.unit.options.jobs == 8)
    }

    @Test("subpackages share their source's checkout unless they name another")
    func checkouts() throws {
        let catalog = try catalog()
        #expect(
            catalog.checkouts.map(\.name) == [
                "kernel", "zfs", "scst", "grub2", "anchor-middleware", "middleware-files",
                "webui", "host", "enterprise",
            ])
        let sources = Dictionary(uniqueKeysWithValues: catalog.units.map { ($0.name, $0.source) })
        #expect(sources["kernel-dbg"] == "kernel")
        #expect(sources["middleware-docs"] == "anchor-middleware")
        #expect(sources["middleware-files"] == "middleware-files")
        let references = catalog.checkouts.map(\.reference)
        #expect(references[2] == .tag("v3.10.0"))
        #expect(references[3] == .commit("0123456789abcdef0123456789abcdef01234567"))
        #expect(
            catalog.checkouts.map(\.identityFile).prefix(2) == ["~/.ssh/anchor", "~/.ssh/zfs"])
        #expect(references[7] == .tree(paths: ["Package.swift", "Sources"]))
        // What is not built need not be had.
        #expect(catalog.checkouts { _ in nil }.map(\.name).last == "host")
    }

    @Test("entries that share a checkout must mean the same")
    func shared() throws {
        func read(_ second: String) throws -> SourceCatalog {
            let text = """
                name: a
                debian_release: trixie
                apt-repos: {url: host, distribution: trixie, components: main}
                base-packages: []
                sources:
                - {name: a, repo: r, branch: b, source_name: s}
                - {name: c, repo: r, branch: \(second), source_name: s}
                """
            return try SourceCatalog(BuildManifest(parsing: Array(text.utf8), file: "m"))
        }
        #expect(try read("b").checkouts.map(\.name) == ["s"])
        #expect(throws: SourceBuildError.sharedCheckout(name: "s", line: 6, other: 7)) {
            try read("d")
        }
    }
}

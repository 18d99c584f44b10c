import Testing
import TestSamples

@testable import Manifest
@testable import SourceBuild

/// Makes units without a manifest.
enum SampleUnit {
    /// A unit that makes a package of its own name.
    static func make(
        _ name: String, buildDepends: String = "", explicit: [String] = [], priority: Int = 100,
        binaries: [SourceControl.Binary]? = nil, hasControl: Bool = true
    ) throws -> PackageUnit {
        var options = SourceBuildOptions()
        options.explicitDependencies = explicit
        options.batchPriority = priority
        return PackageUnit(
            name: name, source: name, options: options, line: 1,
            control: hasControl
                ? SourceControl(
                    source: name, binaries: binaries ?? [.init(name: name)],
                    buildDepends: try PackageRelation.parse(buildDepends)) : nil)
    }
}

@Suite struct PlanTests {
    private func plan(_ units: [PackageUnit], _ environment: [String: String] = [:]) throws
        -> BuildPlan
    {
        try BuildPlan(units, architecture: "amd64") { environment[$0] }
    }

    @Test("a unit comes after what it needs, and says why")
    func reasons() throws {
        let plan = try plan([
            SampleUnit.make("app", buildDepends: "debhelper-compat (= 13), libone-dev (>= 2)"),
            SampleUnit.make(
                "one",
                binaries: [
                    .init(name: "libone-dev", depends: PackageRelation.parse("libtwo-dev, libc6"))
                ]),
            SampleUnit.make("two", explicit: ["base"], binaries: [.init(name: "libtwo-dev")]),
            SampleUnit.make("base", hasControl: false),
        ])
        #expect(plan.entries.map(\.unit.name) == ["one", "base", "two", "app"])
        #expect(plan.entries[2].needs == [.init(unit: "base", reasons: [.explicit])])
        #expect(
            plan.entries[3].needs == [
                .init(unit: "one", reasons: [.builds(package: "libone-dev")]),
                .init(
                    unit: "two",
                    reasons: [.builtWith(package: "libtwo-dev", dependency: "libone-dev")]),
            ])
        #expect(plan.withoutControl == ["base"])
    }

    @Test("provided names, alternatives, restrictions and profiles decide what is needed")
    func relations() throws {
        let units = try [
            SampleUnit.make("a", buildDepends: "absent | virtual-dev"),
            SampleUnit.make("b", buildDepends: "real-dev [!amd64], real-dev <cross>"),
            SampleUnit.make("c", buildDepends: "real-dev:any (>= 1~) [linux-any] <!nocheck> <x>"),
            SampleUnit.make(
                "z", binaries: [.init(name: "real-dev", provides: ["virtual-dev"])]),
        ]
        #expect(try plan(units).entries.map(\.unit.name) == ["b", "z", "a", "c"])
        var checked = units
        checked[2].options.environment = ["DEB_BUILD_PROFILES": "nocheck"]
        #expect(try plan(checked).entries.map(\.unit.name) == ["b", "c", "z", "a"])
    }

    @Test("what a unit makes itself it does not wait for")
    func itself() throws {
        let plan = try plan([SampleUnit.make("gcc", buildDepends: "gcc")])
        #expect(plan.entries[0].needs.isEmpty)
    }

    @Test("a cycle is told as a path with reasons")
    func cycle() throws {
        let units = try [
            SampleUnit.make("first"),
            SampleUnit.make("aa", buildDepends: "bb"),
            SampleUnit.make("bb", explicit: ["cc"]),
            SampleUnit.make("cc", buildDepends: "aa"),
        ]
        let error = #expect(throws: SourceBuildError.self) { try plan(units) }
        #expect(
            error?.description
                == "these need one another to be built before: aa needs bb (build dependency bb),"
                + " bb needs cc (explicit_deps), cc needs aa (build dependency aa)")
    }

    @Test("two that make one package are refused by their names, unless their commands may differ")
    func samePackage() throws {
        let binaries = [SourceControl.Binary(name: "tool"), .init(name: "tool-doc")]
        var units = try [
            SampleUnit.make("one", binaries: binaries),
            SampleUnit.make("two", binaries: [.init(name: "tool-doc"), .init(name: "other")]),
        ]
        #expect(
            throws: SourceBuildError.samePackage(package: "tool-doc", units: ["one", "two"])
        ) { try plan(units) }
        // Of another architecture it makes none.
        units[1].control?.binaries[0].architectures = ["arm64"]
        #expect(try plan(units).entries.count == 2)
        units[1].control?.binaries[0].architectures = ["all"]
        units[1].options.buildCommands = ["dpkg-buildpackage -b", "rm ../tool-doc*"]
        #expect(try plan(units).entries.count == 2)
        units[1].options.buildCommands = []
        units[1].options.environment = ["FLAVOUR": "debug"]
        #expect(try plan(units).entries.count == 2)
    }

    @Test("without control files priority decides, then the manifest's order")
    func priorities() throws {
        let plan = try plan([
            SampleUnit.make("late", priority: 150, hasControl: false),
            SampleUnit.make("middle", hasControl: false),
            SampleUnit.make("other", hasControl: false),
            SampleUnit.make("needy", explicit: ["late"], priority: 0, hasControl: false),
            SampleUnit.make("early", priority: 0, hasControl: false),
        ])
        #expect(
            plan.entries.map(\.unit.name) == ["early", "middle", "other", "late", "needy"])
        #expect(plan.withoutControl.count == 5)
    }

    struct Condition: CustomTestStringConvertible, Sendable {
        let kind: SourceBuildOptions.Constraint.Kind
        let value: String
        let found: String?
        let isMet: Bool
        var testDescription: String { "\(kind) \(value) and \(found ?? "nothing")" }
    }

    @Test(
        "build_constraints compare as their type says",
        arguments: [
            Condition(kind: .boolean, value: "true", found: "1", isMet: true),
            Condition(kind: .boolean, value: "true", found: "True", isMet: true),
            Condition(kind: .boolean, value: "true", found: nil, isMet: false),
            Condition(kind: .boolean, value: "false", found: nil, isMet: true),
            Condition(kind: .boolean, value: "false", found: "yes", isMet: false),
            Condition(kind: .integer, value: "12", found: "012", isMet: true),
            Condition(kind: .integer, value: "12", found: "twelve", isMet: false),
            Condition(kind: .integer, value: "0", found: nil, isMet: false),
            Condition(kind: .string, value: "full", found: "full", isMet: true),
            Condition(kind: .string, value: "full", found: "Full", isMet: false),
            Condition(kind: .string, value: "full", found: nil, isMet: false),
        ])
    func constraints(condition: Condition) throws {
        var unit = try SampleUnit.make("a")
        unit.options.constraints = [
            .init(name: "X", value: condition.value, kind: condition.kind)
        ]
        let needy = try SampleUnit.make("needy", explicit: ["a"])
        let plan = try plan([unit, needy], ["X": condition.found].compactMapValues { $0 })
        #expect(plan.entries.map(\.unit.name) == (condition.isMet ? ["a", "needy"] : ["needy"]))
        #expect(
            plan.skipped
                == (condition.isMet
                    ? []
                    : [
                        .init(
                            unit: "a", variable: "X", wanted: condition.value,
                            found: condition.found)
                    ]))
    }

    @Test("an order of any graph is topological and the same each time; a cycle is one")
    func randomGraphs() throws {
        var random = SplitMix64(seed: 6)
        var cycleCount = 0
        for _ in 0..<300 {
            let count = Int.random(in: 1...14, using: &random)
            let density = Double.random(in: 0...0.3, using: &random)
            var edges: [[Int]] = []
            let units = try (0..<count).map { index in
                let targets = (0..<count).filter {
                    $0 != index && Double.random(in: 0..<1, using: &random) < density
                }
                edges.append(targets)
                let isExplicit = targets.map { _ in Bool.random(using: &random) }
                return try SampleUnit.make(
                    "u\(index)",
                    buildDepends: zip(targets, isExplicit).filter { !$1 }.map { "u\($0.0)" }
                        .joined(separator: ", "),
                    explicit: zip(targets, isExplicit).filter(\.1).map { "u\($0.0)" },
                    priority: Int.random(in: 0...2, using: &random))
            }
            do {
                let plan = try plan(units)
                #expect(try self.plan(units) == plan)
                check(plan, units, edges)
            } catch SourceBuildError.cycle(let links) {
                cycleCount += 1
                #expect(!links.isEmpty)
                for (index, link) in links.enumerated() {
                    let from = try #require(Int(link.unit.dropFirst()))
                    let to = try #require(Int(link.needs.dropFirst()))
                    #expect(edges[from].contains(to))
                    #expect(links[(index + 1) % links.count].unit == link.needs)
                }
                #expect(Set(links.map(\.unit)).count == links.count)
            }
        }
        #expect((50..<250).contains(cycleCount))
    }

    private func check(_ plan: BuildPlan, _ units: [PackageUnit], _ edges: [[Int]]) {
        let order = plan.entries.compactMap { Int($0.unit.name.dropFirst()) }
        #expect(order.sorted() == Array(units.indices))
        var done: Set<Int> = []
        for (index, entry) in zip(order, plan.entries) {
            #expect(Set(edges[index]).isSubset(of: done))
            #expect(Set(entry.needs.map(\.unit)) == Set(edges[index].map { "u\($0)" }))
            // Nothing of a lower priority, or earlier in the manifest, could have come instead.
            let key = (units[index].options.batchPriority, index)
            for other in units.indices where !done.contains(other) && other != index {
                let isReady = Set(edges[other]).isSubset(of: done)
                #expect(!isReady || key < (units[other].options.batchPriority, other))
            }
            done.insert(index)
        }
    }
}

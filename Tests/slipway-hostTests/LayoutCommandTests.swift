import CommandLine
import Storage
import Testing

@testable import slipway_host

@Suite struct LayoutCommandTests {
    private static let root = String(
        #filePath.prefix(
            upTo: #filePath.firstRange(of: "/Tests/")?.lowerBound ?? #filePath.endIndex))

    private static let target = "\(root)/conf/layouts/tvs-663.yaml"
    private static let faulty =
        "\(root)/Tests/StorageTests/Fixtures/xcpng-tvs-663-first.yaml"

    /// A command line and the exit code that it ends with.
    struct Call: CustomTestStringConvertible, Sendable {
        let words: [String]
        let code: Int32

        var testDescription: String { words.dropFirst(2).joined(separator: " ") }
    }

    static let calls = [
        Call(words: ["layout", "check", target], code: 0),
        Call(words: ["layout", "check", target, "--disk-size", "card=64GB"], code: 0),
        Call(words: ["layout", "check", target, "--disk-size", "card=59 GB"], code: 1),
        Call(words: ["layout", "check", faulty], code: 1),
        Call(words: ["layout", "draw", faulty], code: 1),
        Call(words: ["layout", "draw", "--svg", target], code: 0),
        Call(words: ["layout", "check", "/does/not/exist"], code: 1),
        Call(words: ["layout", "check", "/dev/null"], code: 1),
        Call(words: ["layout", "check", target, "--disk-size", "card"], code: 2),
        Call(words: ["layout", "check", target, "--disk-size", "disk=64GB"], code: 2),
        Call(words: ["layout", "check", target, "--disk-size", "card=64"], code: 2),
        Call(
            words: [
                "layout", "check", target, "--disk-size", "card=64GB", "--disk-size", "card=64GB",
            ], code: 2),
        Call(words: ["layout", "check"], code: 2),
        Call(words: ["layout"], code: 2),
    ]

    @Test("ends with the code that says what happened", arguments: calls)
    func exitCode(call: Call) {
        #expect(Commands.program.main(call.words) == call.code)
    }
}

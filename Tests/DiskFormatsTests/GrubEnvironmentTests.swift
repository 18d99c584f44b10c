import Command
import DiskFormats
import Syscalls
import TestSamples
import Testing

@Suite struct GrubEnvironmentTests {
    static let sample = GrubEnvironment([
        "generation": "12", "array": "a:b:c:d", "left": "2", "options": "quiet a=\"b c\" \\x\ny",
        "empty": "", "none": nil,
    ])

    @Test("a block has 1024 bytes, in GRUB's spelling")
    func golden() throws {
        let bytes = try Self.sample.encoded()
        #expect(bytes.count == 1024)
        let text = """
            # GRUB Environment Block
            generation=12
            array=a:b:c:d
            left=2
            options=quiet a="b c" \\\\x\\
            y
            empty=

            """
        #expect(bytes.starts(with: text.utf8))
        #expect(bytes.dropFirst(text.utf8.count).allSatisfy { $0 == UInt8(ascii: "#") })
        #expect(try GrubEnvironment(parsing: bytes) == Self.sample)
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        var random = SplitMix64(seed: 7)
        let letters = Array("ab=\\\n#\" $;ä'`".unicodeScalars)
        for _ in 0..<300 {
            var environment = GrubEnvironment()
            for index in 0..<Int.random(in: 0...9, using: &random) {
                var value = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...30, using: &random) {
                    value.append(letters[Int.random(in: 0..<letters.count, using: &random)])
                }
                environment["v\(index)"] = String(value)
            }
            #expect(try GrubEnvironment(parsing: environment.encoded()) == environment)
        }
    }

    @Test("a block that was cut is refused at every length")
    func truncated() throws {
        let bytes = try Self.sample.encoded()
        for count in 0..<bytes.count {
            #expect(throws: FormatFault.self) {
                try GrubEnvironment(parsing: Array(bytes[..<count]))
            }
        }
        #expect(throws: FormatFault.self) { try GrubEnvironment(parsing: bytes + [35]) }
    }

    @Test("bytes that mean nothing do not trap, and what is taken can be written")
    func garbage() throws {
        var random = SplitMix64(seed: 9)
        let good = try Self.sample.encoded()
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 25..<200, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            guard let taken = try? GrubEnvironment(parsing: bytes),
                let again = try? taken.encoded()
            else { continue }
            #expect(try GrubEnvironment(parsing: again) == taken)
        }
    }

    @Test("of a name that stands there twice the last value counts")
    func twice() throws {
        let text = "# GRUB Environment Block\n# a comment\na=1\nb=2\na=3\n"
        let bytes = Array(text.utf8)
        let block = bytes + [UInt8](repeating: 35, count: 1024 - bytes.count)
        let environment = try GrubEnvironment(parsing: block)
        #expect(environment.variables.map(\.name) == ["a", "b"])
        #expect(environment["a"] == "3")
        #expect(environment["c"] == nil)
    }

    @Test("what GRUB could not take is not written")
    func refused() throws {
        for environment in [
            GrubEnvironment(["a b": "1"]), GrubEnvironment(["": "1"]),
            GrubEnvironment(["a": "\0"]),
            GrubEnvironment(["a": String(repeating: "x", count: 1024)]),
        ] {
            #expect(throws: FormatFault.self) { try environment.encoded() }
        }
        let longest = 1024 - 25 - 3
        #expect(
            try GrubEnvironment(["a": String(repeating: "x", count: longest)]).encoded().last
                == UInt8(ascii: "\n"))
    }

    @Test(
        "grub-editenv reads ours, and we read its",
        .enabled(if: Command("grub-editenv").locate() != nil, "needs grub-editenv"))
    func interop() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/grubenv"
        try FileSystem.writeAtomically(try Self.sample.encoded(), to: path)
        let listed = try Command("grub-editenv", [path, "list"]).runChecked().text
        #expect(listed.contains("array=a:b:c:d\n"))
        #expect(listed.contains("left=2\n"))
        try Command("grub-editenv", [path, "set", "left=1", "new=a\\b c"]).runChecked()
        var wanted = Self.sample
        wanted["left"] = "1"
        wanted["new"] = "a\\b c"
        #expect(try GrubEnvironment(parsing: FileSystem.read(path)) == wanted)
        let other = folder.path + "/made"
        try Command("grub-editenv", [other, "create"]).runChecked()
        #expect(try GrubEnvironment(parsing: FileSystem.read(other)) == GrubEnvironment())
    }
}

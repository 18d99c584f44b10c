import LiveISO
import Syscalls
import Testing

@Suite(
    .enabled(if: SampleMedium.hasTools, "needs xorriso, mtools, dosfstools, GRUB for BIOS and UEFI")
)
struct DiscDirectoryTests {
    @Test("a file is found by its path, and nothing else is")
    func find() throws {
        let medium = try SampleMedium()
        let disc = try DiscDirectory(medium.path)
        #expect(try disc.read("slipway/payload.update") == Array("payload".utf8))
        for name in ["slipway", "payload.update", "slipway/payload", "boot/vmlinuz/x"] {
            #expect(throws: LiveISOError.missing(path: medium.path, file: name)) {
                try disc.extent(of: name)
            }
        }
    }

    @Test("a medium that is cut or damaged gives an error and never a trap")
    func damaged() throws {
        let medium = try SampleMedium()
        let whole = try FileSystem.read(medium.path)
        let path = medium.folder.path + "/cut"
        var generator = SystemRandomNumberGenerator()
        for count in [0, 100, 16 * 2048, 16 * 2048 + 100, 17 * 2048, 20 * 2048] {
            try FileSystem.writeAtomically(Array(whole.prefix(count)), to: path)
            #expect(throws: (any Error).self) {
                try DiscDirectory(path).extent(of: "slipway/payload.update")
            }
        }
        let root = try #require(whole.firstRange(of: Array("CD001".utf8))).lowerBound
        for _ in 0..<50 {
            // Volume descriptor and directories are at the start.
            var bytes = Array(whole.prefix(400 << 10))
            for _ in 0..<20 {
                bytes[Int.random(in: (root + 5)..<bytes.count, using: &generator)] =
                    .random(in: 0...255, using: &generator)
            }
            try FileSystem.writeAtomically(bytes, to: path)
            _ = try? DiscDirectory(path).extent(of: "slipway/payload.update")
        }
    }
}

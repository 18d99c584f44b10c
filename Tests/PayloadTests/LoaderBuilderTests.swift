import Bytes
import Command
import Digest
import Payload
import Syscalls
import Testing

@Suite struct LoaderBuilderTests {
    @Test("the command names every module, the prefix and the target's own folder")
    func command() {
        #expect(
            GrubImage.bios.command(output: "/o").starts(with: [
                "grub-mkimage", "-O", "i386-pc", "-d", "/usr/lib/grub/i386-pc", "-p",
                "(,gpt2)/grub", "-o", "/o", "biosdisk", "part_gpt",
            ]))
        #expect(!GrubImage.uefi.modules.contains("biosdisk"))
        #expect(GrubImage.uefi.prefix == "/grub")
    }

    @Test("a tree without GRUB is refused with the package that is missing")
    func missing() throws {
        let folder = try TemporaryFolder()
        let builder = LoaderBuilder(root: folder.path) { _ in }
        #expect(
            throws: LoaderError.missingFile(
                path: folder.path + "/usr/lib/grub/i386-pc/boot.img", package: "grub-pc-bin")
        ) { try builder.build(into: folder.path + "/loader") }
    }

    /// A tree with empty modules and a boot sector.
    static func makeTree(_ root: String) throws {
        for image in [GrubImage.bios, .uefi] {
            let folder = "\(root)/usr/lib/grub/\(image.target)"
            try FileSystem.makeDirectory(folder)
            for module in image.modules {
                try FileSystem.writeAtomically([], to: "\(folder)/\(module).mod")
            }
        }
        let sector = [UInt8](repeating: 0, count: 510) + [0x55, 0xAA]
        try FileSystem.writeAtomically(sector, to: root + "/usr/lib/grub/i386-pc/boot.img")
    }

    @Test("what grub-mkimage writes is looked at", arguments: [[], [1, 2, 3]] as [[UInt8]])
    func notAnImage(output: [UInt8]) throws {
        let folder = try TemporaryFolder()
        try Self.makeTree(folder.path)
        let builder = LoaderBuilder(root: folder.path) { command in
            try FileSystem.writeAtomically(output, to: folder.path + Self.output(command))
        }
        #expect(
            throws: LoaderError.notAnImage(fileName: "core.img", byteCount: output.count)
        ) { try builder.build(into: folder.path + "/loader") }
        #expect(!FileSystem.exists(folder.path + "/loader/core.img"))
        #expect(try FileSystem.list(folder.path + "/var/tmp") == [])
    }

    /// The file that a grub-mkimage command writes.
    static func output(_ command: [String]) -> String {
        command.firstIndex(of: "-o").map { command[$0 + 1] } ?? ""
    }

    @Test("a boot.img that is no boot sector is refused")
    func notABootSector() throws {
        let folder = try TemporaryFolder()
        try Self.makeTree(folder.path)
        try FileSystem.writeAtomically(
            [1], to: folder.path + "/usr/lib/grub/i386-pc/boot.img")
        let builder = LoaderBuilder(root: folder.path) { _ in }
        #expect(throws: LoaderError.self) { try builder.build(into: folder.path + "/loader") }
    }

    static let hasGrub =
        Command("grub-mkimage").locate() != nil
        && FileSystem.exists("/usr/lib/grub/i386-pc/boot.img")
        && FileSystem.exists("/usr/lib/grub/x86_64-efi/linux.mod")

    @Test(
        "with a real GRUB: four files, the same bytes again",
        .enabled(
            if: hasGrub,
            "needs GRUB: apt-get install grub-common grub-pc-bin grub-efi-amd64-bin"))
    func real() throws {
        let folder = try TemporaryFolder()
        let builder = LoaderBuilder(root: "") { command in
            _ = try Command(command[0], Array(command.dropFirst())).runChecked()
        }
        var digests: [[String]] = []
        for run in ["a", "b"] {
            let loader = folder.path + "/" + run
            try builder.build(into: loader)
            let names = try FileSystem.list(loader)
            #expect(names == LoaderBuilder.fileNames)
            digests.append(
                try names.map { Hex.encode(Hasher.digest(try FileSystem.read("\(loader)/\($0)"))) })
        }
        #expect(digests[0] == digests[1])
        let shipped = try FileSystem.read(folder.path + "/a/boot.img")
        #expect(try shipped == FileSystem.read("/usr/lib/grub/i386-pc/boot.img"))
    }

    @Test(
        "GRUB's own checker reads grub.cfg",
        .enabled(
            if: Command("grub-script-check").locate() != nil,
            "needs grub-script-check: apt-get install grub-common"))
    func script() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/grub.cfg"
        try FileSystem.writeAtomically(GrubConfiguration.text, to: path)
        let result = try Command("grub-script-check", ["-v", path]).run()
        #expect(result.isSuccess, "\(result.errorText)")
    }

    @Test("grub.cfg uses no command that is not built in")
    func modules() {
        let commands: [String: String] = [
            "serial": "serial", "terminal_input": "terminal", "terminal_output": "terminal",
            "load_env": "loadenv", "linux": "linux", "initrd": "linux", "menuentry": "normal",
            "reboot": "reboot", "if": "test", "[": "test", "set": "", "fi": "", "}": "", "#": "",
            "then": "", "elif": "test", "else": "", "function": "", "load": "", "start": "",
            "save_env": "loadenv", "echo": "echo", "sleep": "sleep",
            // linux brings it.
            "boot": "linux",
        ]
        for line in GrubConfiguration.text.split(separator: "\n") {
            guard let word = line.split(separator: " ").first.map(String.init) else { continue }
            guard let module = commands[word] else {
                Issue.record("grub.cfg uses \(word), which this test does not know")
                continue
            }
            #expect(module.isEmpty || GrubImage.bios.modules.contains(module), "\(word)")
        }
    }
}

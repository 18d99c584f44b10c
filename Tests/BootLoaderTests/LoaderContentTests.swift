import BootLoader
import Syscalls
import Testing

@Suite struct LoaderContentTests {
    @Test(
        "a path means the same to everyone, or is refused",
        arguments: [
            "", "/", "a/", "/a", "a//b", ".", "..", "a/../b", ".hidden", "a.", "a b", "a:b", "a*",
            "ä", "a\\b", "::", "\u{0}", String(repeating: "n", count: 65),
        ])
    func badPath(path: String) {
        #expect(throws: BootLoaderError.badPath(path)) {
            try SystemFile(path: path, content: .bytes([]))
        }
    }

    @Test("the loader's own files come last")
    func order() throws {
        let folder = try TemporaryFolder()
        let loader = try LegImage.loader(core: 1)
        let content = try LoaderContent(
            bios: loader, configuration: .bytes([1]), efiImage: .file(folder.path),
            files: [SystemFile(path: "images/1.0~a+b/vmlinuz", content: .bytes([]))])
        #expect(
            content.files.map(\.path) == [
                "images/1.0~a+b/vmlinuz", "grub/grub.cfg", "EFI/BOOT/BOOTX64.EFI",
            ])
        #expect(throws: BootLoaderError.badPath("grub/grub.cfg")) {
            try LoaderContent(
                bios: loader, configuration: .bytes([1]), efiImage: .bytes([]),
                files: [SystemFile(path: "GRUB/Grub.cfg", content: .bytes([]))])
        }
        #expect(throws: SystemError.self) { try LoaderContent(folder: folder.path, files: []) }
    }
}

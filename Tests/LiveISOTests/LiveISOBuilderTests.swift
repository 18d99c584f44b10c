import Command
import Digest
import LiveISO
import Syscalls
import Testing

@Suite(
    .enabled(if: SampleMedium.hasTools, "needs xorriso, mtools, dosfstools, GRUB for BIOS and UEFI")
)
struct LiveISOBuilderTests {
    @Test("xorriso reads every file, and the list of sums names all others and is right")
    func content() throws {
        let medium = try SampleMedium(answers: Array("hostname: x\n".utf8))
        let folder = try medium.extract()
        let files = try Command("sh", ["-c", "cd \"$0\" && find . -type f | sort", folder])
            .runChecked().text.split(separator: "\n").map { String($0.dropFirst(2)) }
        #expect(
            files == [
                "boot/grub/boot.catalog", "boot/grub/eltorito.img", "boot/grub/grub.cfg",
                "boot/initrd.img", "boot/vmlinuz", "slipway/answers.yaml", "slipway/live.squashfs",
                "slipway/payload.update", "slipway/sha256sums",
            ])
        let listed = try FileSystem.readText(folder + "/slipway/sha256sums")
            .split(separator: "\n").map { String($0.dropFirst(66)) }
        #expect(listed == files.dropLast())
        let result = try SampleMedium.check(folder)
        #expect(result.isSuccess, "\(result.text)\(result.errorText)")
    }

    @Test("a bit that flips on the medium is found, and the file named")
    func corruption() throws {
        let medium = try SampleMedium()
        for name in ["slipway/payload.update", "boot/grub/eltorito.img"] {
            let extent = try DiscDirectory(medium.path).extent(of: name)
            var bytes = try FileSystem.read(medium.path)
            bytes[Int(extent.offset + extent.byteCount) - 1] ^= 4
            try FileSystem.writeAtomically(bytes, to: medium.path)
            let folder = try medium.extract()
            let result = try SampleMedium.check(folder)
            #expect(!result.isSuccess)
            #expect(result.text.contains("\(name): FAILED"))
            try Command("chmod", ["-R", "u+w", folder]).runChecked()
            try FileSystem.removeTree(folder)
        }
    }

    @Test("the same bytes again, in another folder, with other modes and at another time")
    func reproducible() throws {
        let one = try SampleMedium(answers: [65])
        let other = try SampleMedium(answers: [65], mode: 0o600, in: "/var/tmp")
        #expect(try FileDigest.digest(of: one.path) == FileDigest.digest(of: other.path))
    }

    @Test("blkid says the identity that the menu tells the kernel")
    func identity() throws {
        let medium = try SampleMedium()
        let found = try Command("blkid", ["-p", "-o", "export", medium.path]).runChecked().text
        #expect(found.contains("UUID=\(medium.identity.uuid)\n"))
        #expect(found.contains("LABEL=SLIPWAY_2026_11_20\n"))
        let menu = String(
            decoding: try DiscDirectory(medium.path).read("boot/grub/grub.cfg"), as: UTF8.self)
        #expect(menu.contains("slipway.medium=\(medium.identity.uuid) "))
    }

    @Test("other answers or another payload make another medium")
    func identities() throws {
        let media = [
            try SampleMedium(), try SampleMedium(answers: [1]), try SampleMedium(payload: [1]),
        ]
        #expect(Set(media.map(\.identity.uuid)).count == 3)
    }

    @Test("what a medium has beside payload, kernel and initramfs is little")
    func size() throws {
        let medium = try SampleMedium()
        let byteCount = try #require(try FileSystem.byteCount(of: medium.path))
        #expect(byteCount < LiveISOBuilder.overheadByteLimit)
    }

    @Test("an image without mtools is refused with the package that is missing")
    func missing() throws {
        let medium = try SampleMedium()
        let root = medium.folder.path + "/empty"
        try FileSystem.makeDirectory(root)
        #expect(
            throws: LiveISOError.missingInTree(
                path: root + "/usr/sbin/mkfs.vfat", package: "dosfstools")
        ) {
            try LiveISOBuilder(root: root) { _ in }.build(
                medium.contents, medium.identity, to: medium.path + ".2",
                in: medium.folder.path)
        }
    }
}

import BootLoader
import CSyscalls
import Command
import DiskFormats
import Storage
import Syscalls

/// An image file with the table of a boot leg, and a loader that was made up.
struct LegImage {
    let folder: TemporaryFolder
    let file: File
    let leg: BootLeg

    static let mebibyte: UInt64 = 1 << 20
    static let biosBoot = Extent(start: mebibyte, byteCount: mebibyte)
    static let systemPartition = Extent(start: 2 * mebibyte, byteCount: 36 * mebibyte)
    static let byteCount = 40 * mebibyte

    /// The unique GUID of the ESP; its first four bytes are the volume's id.
    static let systemGUID = known("89ABCDEF-0000-4000-8000-000000000002")

    static func known(_ text: String) -> GUID { GUID(text) ?? .zero }

    /// Makes an image.
    ///
    /// - Parameters:
    ///   - systemNumber: The number of the EFI system partition.
    ///   - firmware: The firmware that is to start from it.
    /// - Throws: `SystemError`.
    init(systemNumber: Int = 2, firmware: Set<Firmware> = [.bios, .efi]) throws {
        folder = try TemporaryFolder()
        file = try File(folder.path + "/disk", flags: O_RDWR | O_CREAT)
        let descriptor = file.descriptor
        try checked("ftruncate", file.path) { ftruncate(descriptor, off_t(LegImage.byteCount)) }
        leg = BootLeg(
            role: "card", disk: file.path, biosBoot: LegImage.biosBoot,
            systemPartition: LegImage.systemPartition, firmware: firmware)
        let table = try GPT(
            sectorSize: .bytes512, sectorCount: LegImage.byteCount / 512,
            diskGUID: LegImage.known("89ABCDEF-0000-4000-8000-000000000000"),
            entries: [
                entry(1, .biosBoot, LegImage.biosBoot, LegImage.systemGUID),
                entry(systemNumber, .esp, LegImage.systemPartition, LegImage.systemGUID),
            ])
        for write in try table.writes(
            sectorCount: LegImage.byteCount / 512, firstSector: bytes(512, at: 0))
        { try apply(write) }
    }

    private func entry(_ number: Int, _ type: GUID, _ extent: Extent, _ guid: GUID) -> GPT.Entry {
        GPT.Entry(
            number: number, type: type, unique: guid, firstLBA: extent.start / 512,
            lastLBA: extent.end / 512 - 1)
    }

    func bytes(_ count: Int, at offset: UInt64) throws -> [UInt8] {
        try file.read(count, at: offset)
    }

    func all() throws -> [UInt8] { try bytes(Int(LegImage.byteCount), at: 0) }

    func apply(_ write: ByteWrite) throws {
        try write.bytes.withUnsafeBytes { bytes in try file.write(bytes, at: write.offset) }
    }

    /// The filesystem as it is now.
    func volume() throws -> FAT32 {
        try FAT32(reading: AreaBytes(LegImage.systemPartition, of: DeviceBytes(file.path)))
    }

    /// What a file of the filesystem holds, as mtools reads it.
    func content(_ path: String) throws -> [UInt8] {
        try Command(
            "mcopy", ["-i", "\(file.path)@@\(LegImage.systemPartition.start)", "::/\(path)", "-"]
        ).runChecked().output
    }

    /// When the file was last written to.
    func changeTime() throws -> [Int] {
        let status = try file.status()
        return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    /// A loader of bytes that mean nothing, with a kernel in a file, and grubenv.
    func content(core: UInt8 = 0x22, kernelByteCount: Int = 300_000) throws -> LoaderContent {
        let kernel = folder.path + "/vmlinuz"
        try FileSystem.writeAtomically(LegImage.pattern(kernelByteCount), to: kernel)
        return try LoaderContent(
            bios: LegImage.loader(core: core), configuration: .bytes(Array("menu\n".utf8)),
            efiImage: .bytes(LegImage.pattern(70_000)),
            files: [
                SystemFile(path: "images/25.04.1-a+b~c/vmlinuz", content: .file(kernel)),
                SystemFile(path: "images/25.04.1-a+b~c/initrd.img", content: .bytes([1, 2, 3])),
                SystemFile(
                    path: "grub/grubenv",
                    content: .environment(["generation": "1", "trying": "2.0", "left": "2"])),
            ])
    }

    static func loader(core: UInt8) throws -> GrubBIOSLoader {
        let code = [0xEB, 0x63] + [UInt8](repeating: 0x11, count: 508) + [0x55, 0xAA]
        var image = [UInt8](repeating: core, count: 20_000)
        image.replaceSubrange(500..<512, with: [2, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0x20, 0x08])
        return try GrubBIOSLoader(bootImage: code, coreImage: image)
    }

    /// Bytes of which no two kilobytes in a row are the same.
    static func pattern(_ count: Int) -> [UInt8] {
        let piece = (0..<65521).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += piece }
        return Array(bytes.prefix(count))
    }
}

/// Whether the tools that write an EFI system partition are there.
let hasTools = ["mkfs.vfat", "mcopy", "mmd"].allSatisfy { Command($0).locate() != nil }

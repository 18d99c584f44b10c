import DiskFormats
import Testing

/// What mdadm says to superblocks and bitmaps of ours.
@Suite(.enabled(if: isInstalled("mdadm"), "needs mdadm"))
struct MDInteropTests {
    @Test("mdadm reads a leg that we made up", arguments: MDSuperblockTests.versions)
    func examine(version: MDVersion) throws {
        let sectors: UInt64 = 1 << 18
        let image = try ImageFile(byteCount: sectors * 512)
        let (superblock, bitmap) = try SampleArray.leg(version, deviceSectors: sectors)
        try image.apply(superblock.write)
        var bits = try #require(bitmap)
        for chunk: UInt64 in [1, 5, 6] { bits.set(chunk) }
        let offset = try #require(MDBitmap.offset(of: superblock))
        try image.apply(ByteWrite(offset: offset, bytes: bits.encoded()))
        let export = try image.run("mdadm", ["--examine", "--export", image.path])
        for wanted in [
            "MD_LEVEL=raid1", "MD_DEVICES=2", "MD_NAME=host:boot", "MD_EVENTS=42",
            "MD_UUID=\(SampleArray.setUUID.mdadmText)",
            "MD_DEV_UUID=\(SampleArray.deviceUUID.mdadmText)",
        ] {
            #expect(export.contains(wanted), "\(wanted) is not in \(export)")
        }
        // For people, but the only place that says whether the checksum is right.
        let text = try image.run("mdadm", ["--examine", image.path])
        #expect(text.contains(" - correct"), "\(text)")
        #expect(text.contains("Version : \(version)\n"), "\(text)")
        #expect(text.contains("\(superblock.bitmapOffset) sectors from superblock"), "\(text)")
        // Of a regular file mdadm thinks that it is a bitmap of its own.
        let file = try ImageFile(byteCount: UInt64(bits.encoded().count))
        try file.apply(ByteWrite(offset: 0, bytes: bits.encoded()))
        let map = try file.run("mdadm", ["--examine-bitmap", file.path])
        #expect(map.contains("(chunks), 3 dirty"), "\(map)")
        #expect(map.contains("Events Cleared : 40"), "\(map)")
    }

    @Test("a 0.90 superblock that mdadm takes is one that we take")
    func version090() throws {
        let bytes = Self.superblock090()
        let image = try ImageFile(byteCount: 4096 * 512)
        try image.apply(ByteWrite(offset: (4096 - 128) * 512, bytes: bytes))
        let export = try image.run("mdadm", ["--examine", "--export", image.path])
        let text = try image.run("mdadm", ["--examine", image.path])
        #expect(text.contains(" - correct"), "\(text)")
        let findings = MDMember.findings(in: image)
        #expect(findings.map(\.version) == [.v0_90])
        let member = try #require(findings.first).result.get()
        #expect(export.contains("MD_UUID=\(member.setUUID.mdadmText)"), "\(export)")
        #expect(export.contains("MD_EVENTS=\(member.events)"), "\(export)")
        #expect((member.level, member.raidDisks, member.componentSectors) == (1, 2, 3840))
        #expect((member.role, member.isClean) == (.active(1), true))
        #expect(member.updateTime.seconds == 1_700_000_100)
        guard case .version090(let superblock) = member else { return }
        let geometry = try MDGeometry(superblock, deviceSectors: 4096)
        #expect(geometry.superblock.lowerBound == (4096 - 128) * 512)
        #expect(geometry.data == 0..<(3840 * 512))
        for length in stride(from: 0, to: 4096, by: 5) {
            #expect(throws: FormatFault.self) {
                try MDSuperblock090(decoding: Array(bytes[..<length]))
            }
        }
        var changed = bytes
        changed[700] ^= 1
        #expect(throws: FormatFault.self) { try MDSuperblock090(decoding: changed) }
    }

    /// The bytes of the second leg of a RAID1.
    static func superblock090() -> [UInt8] {
        var words = [UInt32](repeating: 0, count: 1024)
        words[0] = 0xa92b_4efc
        words[2] = 90
        (words[5], words[13], words[14], words[15]) = (0x0011_2233, 0x4455_6677, 8, 9)
        words[6] = 1_700_000_000
        (words[7], words[8], words[9], words[10], words[11]) = (1, 1920, 2, 2, 7)
        (words[32], words[33]) = (1_700_000_100, 1)
        (words[34], words[35]) = (2, 2)
        words[39] = 17
        words[40] = 1
        for number: UInt32 in 0..<2 {
            let disk: [UInt32] = [number, 8, 16 * number, number, 6]
            words.replaceSubrange(
                (128 + 32 * Int(number))..<(133 + 32 * Int(number)), with: disk)
            if number == 1 { words.replaceSubrange(992..<997, with: disk) }
        }
        let sum = words.reduce(UInt64(0)) { $0 + UInt64($1) }
        words[38] = UInt32(sum & 0xffff_ffff) &+ UInt32(sum >> 32)
        return words.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 255) } }
    }
}

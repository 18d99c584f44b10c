import DiskFormats
import Testing

@Suite struct GrubBIOSLoaderTests {
    static let bootImage: [UInt8] =
        [0xEB, 0x63] + [UInt8](repeating: 0x11, count: 508) + [0x55, 0xAA]

    /// A core image of so many bytes, with the list that grub-mkimage writes.
    static func coreImage(_ byteCount: Int = 5000) -> [UInt8] {
        var bytes = [UInt8](repeating: 0x22, count: byteCount)
        let count = (byteCount - 1) / 512
        bytes.replaceSubrange(
            500..<512,
            with: [2, 0, 0, 0, 0, 0, 0, 0, UInt8(count & 255), UInt8(count >> 8), 0x20, 0x08])
        return bytes
    }

    @Test("the places where things lie are put in, and nothing else changes")
    func patches() throws {
        let loader = try GrubBIOSLoader(bootImage: Self.bootImage, coreImage: Self.coreImage())
        let code = loader.bootCode(coreLBA: GrubBIOSLoader.biosBootLBA)
        #expect(code.count == 440)
        #expect(code[0x5C..<0x64] == [0, 8, 0, 0, 0, 0, 0, 0])
        #expect(code[0x64] == 0xFF)
        #expect(code[0x66..<0x68] == [0x90, 0x90])
        #expect(code.indices.filter { code[$0] != Self.bootImage[$0] }.count == 11)
        let core = loader.core(coreLBA: 2048)
        #expect(core.count == 5120)
        #expect(core[500..<508] == [1, 8, 0, 0, 0, 0, 0, 0])
        #expect(core[508..<5000] == Self.coreImage()[508...])
        #expect(core[5000...].allSatisfy { $0 == 0 })
        #expect(GrubBIOSLoader.passOn.count == 440)
    }

    @Test("what is not GRUB's is refused")
    func refused() {
        func fault(_ bootImage: [UInt8], _ coreImage: [UInt8]) -> FormatFault? {
            do throws(FormatFault) {
                _ = try GrubBIOSLoader(bootImage: bootImage, coreImage: coreImage)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(Self.bootImage, Self.coreImage()) == nil)
        #expect(fault(Self.bootImage, Self.coreImage(5121)) == nil)
        #expect(
            fault([UInt8](repeating: 0, count: 512), Self.coreImage()) == .absent(.grubBootImage))
        for bootImage in [[], Self.bootImage + [0]] {
            guard case .badField(.grubBootImage, "length", _, _) = fault(bootImage, []) else {
                Issue.record("a boot.img of \(bootImage.count) bytes is accepted")
                continue
            }
        }
        let core = Self.coreImage()
        for length in 0..<4609 {
            #expect(fault(Self.bootImage, Array(core[..<length])) != nil)
        }
        var patched = core
        patched[500] = 1
        patched[501] = 8
        #expect(
            fault(Self.bootImage, patched)
                == .misplaced(.grubCoreImage, field: "first sector", stored: 2049, wanted: 2))
    }
}

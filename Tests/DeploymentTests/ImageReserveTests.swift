import Deployment
import Glibc
import Syscalls
import Testing

@Suite struct ImageReserveTests {
    /// A boot volume on the filesystem of /tmp, and what stands for the kernel's settings of it.
    private struct Stage {
        let folder: TemporaryFolder
        let volume: BootVolume
        let setting: String
        let block: UInt64

        init(imageByteCounts: [Int]) throws {
            folder = try TemporaryFolder()
            volume = try BootVolume.make(at: "\(folder.path)/boot")
            for (index, byteCount) in imageByteCounts.enumerated() {
                let image = "\(volume.path)/images/\(index)"
                try FileSystem.makeDirectory(image)
                let file = try File.create("\(image)/rootfs.squashfs")
                // Its length counts; a hole takes no room.
                #expect(ftruncate(file.descriptor, off_t(byteCount)) == 0)
            }
            setting = "\(folder.path)/reserved_clusters"
            try FileSystem.writeAtomically("4096\n", to: setting)
            block = try FileSystem.blockByteCount(at: volume.path)
        }

        func reserve() throws -> ImageReserve {
            try ImageReserve(of: volume, setting: setting)
        }

        func clusters() throws -> UInt64? { UInt64(try FileSystem.readText(setting)) }
    }

    @Test("room for two that are a quarter larger than the largest")
    func largest() throws {
        let stage = try Stage(imageByteCounts: [40 << 20, 48 << 20, 0])
        try stage.reserve().keep()
        #expect(try stage.clusters() == (120 << 20) / stage.block)
        #expect(try stage.reserve().byteCount() == 120 << 20)
    }

    @Test("a folder of another filesystem has none")
    func unmounted() throws {
        let stage = try Stage(imageByteCounts: [])
        #expect(
            throws: SystemError("reserved_clusters", stage.volume.path, code: ENOTSUP)
        ) { try ImageReserve(of: stage.volume) }
    }

    @Test("never less than ext4 keeps back by itself")
    func least() throws {
        let stage = try Stage(imageByteCounts: [])
        try stage.reserve().keep()
        #expect(try stage.clusters() == 4096)
    }

    @Test("no more than there is")
    func scarce() throws {
        let stage = try Stage(imageByteCounts: [1 << 43])
        let available = try FileSystem.availableByteCount(at: stage.volume.path)
        try stage.reserve().keep()
        #expect(try stage.reserve().byteCount() <= available + 4096 * stage.block)
    }

    @Test("an image that is added gets its room")
    func released() throws {
        let stage = try Stage(imageByteCounts: [48 << 20])
        try stage.reserve().keep()
        try stage.reserve().release(50 << 20)
        #expect(try stage.reserve().byteCount() == 70 << 20)
        try stage.reserve().release(100 << 20)
        #expect(try stage.clusters() == 4096)
    }
}

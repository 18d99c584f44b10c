import BootLoader
import Command
import CSyscalls
import DiskFormats
import Storage
import Syscalls
import Testing

/// A leg on a block device, which is read past the page cache.
@Suite(.enabled(if: hasTools && LoopDevice.areAvailable, "needs mtools, root and loop devices"))
struct BlockDeviceTests {
    @Test("a leg on a block device is written, and read back from the medium")
    func blockDevice() throws {
        let image = try LegImage()
        let device = try LoopDevice(image.file.path)
        var leg = image.leg
        leg.disk = device.path
        let writer = GrubBootLegWriter(try image.content())
        // What the page cache knows must not be what counts.
        _ = try FileSystem.read(device.path)
        try writer.writeSystemPartition(of: leg)
        try writer.writeBootCode(of: leg)
        #expect(try writer.state(of: leg) == .complete)
        // The file behind the device has it too.
        #expect(try writer.state(of: image.leg) == .complete)
        let kernel = try #require(try image.volume().file("images/25.04.1-a+b~c/vmlinuz"))
        try image.apply(
            ByteWrite(
                offset: LegImage.systemPartition.start + kernel.extents[0].lowerBound + 9,
                bytes: [0xFF]))
        try image.file.synchronize()
        let difference = BootLegDifference.content(
            path: "images/25.04.1-a+b~c/vmlinuz", byte: 9)
        #expect(try writer.differences(of: leg) == [difference])
        try writer.writeSystemPartition(of: leg)
        #expect(try writer.state(of: image.leg) == .complete)
    }
}

/// A loop device; gone with the last reference.
final class LoopDevice: Sendable {
    /// Its path.
    let path: String

    /// Whether this process may have one.
    static let areAvailable: Bool = {
        guard geteuid() == 0, Command("losetup").locate() != nil,
            let folder = try? TemporaryFolder()
        else { return false }
        let path = folder.path + "/probe"
        return (try? FileSystem.writeAtomically([UInt8](repeating: 0, count: 4096), to: path))
            != nil
            && (try? LoopDevice(path)) != nil
    }()

    /// Makes a device of a file.
    init(_ file: String) throws {
        let text = try Command("losetup", ["--find", "--show", file]).runChecked().text
        path = String(text.prefix { $0 != "\n" })
    }

    deinit { _ = try? Command("losetup", ["--detach", path]).run() }
}

import Storage
import Syscalls
import Testing

@testable import Deployment

@Suite struct VolumeLegTests {
    /// A folder that looks like `/`, with an array of these legs in sysfs.
    private struct System {
        let folder: TemporaryFolder
        var tree: SystemTree { SystemTree(root: folder.path) }

        init(level: String = "raid1") throws {
            folder = try TemporaryFolder()
            try FileSystem.makeDirectory("\(folder.path)/sys/dev/block")
            let array = "/sys/devices/virtual/block/md127"
            try write("9:127", "\(array)/dev")
            try write(level, "\(array)/md/level")
            try FileSystem.makeLink(
                "\(folder.path)/sys/dev/block/9:127", to: "../../devices/virtual/block/md127")
        }

        func write(_ text: String, _ path: String) throws {
            let place = folder.path + path
            let slash = try #require(place.lastIndex(of: "/"))
            try FileSystem.makeDirectory(String(place[..<slash]))
            try FileSystem.writeAtomically(text + "\n", to: place)
        }

        func leg(
            _ name: String, slot: String, state: String, offset: Int?, isThere: Bool = true
        ) throws {
            let leg = "/sys/devices/virtual/block/md127/md/dev-\(name)"
            try write(slot, "\(leg)/slot")
            try write(state, "\(leg)/state")
            if let offset { try write(String(offset), "\(leg)/offset") }
            try FileSystem.makeLink(
                "\(folder.path)\(leg)/block", to: "../../../../../pci/\(name)")
            if isThere { try write("8:3", "/sys/devices/pci/\(name)/dev") }
        }
    }

    @Test("legs come by their slots, each with what it is good for and where its data start")
    func states() throws {
        let system = try System()
        try system.leg("sdb3", slot: "1", state: "in_sync", offset: 0)
        try system.leg("sda3", slot: "0", state: "in_sync,write_mostly", offset: 2048)
        try system.leg("sdc3", slot: "2", state: "spare", offset: 0)
        try system.leg("sdd3", slot: "none", state: "faulty", offset: 0)
        try system.leg("cciss!c0d0p3", slot: "3", state: "in_sync", offset: 0, isThere: false)
        let legs = try VolumeLeg.all(ofDevice: "9:127", holding: "/mnt", in: system.tree)
        #expect(
            legs == [
                VolumeLeg(device: "/dev/sda3", slot: 0, state: .whole, start: 2048 * 512),
                VolumeLeg(device: "/dev/sdb3", slot: 1, state: .whole, start: 0),
                VolumeLeg(device: "/dev/sdc3", slot: 2, state: .incomplete, start: 0),
                VolumeLeg(device: "/dev/cciss/c0d0p3", slot: 3, state: .gone, start: 0),
                VolumeLeg(device: "/dev/sdd3", slot: nil, state: .faulty, start: 0),
            ])
    }

    @Test("a partition inside an array of whole disks starts where the partition does")
    func inside() throws {
        let system = try System()
        try system.leg("sda", slot: "0", state: "in_sync", offset: 8)
        let part = "/sys/devices/virtual/block/md127/md127p1"
        try system.write("259:0", "\(part)/dev")
        try system.write("1", "\(part)/partition")
        try system.write("2048", "\(part)/start")
        try FileSystem.makeLink(
            "\(system.folder.path)/sys/dev/block/259:0",
            to: "../../devices/virtual/block/md127/md127p1")
        #expect(
            try VolumeLeg.all(ofDevice: "259:0", holding: "/mnt", in: system.tree)
                == [VolumeLeg(device: "/dev/sda", slot: 0, state: .whole, start: 2056 * 512)])
    }

    @Test("a filesystem without an array has one leg, its device")
    func plain() throws {
        let system = try System()
        try system.write("8:3", "/sys/devices/pci/sda/sda3/dev")
        try system.write("3", "/sys/devices/pci/sda/sda3/partition")
        try FileSystem.makeLink(
            "\(system.folder.path)/sys/dev/block/8:3", to: "../../devices/pci/sda/sda3")
        #expect(
            try VolumeLeg.all(ofDevice: "8:3", holding: "/mnt", in: system.tree)
                == [VolumeLeg(device: "/dev/sda3", slot: nil, state: .whole, start: 0)])
    }

    @Test("what is no mirror, has no device, or hides where its data start, is refused")
    func refused() throws {
        let striped = try System(level: "raid0")
        #expect(throws: LegReaderError.noMirror(array: "/dev/md127", level: "raid0")) {
            try VolumeLeg.all(ofDevice: "9:127", holding: "/mnt", in: striped.tree)
        }
        #expect(throws: LegReaderError.noDevice(folder: "/mnt", number: "0:1")) {
            try VolumeLeg.all(ofDevice: "0:1", holding: "/mnt", in: striped.tree)
        }
        let hidden = try System()
        try hidden.leg("sda3", slot: "0", state: "in_sync", offset: nil)
        #expect(throws: LegReaderError.noDataOffset(array: "/dev/md127", leg: "/dev/sda3")) {
            try VolumeLeg.all(ofDevice: "9:127", holding: "/mnt", in: hidden.tree)
        }
    }
}

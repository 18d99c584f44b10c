import DiskFormats
import JSON
import Syscalls
import Testing

@testable import Storage

private let guid = "0B5A1B9E-2C43-4A0F-9A51-6C1DE2D9E0A1"
private let card = "devices/pci0000:00/usb1/1-4/1-4:1.0/host2/target2:0:0/2:0:0:1/block"

@Suite struct ObserverTests {
    /// A card in a USB reader with a table and a leg, whose partitions the kernel knows.
    private func cardSystem() throws -> RecordedSystem {
        let system = try RecordedSystem()
        let place = String(card.dropFirst("devices/".count))
        try system.disk(
            "sda", at: place, number: "8:0", byteCount: 64 * mebibyte,
            [
                "removable": "1", "ro": "0", "queue/logical_block_size": "512",
                "../../model": "SD/MMC ", "../../../../../../idVendor": "0951",
                "../../../../../../serial": "READER0001",
            ])
        try system.write("", to: "/sys/\(card)/sda/device/model")
        let legs = Extent(start: 9 * mebibyte, byteCount: 40 * mebibyte)
        for write in try table(
            guid, byteCount: 64 * mebibyte,
            [
                ("bios", .biosBoot, Extent(start: mebibyte, byteCount: mebibyte)),
                ("esp", .esp, Extent(start: 2 * mebibyte, byteCount: 7 * mebibyte)),
                ("boot", .linuxRAID, legs),
            ])
        {
            try system.write(write, to: "/dev/sda")
        }
        for (number, start, count) in [(1, 1, 1), (2, 2, 7), (3, 9, 40)] as [(Int, UInt64, UInt64)]
        {
            try system.partition(
                "sda\(number)", of: "sda", at: place, number: number, devNumber: "8:\(number)",
                start: start * mebibyte, byteCount: count * mebibyte,
                holders: number == 3 ? ["md127"] : [])
        }
        var write = try superblock(
            .v1_0, deviceByteCount: legs.byteCount, dataByteCount: 38 * mebibyte, slot: 0
        ).write
        write.offset += legs.start
        try system.write(write, to: "/dev/sda")
        try system.run("mkfs.vfat", ["-n", "ESP"], on: "/dev/sda2")
        try system.write(
            """
            22 27 0:21 / /proc rw - proc proc rw
            30 27 8:2 / /run/slipway/e\\040sp rw - vfat /dev/sda2 rw
            """, to: "/proc/self/mountinfo")
        return system
    }

    @Test("a card in a reader is described by the reader, its table, its areas and its leg")
    func cardInReader() throws {
        let system = try cardSystem()
        let observation = try Observer(system: system.tree).observe()
        let disk = try #require(observation.disks.first)
        #expect(observation.disks.count == 1)
        #expect(disk.path == "/dev/sda")
        #expect(disk.byteCount == 64 * mebibyte)
        #expect(disk.bus == .usb)
        #expect(disk.serial == "READER0001")
        #expect(disk.isRemovable)
        guard case .gpt(let table) = disk.table else {
            Issue.record("no GPT: \(disk.table)")
            return
        }
        #expect(table.guid == guid)
        #expect(table.faults == [])
        #expect(table.partitions.map(\.name) == ["bios", "esp", "boot"])
        #expect(disk.areas.map(\.device) == ["/dev/sda", "/dev/sda1", "/dev/sda2", "/dev/sda3"])
        #expect(disk.areas.map(\.partition) == [nil, 1, 2, 3])
        #expect(disk.areas[2].mountPoints == ["/run/slipway/e sp"])
        guard case .filesystem("vfat", _, "ESP") = disk.areas[2].signatures.first else {
            Issue.record("no vfat: \(disk.areas[2].signatures)")
            return
        }
        #expect(disk.areas[3].holders == ["md127"])
        guard case .member(let member) = disk.areas[3].signatures.first else {
            Issue.record("no leg: \(disk.areas[3].signatures)")
            return
        }
        #expect(member.arrayName == "boot")
        #expect(member.role == .slot(0))
        #expect(member.activeSlots == [true, true])
        #expect(member.events == 40)
    }

    @Test("a running array is what sysfs says, with the name and UUID of its superblocks")
    func array() throws {
        let system = try cardSystem()
        try system.disk(
            "md127", at: "virtual/block", number: "9:127", byteCount: 38 * mebibyte,
            [
                "md/metadata_version": "1.0", "md/array_state": "clean", "md/level": "raid1",
                "md/raid_disks": "2", "md/component_size": "\(38 << 10)",
                "md/sync_action": "recover", "md/sync_completed": "2048 / 77824",
                "md/bitmap/location": "+8", "md/bitmap/chunksize": "1048576",
                "md/dev-sda3/state": "in_sync,write_mostly", "md/dev-sda3/slot": "0",
                "md/dev-sda3/recovery_start": "none", "md/dev-sdz3/state": "faulty",
                "md/dev-sdz3/slot": "none", "md/dev-sdz3/recovery_start": "8",
            ])
        try system.run("mke2fs", ["-q", "-L", "boot"], on: "/dev/md127")
        let observation = try Observer(system: system.tree).observe()
        let array = try #require(observation.arrays.first)
        #expect(array.path == "/dev/md127")
        #expect(array.uuid == "6d1f3a52:04c9b1aa:7e40d8d2:91b5c0fe")
        #expect(array.name == "boot")
        #expect(array.syncPosition == mebibyte)
        #expect(array.syncEnd == 38 * mebibyte)
        #expect(array.dataByteCount == 38 * mebibyte)
        #expect(array.bitmapChunkByteCount == mebibyte)
        #expect(array.filesystemByteCount == 38 * mebibyte)
        #expect(
            array.members == [
                .init(device: "/dev/sda3", slot: 0, flags: ["in_sync", "write_mostly"]),
                .init(device: "/dev/sdz3", slot: nil, flags: ["faulty"], recoveryOffset: 4096),
            ])
        // The volume is there, and nothing is written down on it.
        #expect(observation.recordedIdentities == [:])
    }

    @Test("a reader without a card has no content")
    func emptyReader() throws {
        let system = try RecordedSystem()
        try system.disk("sdb", at: "pci/usb1/2:0:0:0/block", number: "8:16", byteCount: 0)
        try system.write("", to: "/sys/devices/pci/usb1/2:0:0:0/block/sdb/device/model")
        let disk = try #require(try Observer(system: system.tree).observe().disks.first)
        #expect(disk.byteCount == 0)
        #expect(disk.areas == [])
    }

    @Test("a region that a loop device shows is an area of its disk")
    func loopRegion() throws {
        let system = try RecordedSystem()
        try system.disk(
            "nvme0n1", at: "pci0000:00/nvme/nvme0", number: "259:0", byteCount: 32 * mebibyte,
            ["wwid": "eui.0025385b71b0a1f4"])
        try system.write("", to: "/sys/devices/pci0000:00/nvme/nvme0/nvme0n1/device/x")
        try system.write("SN 240 ", to: "/sys/devices/pci0000:00/nvme/nvme0/nvme0n1/device/serial")
        try system.disk(
            "loop0", at: "virtual/block", number: "7:0", byteCount: 8 * mebibyte,
            [
                "loop/backing_file": "/dev/nvme0n1", "loop/offset": "\(16 * mebibyte)",
                "loop/sizelimit": "\(8 * mebibyte)",
            ])
        try system.write("40 1 7:0 / /mnt/iso rw - ext4 /dev/loop0 rw", to: "/proc/self/mountinfo")
        let disk = try #require(try Observer(system: system.tree).observe().disks.first)
        #expect(disk.bus == .nvme)
        #expect(disk.serial == "SN 240")
        #expect(disk.wwn == "eui.0025385b71b0a1f4")
        let region = try #require(disk.areas.first { $0.device == "/dev/loop0" })
        #expect(region.extent == Extent(start: 16 * mebibyte, byteCount: 8 * mebibyte))
        #expect(region.mountPoints == ["/mnt/iso"])
    }

    @Test("an image file with a lost table shows a leg where the layout has it")
    func lostTable() throws {
        let system = try RecordedSystem()
        try system.image("/card.img", byteCount: 64 * mebibyte)
        let extent = Extent(start: 9 * mebibyte, byteCount: 40 * mebibyte)
        var write = try superblock(
            .v1_0, deviceByteCount: extent.byteCount, dataByteCount: 38 * mebibyte, slot: 1
        ).write
        write.offset += extent.start
        try system.write(write, to: "/card.img")
        var observer = Observer(
            system: system.tree,
            described: [DescribedDisk(path: "/card.img", bus: .usb, serial: "X")])
        #expect(try observer.observe().disks[0].areas.map(\.signatures) == [[]])
        observer.places = ["/card.img": [extent]]
        let disk = try observer.observe().disks[0]
        #expect(disk.bus == .usb)
        #expect(disk.table == .none)
        #expect(disk.areas.map(\.extent) == [Extent(start: 0, byteCount: 64 * mebibyte), extent])
        #expect(disk.identity.memberUUIDs == ["00000000:11111111:22222222:00000001"])
    }

    @Test("garbage, two versions at once, and files too small are values")
    func damage() throws {
        let system = try RecordedSystem()
        let byteCount = 16 * mebibyte
        let paths = ["/garbage.img", "/two.img", "/tiny.img", "/empty.img", "/torn.img"]
        for path in paths.prefix(2) { try system.image(path, byteCount: byteCount) }
        try system.image("/tiny.img", byteCount: 700)
        try system.image("/empty.img", byteCount: 0)
        try system.image("/torn.img", byteCount: byteCount)
        var damaged = try superblock(
            .v1_2, deviceByteCount: byteCount, dataByteCount: 8 * mebibyte, slot: 0
        ).write
        damaged.bytes[100] ^= 0xff
        try system.write(damaged, to: "/garbage.img")
        for version in [MDVersion.v1_0, .v1_2] {
            try system.write(
                superblock(
                    version, deviceByteCount: byteCount, dataByteCount: 8 * mebibyte, slot: 0
                ).write, to: "/two.img")
        }
        // Only the backup of a table, as a cut leaves it.
        for write in try table(guid, byteCount: byteCount, []).prefix(2) {
            try system.write(write, to: "/torn.img")
        }
        let observation = try Observer(
            system: system.tree, described: paths.map { DescribedDisk(path: $0) }
        ).observe()
        func disk(_ path: String) throws -> ObservedDisk {
            try #require(observation.disk(at: path))
        }
        #expect(
            try disk("/garbage.img").areas[0].signatures.contains(
                .other(type: "damaged md superblock", uuid: nil)))
        #expect(try disk("/two.img").areas[0].signatures.filter(\.isMember).count == 2)
        #expect(try disk("/tiny.img").areas[0].signatures == [])
        #expect(try disk("/empty.img").areas == [])
        guard case .gpt(let torn) = try disk("/torn.img").table else {
            Issue.record("no table")
            return
        }
        #expect(torn.guid == guid)
        #expect(torn.faults.count == 2)
    }

    @Test("a leg whose data start further in shows what they are while the array does not run")
    func contentOfStoppedLeg() throws {
        let system = try RecordedSystem()
        let byteCount = 16 * mebibyte
        try system.image("/store.img", byteCount: byteCount)
        try system.image("/content.img", byteCount: 8 * mebibyte)
        try system.run("mkswap", ["-q"], on: "/content.img")
        try system.write(
            ByteWrite(
                offset: mebibyte,
                bytes: DeviceBytes(system.tree.path("/content.img")).bytes(4096, at: 0)),
            to: "/store.img")
        try system.write(
            superblock(.v1_2, deviceByteCount: byteCount, dataByteCount: 8 * mebibyte, slot: 0)
                .write, to: "/store.img")
        let disk = try Observer(
            system: system.tree, described: [DescribedDisk(path: "/store.img")]
        ).observe().disks[0]
        let signatures = disk.areas[0].signatures
        #expect(signatures.count == 2)
        guard case .other("swap", _) = signatures.last else {
            Issue.record("no swap: \(signatures)")
            return
        }
    }

    @Test("a list of disks names what is wrong in it")
    func describedDisks() throws {
        let disks = try DescribedDisk.list(
            JSON(parsing: #"[{"path": "/dev/ubda", "bus": "usb", "lun": 1, "removable": true}]"#))
        #expect(
            disks == [DescribedDisk(path: "/dev/ubda", bus: .usb, lun: 1, isRemovable: true)])
        #expect(throws: SavedFormError.unknown("[0].speed")) {
            try DescribedDisk.list(JSON(parsing: #"[{"path": "/dev/ubda", "speed": 1}]"#))
        }
        #expect(throws: SavedFormError.self) {
            try DescribedDisk.list(JSON(parsing: #"[{"path": "/a"}, {"path": "/a"}]"#))
        }
    }
}

@Suite struct SignatureScanTests {
    @Test("devices with the same last name are not in one run of wipefs")
    func groups() {
        #expect(
            SignatureScan.groups(["/a/x", "/b/x", "/a/y"]) == [["/a/x", "/a/y"], ["/b/x"]])
    }

    @Test("findings come from JSON, each once")
    func wipefs() throws {
        let text = """
            {"signatures": [
              {"device": "sda2", "type": "vfat", "uuid": "1-2", "label": null, "usage": "filesystem"},
              {"device": "sda2", "type": "vfat", "uuid": "1-2", "label": null, "usage": "filesystem"},
              {"device": "sda", "type": "gpt", "uuid": null, "label": null, "usage": "partition-table"}
            ]}
            """
        let findings = try SignatureScan.parse(Array(text.utf8))
        #expect(
            findings["sda2"]?.map(\.signature) == [
                .filesystem(type: "vfat", uuid: "1-2", label: nil)
            ])
        #expect(findings["sda"]?.map(\.isTable) == [true])
        #expect(try SignatureScan.parse([]).isEmpty)
    }

    @Test("blkid's values lose their backslashes")
    func export() {
        let text = "DEVNAME=x\nLABEL=a\\ b\nTYPE=ext4\nUSAGE=filesystem\nUUID=7\n"
        #expect(
            SignatureScan.parseExport(text)?.signature
                == .filesystem(type: "ext4", uuid: "7", label: "a b"))
        #expect(SignatureScan.parseExport("PTTYPE=dos\n")?.isTable == true)
        #expect(SignatureScan.parseExport("DEVNAME=x\n") == nil)
    }
}

@Suite struct MountTableTests {
    @Test("mount points by device number, blanks and all; swap by path")
    func parsing() {
        let table = MountTable(
            mountInfo: "36 35 8:1 / /mnt/a\\040b\\134 rw master:1 - ext3 /dev/root rw\nshort\n",
            swaps: "Filename\tType\tSize\n/dev/sdb1   partition\t8\n")
        #expect(table.uses(ofDevice: "8:1", at: "/dev/sda1") == ["/mnt/a b\\"])
        #expect(table.uses(ofDevice: nil, at: "/dev/sdb1") == ["[SWAP]"])
    }
}

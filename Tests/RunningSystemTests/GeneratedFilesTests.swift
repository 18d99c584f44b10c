import Command
import RunningSystem
import Storage
import Syscalls
import Testing

@Suite struct GeneratedFilesTests {
    /// The volumes of the TVS-663: on an array, on a partition, and the boot volume.
    static let layout = Layout(
        name: "tvs-663", disks: [],
        arrays: [
            ArraySpec(
                name: "boot", metadata: .v1_0, bitmapChunkByteCount: 1 << 20,
                uuid: "11111111:22222222:33333333:44444444"),
            ArraySpec(
                name: "vms", metadata: .v1_2, bitmapChunkByteCount: 1 << 26,
                uuid: "aaaaaaaa:bbbbbbbb:cccccccc:dddddddd"),
        ],
        volumes: [
            VolumeSpec(
                name: "boot", array: "boot", filesystem: .ext4, label: "slipway-boot",
                mountPoint: Layout.bootMountPoint, options: ["noatime"]),
            VolumeSpec(
                name: "vms", array: "vms", filesystem: .ext4, label: "slipway-vms",
                mountPoint: "/srv/vms", options: ["noatime"]),
            VolumeSpec(
                name: "iso", array: nil, filesystem: .ext4, label: "iso%/store",
                mountPoint: "/srv/iso-store", options: ["ro", "nofail"]),
            VolumeSpec(
                name: "sr", array: nil, filesystem: .foreign, label: "", mountPoint: "/sr"),
            VolumeSpec(name: "spare", array: nil, filesystem: .ext4, label: "spare"),
        ])

    static let files = GeneratedFiles(layout: layout, source: "/x/layout.json")

    @Test("a line of mdadm.conf for each array")
    func arrays() {
        #expect(
            Self.files.arrays == """
                ARRAY /dev/md/boot UUID=11111111:22222222:33333333:44444444
                ARRAY /dev/md/vms UUID=aaaaaaaa:bbbbbbbb:cccccccc:dddddddd

                """)
    }

    @Test("a mount unit for each volume that is ours and not mounted yet")
    func units() {
        #expect(Self.files.units.map(\.name) == ["srv-vms.mount", "srv-iso\\x2dstore.mount"])
        #expect(
            Self.files.units[0].text == """
                # Made by slipway-host from /x/layout.json
                [Unit]
                Description=Volume vms
                SourcePath=/x/layout.json
                Requires=systemd-fsck@dev-md-vms.service
                After=systemd-fsck@dev-md-vms.service

                [Mount]
                What=/dev/md/vms
                Where=/srv/vms
                Type=ext4
                Options=noatime,nofail

                """)
        let store = Self.files.units[1].text
        #expect(store.contains("What=/dev/disk/by-label/iso\\x25\\x2fstore\n"))
        #expect(store.contains("Options=ro,nofail,noatime\n"))
    }

    @Test("the files as systemd and mdadm find them")
    func written() throws {
        let folder = try TemporaryFolder()
        // Twice, as units are made anew with each daemon-reload.
        for _ in 0..<2 {
            try Self.files.write(
                toUnits: folder.path, arrays: "\(folder.path)/mdadm.conf")
        }
        #expect(try FileSystem.readText("\(folder.path)/mdadm.conf") == Self.files.arrays)
        #expect(
            try FileSystem.readText("\(folder.path)/srv-vms.mount") == Self.files.units[0].text)
        #expect(
            try FileSystem.readLink("\(folder.path)/local-fs.target.wants/srv-vms.mount")
                == "../srv-vms.mount")
    }

    @Test(
        "systemd takes the units",
        .enabled(if: Command("systemd-analyze").locate() != nil, "needs systemd-analyze"))
    func verified() throws {
        let folder = try TemporaryFolder()
        try Self.files.write(toUnits: folder.path, arrays: "\(folder.path)/mdadm.conf")
        let result = try Command(
            "systemd-analyze",
            ["verify", "--man=no"] + Self.files.units.map { "\(folder.path)/\($0.name)" }
        ).run()
        #expect(result.isSuccess)
        #expect(result.errorText == "")
    }
}

@Suite struct UnitNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        let name: String
        var testDescription: String { path }
    }

    @Test(
        "paths as systemd-escape --path prints them",
        arguments: [
            Case(path: "/", name: "-"), Case(path: "/srv/vms", name: "srv-vms"),
            Case(path: "/srv//vms/", name: "srv-vms"), Case(path: "/.a/.b", name: "\\x2ea-.b"),
            Case(path: "/a-b c", name: "a\\x2db\\x20c"), Case(path: "/ä", name: "\\xc3\\xa4"),
            Case(path: "/dev/disk/by-label/x\\x2fy", name: "dev-disk-by\\x2dlabel-x\\x5cx2fy"),
        ])
    func paths(_ example: Case) {
        #expect(UnitName.escape(path: example.path) == example.name)
    }
}

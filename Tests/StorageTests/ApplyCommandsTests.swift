import Command
import Testing

@testable import Storage

@Suite struct ApplyCommandsTests {
    private func array(
        _ metadata: MetadataVersion, chunk: UInt64?, dataOffset: UInt64 = 0
    ) -> ArrayToMake {
        ArrayToMake(
            name: "boot", uuid: "6d1f3a52:04c9b1aa:7e40d8d2:91b5c0fe", metadata: metadata,
            dataByteCount: 1 << 30, dataOffset: dataOffset, bitmapChunkByteCount: chunk,
            legs: [])
    }

    @Test("an array is made without a copy, for every host, with the plan's sizes")
    func create() {
        let command = MdadmCommands.create(
            array(.v1_0, chunk: 2 << 20), devices: ["/dev/sda3", nil])
        #expect(
            command.text
                == "mdadm --create /dev/md/boot --config=none --run --level=1 --raid-devices=2 "
                + "--metadata=1.0 --size=1048576K --name=boot --homehost=any "
                + "--uuid=6d1f3a52:04c9b1aa:7e40d8d2:91b5c0fe --assume-clean "
                + "--bitmap=internal --bitmap-chunk=2048K /dev/sda3 missing")
        let other = MdadmCommands.create(
            array(.v1_2, chunk: nil, dataOffset: 1 << 20), devices: ["/dev/a", "/dev/b"])
        #expect(other.arguments.contains("--data-offset=1024K"))
        #expect(other.arguments.contains("--bitmap=none"))
    }

    @Test("an array is assembled from the legs that are named, and no others")
    func assemble() {
        #expect(
            MdadmCommands.assemble(name: "boot", uuid: "1:2:3:4", devices: ["/dev/nvme0n1p3"])
                .text
                == "mdadm --assemble /dev/md/boot --config=none --run --uuid=1:2:3:4 "
                + "/dev/nvme0n1p3")
    }

    @Test("legs are added, put back and replaced")
    func manage() {
        #expect(
            MdadmCommands.add("/dev/a", to: "/dev/md1", isWriteMostly: true).text
                == "mdadm --manage /dev/md1 --add --write-mostly /dev/a")
        #expect(
            MdadmCommands.reAdd("/dev/a", to: "/dev/md1").text
                == "mdadm --manage /dev/md1 --re-add /dev/a")
        #expect(
            MdadmCommands.replace("/dev/a", by: "/dev/b", in: "/dev/md1").text
                == "mdadm --manage /dev/md1 --replace /dev/a --with /dev/b")
        #expect(
            MdadmCommands.grow("/dev/md1", dataByteCount: 1 << 30).text
                == "mdadm --grow /dev/md1 --size=1048576K --assume-clean")
    }

    @Test("a small filesystem has no room for the large journal")
    func journal() {
        let large = FilesystemCommands.makeExt4(
            on: "/dev/md1", byteCount: 58 << 30, label: "boot", uuid: "u")
        #expect(
            large.text
                == "mke2fs -q -D -F -t ext4 -L boot -U u -i 262144 "
                + "-E nodiscard,lazy_itable_init=1,lazy_journal_init=1 -J size=64 /dev/md1")
        let small = FilesystemCommands.makeExt4(
            on: "/dev/md1", byteCount: 1 << 28, label: "boot", uuid: "u")
        #expect(!small.arguments.contains("-J"))
    }

    @Test("a region is shown just as long as it is")
    func region() {
        #expect(
            FilesystemCommands.attach(
                Extent(start: 1 << 20, byteCount: 512), of: "/dev/nvme0n1"
            ).text
                == "losetup --find --show --offset 1048576 --sizelimit 512 /dev/nvme0n1")
    }
}

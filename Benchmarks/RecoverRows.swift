import Command
import JSON
import Storage
import Syscalls

/// Rows about bringing an appliance back, measured in the lab.
enum RecoverRows {
    /// Sizes of arrays, in GiB: the number must not depend on them.
    private static let sizes: [UInt64] = [1, 16]

    static var all: [Row] { sizes.map(bootable) }

    private static func bootable(_ gibibytes: UInt64) -> Row {
        Row(
            name: "recover-bootable-\(gibibytes)g",
            meaning: "bytes written to a fresh card before it can be booted, array of"
                + " \(gibibytes) GiB; boot code, files of the EFI system partition, 16 MB",
            metric: .written, bound: .ratio(1), isExact: true,
            make: { bench in
                let story = LabStory("bench-recover-\(gibibytes)", bench)
                try story.write(text(gibibytes))
                try FileSystem.writeAtomically(
                    layout(gibibytes).json.text(.pretty), to: story.layout)
                try story.makeTree()
                return (
                    Row.Subject(story.command, reading: { try story.written(0) }),
                    Row.Subject(
                        Command("true"), reading: { try story.number(after: "bound = ") })
                )
            })
    }

    private static func layout(_ gibibytes: UInt64) -> Layout {
        func disk(_ name: String, _ bus: Bus, _ firmware: Set<Firmware>) -> DiskRole {
            DiskRole(
                name: name, match: DiskMatch(bus: bus), firmware: firmware,
                division: .partitions([
                    Slice(name: "bios", content: .biosBoot, size: .bytes(1 << 20)),
                    Slice(name: "esp", content: .esp, size: .bytes(1 << 30)),
                    Slice(
                        name: "boot", content: .leg(array: "boot"),
                        size: .bytes((gibibytes << 30) + (2 << 20))),
                ]))
        }
        return Layout(
            name: "bench", disks: [disk("card", .usb, [.bios, .efi]), disk("nvme", .nvme, [])],
            arrays: [
                ArraySpec(
                    name: "boot", metadata: .v1_0, size: .bytes(gibibytes << 30),
                    bitmapChunkByteCount: 1 << 20)
            ],
            volumes: [
                VolumeSpec(
                    name: "boot", array: "boot", filesystem: .ext4, label: "bench",
                    mountPoint: Layout.bootMountPoint)
            ])
    }

    /// Two images are installed; the card is a fresh one; the copy between the legs is held back
    /// until the bytes are counted.
    private static func text(_ gibibytes: UInt64) -> String {
        """
        limit 1200s
        disk card \((gibibytes << 10) + 1100)MiB bus usb serial SD lun 0 removable
        disk nvme \((gibibytes << 10) + 1100)MiB bus nvme serial NV
        boot
        converge bench-recover-\(gibibytes)
        run
            mount --mkdir /dev/md/boot /run/slipway/boot
            cd /run/slipway/boot
            mkdir -p images state
            cp -r $IMAGES/1.0 $IMAGES/2.0 images/
            cat >state/boot.json <<END
            {"format": 1, "generation": 3, "confirmed": "2.0", "previous": "1.0", "failed": [],
             "options": "", "legs": {}}
            END
        run slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
        power off
        blank card
        boot
        count writes of card
        run
            modprobe raid1
            echo 100 >/proc/sys/dev/raid/speed_limit_min
            echo 200 >/proc/sys/dev/raid/speed_limit_max
            slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain \\
                >/tmp/log 2>&1 &
            until grep -q 'used blocks only: start' /tmp/log; do sleep 0.1; done
        note bound of
            cd $IMAGES
            bytes=$(cat ?.0/vmlinuz ?.0/initrd.img 2.0/loader/BOOTX64.EFI 2.0/loader/grub.cfg \\
                2.0/loader/core.img | wc -c)
            echo $((bytes + 440 + 16000000))
        expect written card <= 1000 x bound
        """
    }
}

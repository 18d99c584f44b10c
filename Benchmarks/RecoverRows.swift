import JSON
import Storage
import Syscalls

/// Rows about bringing an appliance back, measured in the lab.
enum RecoverRows {
    /// Sizes of arrays, in GiB: the number must not depend on them.
    private static let sizes: [UInt64] = [1, 16]

    static var all: [Row] {
        sizes.map(bootable) + [
            timed(
                "recover-bootable-time", until: "bootable", .below(30),
                meaning: "recover typed until a fresh card can be booted, array of 16 GiB with"
                    + " 1.5 GB used, card of 30 MB/s"),
            timed(
                "recover-mirrored-time", until: "mirrored", .below(90),
                meaning: "the same until both legs are whole"),
        ]
    }

    private static func bootable(_ gibibytes: UInt64) -> Row {
        Row(
            name: "recover-bootable-\(gibibytes)g",
            meaning: "bytes written to a fresh card before it can be booted, array of"
                + " \(gibibytes) GiB; boot code, files of the EFI system partition, 16 MB",
            metric: .written, bound: .ratio(1), isExact: true,
            make: { bench in
                let story = LabStory("bench-recover-\(gibibytes)", bench)
                try story.write(installed(story, gibibytes) + bytesUntilBootable)
                try prepare(story, gibibytes)
                return (
                    Row.Subject(story.command, reading: { try story.written(0) }),
                    Row.Subject(reading: { try story.number(after: "bound = ") })
                )
            })
    }

    private static func timed(
        _ name: String, until moment: String, _ bound: Row.Bound, meaning: String
    ) -> Row {
        Row(
            name: name, meaning: meaning, metric: .wall, bound: bound,
            make: { bench in
                let story = LabStory("bench-\(name)", bench, hasRealSizes: true)
                try story.write(installed(story, 16, moreByteCount: 1_000_000_000) + timeUntilWhole)
                try prepare(story, 16)
                return (
                    Row.Subject(
                        story.command,
                        reading: { try story.number(after: "\(moment) = ") / 1000 }), nil
                )
            })
    }

    private static func prepare(_ story: LabStory, _ gibibytes: UInt64) throws {
        try FileSystem.writeAtomically(
            LabStory.pair(gibibytes: gibibytes).json.text(.pretty), to: story.layout)
        try story.makeTree()
    }

    /// Two images are installed, and other files; the card is a fresh one.
    private static func installed(
        _ story: LabStory, _ gibibytes: UInt64, moreByteCount: UInt64 = 0
    ) -> String {
        """
        limit 1200s
        disk card \((gibibytes << 10) + 1100)MiB bus usb serial SD lun 0 removable
        disk nvme \((gibibytes << 10) + 1100)MiB bus nvme serial NV
        boot
        converge \(story.name)
        run
            mount --mkdir /dev/md/boot /run/slipway/boot
            cd /run/slipway/boot
            mkdir -p images state
            cp -r $IMAGES/1.0 $IMAGES/2.0 images/
            head -c \(moreByteCount) /dev/urandom >more
            cat >state/boot.json <<END
            {"format": 1, "generation": 3, "confirmed": "2.0", "previous": "1.0", "failed": [],
             "options": "", "legs": {}}
            END
        run slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain
        power off
        blank card
        boot

        """
    }

    /// The copy between the legs is held back until the bytes are counted.
    private static let bytesUntilBootable = """
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

    /// The card is as slow as the kernel's throttle makes it, and shows that it is.
    ///
    /// The throttle is the root's own, as md's writes are its (cgroup-v1/blkio-controller.rst). The
    /// card's zeros stay zeros.
    private static let timeUntilWhole = """
        run
            mount --mkdir -t cgroup -o blkio cgroup /tmp/blkio
            device=$(cat /sys/class/block/${card#/dev/}/dev)
            echo "$device 30000000" >/tmp/blkio/blkio.throttle.read_bps_device
            echo "$device 30000000" >/tmp/blkio/blkio.throttle.write_bps_device
            start=$(date +%s%3N)
            dd if=/dev/zero of=$card bs=1M count=60 seek=2000 oflag=direct
            test $(($(date +%s%3N) - start)) -ge 1900
        run
            start=$(date +%s%3N)
            slipway-host recover --yes --disks $DISKS --key $KEYS/lab.pub --log-format plain \\
                >/tmp/log 2>&1 &
            until grep -q 'used blocks only: start' /tmp/log; do sleep 0.1; done
            echo $(($(date +%s%3N) - start)) >/tmp/bootable
            # No leg is missing and none is being filled.
            until [ "$(cat /sys/block/md*/md/degraded)" = 0 ]; do sleep 0.1; done
            echo $(($(date +%s%3N) - start)) >/tmp/mirrored
            wait $!
        note bootable of cat /tmp/bootable
        note mirrored of cat /tmp/mirrored
        """
}

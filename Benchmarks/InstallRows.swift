import JSON
import Storage
import Syscalls

/// Rows about installing, measured in the lab.
enum InstallRows {
    static var all: [Row] { [written] }

    /// A card sold as 64 GB; the images are as large as the default one.
    private static var written: Row {
        Row(
            name: "install-written",
            meaning: "bytes written to the card by an installation; 1.05 times image and twice"
                + " kernel and initramfs, and 60 MB",
            metric: .written, bound: .ratio(1), isExact: true,
            make: { bench in
                let story = LabStory("bench-install-written", bench, hasRealSizes: true)
                try story.write(text(layout: story.name))
                try FileSystem.writeAtomically(
                    LabStory.pair(gibibytes: 55).json.text(.pretty), to: story.layout)
                try story.makeTree()
                return (
                    Row.Subject(story.command, reading: { try story.written(0) }),
                    Row.Subject(reading: { try story.number(after: "bound = ") })
                )
            })
    }

    private static func text(layout: String) -> String {
        """
        limit 1200s
        disk card 62GB bus usb serial SD lun 0 removable
        disk nvme 240GB bus nvme serial NV
        boot
        run
            cat >/tmp/answers.yaml <<'END'
            layout: \(layout)
            hostname: bench
            timezone: Etc/UTC
            network: dhcp
            password: $6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/
            when-done: shell
            END
        count writes of card
        run
            slipway-host install --root $LIVE --disks $DISKS --answers /tmp/answers.yaml \\
                --payload $PAYLOADS/1.0.update --log-format plain
        note bound of
            cd $IMAGES/1.0
            image=$(stat -c %s rootfs.squashfs)
            started=$(cat vmlinuz initrd.img | wc -c)
            echo $(((image + 2 * started) * 105 / 100 + 60000000))
        expect written card <= 1000 x bound
        """
    }
}

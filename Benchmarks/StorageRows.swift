import Command
import JSON
import Storage
import Syscalls

/// Rows about disks; the lab's machines measure what needs md.
enum StorageRows {
    static var all: [Row] {
        [planning, observing]
            + cases.flatMap { $0.hasPlain ? [usedOnly($0), beside($0)] : [usedOnly($0)] }
            + InstallRows.all + RecoverRows.all
    }

    // MARK: Planning

    private static var planning: Row {
        Row(
            name: "plan-24-disks",
            meaning: "slipway-host plan for 24 disks in six arrays, from a saved observation",
            metric: .wall, bound: .below(0.05),
            make: { bench in
                let (layout, observation) = (
                    "\(bench.workFolder)/layout.yaml", "\(bench.workFolder)/observation.json"
                )
                try FileSystem.writeAtomically(manyDisks.json.text(.pretty), to: layout)
                try FileSystem.writeAtomically(blankDisks.json.text(.pretty), to: observation)
                let plan = "'\(bench.root)/.build/release/slipway-host' plan --layout '\(layout)'"
                // There is much to do, which is exit code 3.
                let script = "\(plan) --observation '\(observation)' >/dev/null; test $? -eq 3"
                return (Row.Subject(Command("sh", ["-c", script])), nil)
            })
    }

    private static let gigabyte: UInt64 = 1_000_000_000

    /// Six arrays of four legs.
    private static var manyDisks: Layout {
        let disks = (0..<24).map { number in
            DiskRole(
                name: "disk\(number)",
                match: DiskMatch(model: "Model \(number)"),
                division: .partitions([
                    Slice(
                        name: "data", content: .leg(array: "array\(number / 4)"),
                        size: .bytes(100 << 30))
                ]))
        }
        return Layout(
            name: "many", disks: disks,
            arrays: (0..<6).map {
                ArraySpec(name: "array\($0)", metadata: .v1_0, bitmapChunkByteCount: 1 << 20)
            },
            volumes: (0..<6).map {
                VolumeSpec(
                    name: "volume\($0)", array: "array\($0)", filesystem: .ext4,
                    label: "volume\($0)")
            })
    }

    private static var blankDisks: Observation {
        Observation(
            disks: (0..<24).map { number in
                let path = "/dev/disk\(number)"
                return ObservedDisk(
                    path: path, byteCount: 240 * gigabyte, bus: .sata, model: "Model \(number)",
                    serial: "S\(number)",
                    areas: [
                        ObservedArea(
                            extent: Extent(start: 0, byteCount: 240 * gigabyte), device: path)
                    ])
            }, arrays: [])
    }

    // MARK: The lab

    private static var observing: Row {
        Row(
            name: "observe",
            meaning: "slipway-host observe of the target's three disks, in the lab",
            metric: .wall, bound: .below(1),
            make: { bench in
                let story = LabStory("bench-observe", bench)
                try story.write(
                    """
                    disk card 64GB bus usb serial SDREADER lun 0 removable
                    disk nvme240 240GB bus nvme serial P310
                    disk nvme128 128GB bus nvme serial P300
                    boot
                    run slipway-host observe --json --disks $DISKS >/dev/null
                    note microseconds of
                        start=$(date +%s%6N)
                        slipway-host observe --json --disks $DISKS >/dev/null
                        echo $(($(date +%s%6N) - start))
                    """)
                try story.makeTree()
                return (
                    Row.Subject(
                        story.command,
                        reading: { try story.number(after: "microseconds = ") / 1_000_000 }), nil
                )
            })
    }

    /// An array and how full it is.
    private struct Case {
        let gibibytes: UInt64
        let percent: UInt64

        var name: String { "\(gibibytes)g-\(percent)" }
        /// Whether md alone is measured too: it writes the whole array, and the lab's disks are in
        /// memory.
        var hasPlain: Bool { gibibytes <= 4 }
    }

    private static let cases =
        [1, 4].flatMap { size in
            [10, 25, 60].map { Case(gibibytes: size, percent: $0) }
        } + [Case(gibibytes: 16, percent: 10)]

    private static func usedOnly(_ of: Case) -> Row {
        row(
            of, name: "used-only-\(of.name)",
            meaning: "bytes written to a blank card that becomes a leg of \(of.gibibytes) GiB,"
                + " \(of.percent) % full; bytes that its filesystem uses",
            bound: .ratio(1.15)
        ) { try $0.number(before: " used: ") }
    }

    private static func beside(_ of: Case) -> Row {
        row(
            of, name: "used-only-\(of.name)-plain",
            meaning: "the same; bytes that mdadm --add alone writes", bound: .ratio(1)
        ) { try $0.written(1) }
    }

    /// A row whose both numbers are in the log of one story.
    private static func row(
        _ of: Case, name: String, meaning: String, bound: Row.Bound,
        peer: @escaping (LabStory) throws -> Double
    ) -> Row {
        Row(
            name: name, meaning: meaning, metric: .written, bound: bound, isExact: true,
            make: { bench in
                let story = try prepared(of, bench)
                return (
                    Row.Subject(story.command, reading: { try story.written(0) }),
                    Row.Subject(Command("true"), reading: { try peer(story) })
                )
            })
    }

    private static func prepared(_ of: Case, _ bench: Bench) throws -> LabStory {
        let story = LabStory("bench-\(of.name)", bench)
        try story.write(replacement(of))
        try FileSystem.writeAtomically(layout(of).json.text(.pretty), to: story.layout)
        try story.makeTree()
        return story
    }

    private static func layout(_ of: Case) -> Layout {
        func disk(_ name: String, _ bus: Bus) -> DiskRole {
            DiskRole(
                name: name, match: DiskMatch(bus: bus),
                division: .partitions([
                    Slice(
                        name: "boot", content: .leg(array: "boot"),
                        size: .bytes((of.gibibytes << 30) + (2 << 20)))
                ]))
        }
        return Layout(
            name: "bench", disks: [disk("card", .usb), disk("nvme", .nvme)],
            arrays: [
                ArraySpec(
                    name: "boot", metadata: .v1_0, size: .bytes(of.gibibytes << 30),
                    bitmapChunkByteCount: 1 << 20)
            ],
            volumes: [
                VolumeSpec(name: "boot", array: "boot", filesystem: .ext4, label: "bench")
            ])
    }

    /// A full array loses its card and gets a blank one; then the same by md alone.
    private static func replacement(_ of: Case) -> String {
        let fill = (of.gibibytes << 10) * of.percent / 100
        return """
            limit 1200s
            disk card \((of.gibibytes << 10) + 64)MiB bus usb serial SD lun 0 removable
            disk nvme \((of.gibibytes << 10) + 64)MiB bus nvme serial NV
            boot
            converge bench-\(of.name)
            run
                mount /dev/md/boot /mnt
                mkdir /mnt/files
                for number in $(seq \(fill)); do
                    dd if=/dev/zero of=/mnt/files/$number bs=1M count=1 status=none
                done
                umount /mnt
            power off
            blank card
            boot
            count writes of card
            converge bench-\(of.name)
            wait for boot
            expect array boot whole
            note used of
                dumpe2fs -h /dev/md/boot 2>/dev/null | awk -F: '
                    $1 == "Block count" { blocks = $2 } $1 == "Free blocks" { free = $2 }
                    $1 == "Block size" { size = $2 } END { print (blocks - free) * size }'
            expect written card <= 1000 x used
            \(of.hasPlain ? plain : "power off")
            """
    }

    private static let plain = """
        run
            mdadm /dev/md/boot --fail ${card}1 --remove ${card}1
            mdadm --zero-superblock ${card}1
        count writes of card
        run mdadm /dev/md/boot --add ${card}1
        wait for boot
        expect written card <= 100000 x used
        """
}

import JSON
import Testing
import YAML

@testable import Storage

@Suite struct LayoutParseTests {
    /// A whole layout with places where one thing can be replaced by a mistake.
    static let sound = """
        name: sample
        disks:
          card:
            match: {bus: usb, removable: true, sold-as: 64 GB}
            firmware: [bios]
            partitions:
              - {name: bios, holds: bios-boot, size: 1 MiB}
              - {name: esp, holds: esp, size: 1 GiB}
              - {name: boot, holds: boot, size: rest, write-mostly: true}
          nvme:
            match: {bus: nvme, size: 60 GB .. 300 GB}
            partitions:
              - {name: bios, holds: bios-boot, size: 1 MiB}
              - {name: esp, holds: esp, size: 1 GiB}
              - {name: boot, holds: boot, size: array}
              - {name: iso, holds: iso, size: rest}
        arrays:
          boot: {level: 1, metadata: "1.0", size: rest, bitmap: 1 MiB}
        volumes:
          boot: {array: boot, filesystem: ext4, label: boot, mount: /run/slipway/boot}
          iso: {filesystem: ext4, label: iso, mount: /srv/iso}
        """

    static func parse(_ text: String) throws(YAMLIssues) -> Layout {
        try Layout(parsing: Array(text.utf8), file: "m")
    }

    @Test("every layout that ships reads", arguments: LayoutFile.shipped)
    func readsShipped(name: String) throws {
        let layout = try LayoutFile.shipped(name)
        #expect(layout.name == name)
        #expect(!layout.summary.isEmpty)
    }

    @Test("the target's file says what its value says")
    func target() throws {
        var layout = try LayoutFile.shipped("tvs-663")
        var value = LayoutSamples.tvs663
        #expect(layout.disks == value.disks)
        #expect(layout.arrays == value.arrays)
        layout.volumes.removeAll { $0.name != "boot" }
        value.volumes.removeAll { $0.name != "boot" }
        #expect(layout.volumes == value.volumes)
    }

    @Test("JSON that a layout is written as reads back", arguments: LayoutFile.shipped)
    func roundTrip(name: String) throws {
        let layout = try LayoutFile.shipped(name)
        #expect(try Self.parse(layout.json.text(.pretty)) == layout)
        #expect(try Self.parse(layout.json.text(.line)) == layout)
    }

    @Test("a layout narrowed to a machine reads back and resolves to the same places")
    func narrowed() throws {
        let resolved = try ResolvedLayout(
            resolving: LayoutSamples.tvs663, diskByteCounts: LayoutSamples.tvs663ByteCounts)
        let identity = DiskIdentity(
            serial: "  odd: \"#serial\"", wwn: "0x5000", lun: 1,
            byteCount: LayoutSamples.cardByteCount, tableGUID: "A-B",
            memberUUIDs: ["b:1", "a:2"])
        let narrowed = resolved.narrowed(
            identities: ["card": identity], arrayUUIDs: ["boot": "1:2:3:4"])
        #expect(narrowed.disk("card")?.identity == identity)
        let read = try Self.parse(narrowed.json.text(.pretty))
        #expect(read == narrowed)
        let again = try ResolvedLayout(
            resolving: read, diskByteCounts: LayoutSamples.tvs663ByteCounts)
        #expect(again.extents == resolved.extents)
        #expect(again.arrayByteCounts == resolved.arrayByteCounts)
        #expect(again.leastByteCounts == resolved.leastByteCounts)
    }

    /// One mistake in the sound file, and the line and words of its error.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let old: String
        let new: String
        let line: Int
        let path: String
        let words: String

        init(_ old: String, _ new: String, _ line: Int, _ path: String, _ words: String) {
            (self.old, self.new) = (old, new)
            (self.line, self.path, self.words) = (line, path, words)
        }

        var testDescription: String { new }
    }

    static let mistakes = [
        Mistake("name: sample", "name: a b", 1, "name", "no name"),
        Mistake("name: sample", "sample: x", 1, "", "unknown key"),
        Mistake("  card:", "  -card:", 3, "disks.-card", "no name"),
        Mistake("bus: usb", "bus: isa", 4, "disks.card.match.bus", "one of usb, nvme"),
        Mistake("sold-as: 64 GB", "sold-as: 64", 4, "disks.card.match.sold-as", "64 GB or 1 MiB"),
        Mistake("sold-as: 64 GB", "sold-as: 1 kB", 4, "disks.card.match.sold-as", "from 1 MB"),
        Mistake(
            "sold-as: 64 GB", "sold-as: 64 GB, size: 1 GB .. 2 GB", 4,
            "disks.card.match.sold-as", "either"),
        Mistake(
            "size: 60 GB .. 300 GB", "size: 300 GB .. 60 GB", 11, "disks.nvme.match.size",
            "expected a range"),
        Mistake(
            "{bus: usb, removable: true, sold-as: 64 GB}", "{}", 4, "disks.card.match", "every"),
        Mistake(
            "firmware: [bios]", "firmware: [coreboot]", 5, "disks.card.firmware[0]", "bios, efi"),
        Mistake("    firmware: [bios]\n", "", 2, "disks", "no disk of the boot volume"),
        Mistake(
            "removable: true, sold-as: 64 GB}\n    firmware: [bios]",
            "removable: true, sold-as: 64 GB}\n    whole-disk: boot", 7, "disks.card.partitions",
            "a whole disk has none"),
        Mistake("size: 1 MiB}", "size: 1 KiB}", 7, "disks.card.partitions[0].size", "from 1 MiB"),
        Mistake(
            "bios-boot, size: 1 MiB", "bios-boot, start: 2 MiB, size: 1 MiB", 7,
            "disks.card.partitions[0]", "LBA 2048"),
        Mistake(
            "holds: esp, size", "holds: esp, start: 3000 KiB, size", 8,
            "disks.card.partitions[1].start", "no multiple of 1 MiB"),
        Mistake("size: 1 GiB", "size: 16 MiB", 8, "disks.card.partitions[1].size", "from 64 MiB"),
        Mistake("size: 1 GiB", "size: 9000 TiB", 8, "disks.card.partitions[1].size", "64 GB or"),
        Mistake("size: 1 GiB", "size: array", 8, "disks.card.partitions[1].size", "only a leg"),
        Mistake("holds: esp", "holds: iso", 6, "disks.card.partitions", "holds esp"),
        Mistake("holds: bios-boot", "holds: esp", 6, "disks.card.partitions", "bios-boot"),
        Mistake("name: esp", "name: bios", 8, "disks.card.partitions[1].name", "second time"),
        Mistake("name: esp, ", "", 8, "disks.card.partitions[1]", "missing key \"name\""),
        Mistake("holds: boot", "holds: root", 9, "disks.card.partitions[2].holds", "no \"root\""),
        Mistake(
            "size: rest, write", "size: array, write", 18, "arrays.boot.size", "give the array"),
        Mistake(
            "size: 1 GiB}\n      - {name: boot, holds: boot, size: rest, write",
            "size: 1 GiB, write-mostly: true}\n      - {name: boot, holds: boot, size: rest, write",
            8, "disks.card.partitions[1].write-mostly", "only a leg"),
        Mistake(
            "{name: boot, holds: boot, size: array}", "{name: boot, holds: boot, size: rest}", 16,
            "disks.nvme.partitions[3].size", "\"boot\" takes the rest"),
        Mistake(
            "{name: iso, holds: iso, size: rest}",
            "{name: iso, holds: iso, size: 1 GB}\n      - {name: more, holds: iso, size: 1 GB}",
            17, "disks.nvme.partitions[4].holds", "two copies"),
        Mistake(
            "{name: iso, holds: iso, size: rest}",
            "{name: iso, holds: iso, size: 1 GB}\n      - {name: more, holds: boot, size: 1 GB}",
            17, "disks.nvme.partitions[4]", "two legs"),
        Mistake("holds: iso", "holds: boot", 21, "volumes.iso", "on nothing"),
        Mistake(
            "    match: {bus: nvme, size: 60 GB .. 300 GB}",
            "    match: {removable: true, size: 60 GB .. 300 GB}", 11, "disks.nvme.match",
            "a disk could be"),
        Mistake("level: 1", "level: 5", 18, "arrays.boot.level", "expected one of 1"),
        Mistake("metadata: \"1.0\"", "metadata: \"2.0\"", 18, "arrays.boot.metadata", "0.90, 1.0"),
        Mistake("metadata: \"1.0\"", "metadata: \"1.2\"", 18, "arrays.boot.metadata", "\"1.0\""),
        Mistake("bitmap: 1 MiB", "bitmap: 3 MiB", 18, "arrays.boot.bitmap", "powers of two"),
        Mistake("bitmap: 1 MiB", "bitmap: often", 18, "arrays.boot.bitmap", "or none"),
        Mistake(
            "bitmap: 1 MiB", "bitmap: none, data-offset: 1 MiB", 18, "arrays.boot.data-offset",
            "start at 0"),
        Mistake("size: rest, bitmap", "size: array, bitmap", 18, "arrays.boot.size", "or rest"),
        Mistake("arrays:\n  boot:", "arrays:\n  esp:", 18, "arrays.esp", "loader partitions"),
        Mistake("array: boot,", "array: root,", 20, "volumes.boot.array", "no \"root\""),
        Mistake(
            "filesystem: ext4, label: boot", "filesystem: zfs, label: boot", 20,
            "volumes.boot.filesystem", "ext4, foreign"),
        Mistake(
            "filesystem: ext4, label: boot", "filesystem: foreign, label: boot", 20,
            "volumes.boot.filesystem", "needs ext4"),
        Mistake("label: boot,", "label: a-label-of-20-letters,", 20, "volumes.boot.label", "16"),
        Mistake("label: boot,", "label: iso,", 21, "volumes.iso.label", "second time"),
        Mistake("mount: /srv/iso", "mount: srv/iso", 21, "volumes.iso.mount", "absolute"),
        Mistake("mount: /srv/iso", "mount: /srv/../etc", 21, "volumes.iso.mount", "absolute"),
        Mistake(
            "mount: /srv/iso", "mount: /srv/iso, options: [\"a b\"]", 21,
            "volumes.iso.options[0]", "mount option"),
        Mistake("arrays:", "arrays: []\nrrays:", 17, "arrays", "expected a mapping"),
    ]

    @Test("a mistake is told with its line, key and cure", arguments: mistakes)
    func tellsMistake(mistake: Mistake) throws {
        let range = try #require(Self.sound.firstRange(of: mistake.old))
        let text = Self.sound.replacingCharacters(in: range, with: mistake.new)
        do throws(YAMLIssues) {
            let layout = try Self.parse(text)
            Issue.record("\(layout) was taken")
        } catch {
            let found = error.issues.contains {
                $0.mark.line == mistake.line && $0.path == mistake.path
                    && $0.message.contains(mistake.words)
            }
            #expect(found, "\(error)")
        }
    }

    @Test("the file without a mistake is sound")
    func noMistake() throws {
        #expect(try Self.parse(Self.sound).contradictions.isEmpty)
    }

    @Test("all mistakes come at once, in the order of lines, each once")
    func allAtOnce() {
        let text = Self.sound
            .replacing("bus: usb", "bus: isa", once: true)
            .replacing("size: 1 GiB", "size: 1", once: true)
            .replacing("level: 1", "level: 5", once: true)
            .replacing("mount: /srv/iso", "mount: srv", once: true)
        #expect {
            try Self.parse(text)
        } throws: { error in
            (error as? YAMLIssues)?.issues.map(\.mark.line) == [4, 8, 18, 21]
        }
    }
}

extension String {
    func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }

    func replacing(_ old: String, _ new: String, once: Bool) -> String {
        firstRange(of: old).map { replacingCharacters(in: $0, with: new) } ?? self
    }
}

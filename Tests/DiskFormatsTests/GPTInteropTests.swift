import DiskFormats
import Testing

/// Tables of gdisk's and util-linux's tools against ours, both ways.
@Suite(
    .enabled(
        if: ["sgdisk", "sfdisk", "fdisk", "partx"].allSatisfy(isInstalled),
        "needs sgdisk, sfdisk, fdisk and partx"))
struct GPTInteropTests {
    @Test("sgdisk finds no problem in a table of ours")
    func verify() throws {
        let image = try ImageFile(byteCount: 10000 * 512)
        for write in try GPTTests.table().writes(
            sectorCount: 10000, firstSector: image.bytes(512, at: 0))
        { try image.apply(write) }
        let text = try image.run("sgdisk", ["--verify", image.path])
        #expect(text.contains("No problems found"), "\(text)")
    }

    @Test("sfdisk reads what we meant")
    func dump() throws {
        let image = try ImageFile(byteCount: 10000 * 512)
        for write in try GPTTests.table().writes(
            sectorCount: 10000, firstSector: image.bytes(512, at: 0))
        { try image.apply(write) }
        let text = try image.run("sfdisk", ["--dump", image.path])
        for wanted in [
            "label-id: \(GPTTests.diskGUID)", "last-lba: 9966", "type=\(GUID.biosBoot)",
            "type=\(GUID.esp)", "type=\(GUID.linuxRAID)",
            "uuid=00000000-0000-4000-8000-000000000003", "name=\"boot array\"",
            "start=        6144, size=        2857", "attrs=\"LegacyBIOSBootable\"",
        ] {
            #expect(text.contains(wanted), "\(wanted) is not in \(text)")
        }
    }

    @Test("a table of sfdisk's is ours, byte for byte")
    func same() throws {
        let image = try ImageFile(byteCount: 10000 * 512)
        let script = """
            label: gpt
            label-id: \(GPTTests.diskGUID)
            first-lba: 34
            1: start=2048, size=2048, type=\(GUID.biosBoot), uuid=\(GPTTests.diskGUID), name="one"
            5: start=4096, size=10, type=\(GUID.linuxFilesystem), uuid=\(GUID.esp)

            """
        _ = try image.run("sfdisk", ["--quiet", image.path], input: script)
        let copies = GPT.read(from: image)
        let table = try #require(copies.table)
        #expect(try copies.primary.get().table == copies.backup.get().table)
        let one = try #require(table.entry(1))
        #expect((one.firstLBA, one.lastLBA, one.name) == (2048, 4095, "one"))
        #expect(table.entry(5)?.unique == .esp)
        let again = try GPT(
            sectorSize: .bytes512, sectorCount: 10000, diskGUID: table.diskGUID,
            entries: table.entries)
        #expect(again == table)
        for write in try again.writes(sectorCount: 10000, firstSector: image.bytes(512, at: 0)) {
            #expect(try image.bytes(write.bytes.count, at: write.offset) == write.bytes)
        }
    }

    @Test("with sectors of 4096 bytes partx reads ours, and we read fdisk's")
    func largeSectors() throws {
        let image = try ImageFile(byteCount: 10000 * 4096)
        for write in try GPTTests.table(.bytes4096).writes(
            sectorCount: 10000, firstSector: image.bytes(512, at: 0))
        { try image.apply(write) }
        let columns = ["--sector-size", "4096", "--raw", "--noheadings", "--output"]
        let text = try image.run(
            "partx", columns + ["NR,TYPE,UUID"] + [image.path])
        #expect(
            text.split(separator: "\n")
                == [("1", GUID.biosBoot), ("2", .esp), ("3", .linuxRAID)].map { number, type in
                    "\(number) \(type) 00000000-0000-4000-8000-00000000000\(number)"
                        .lowercased()[...]
                })
        _ = try image.run(
            "fdisk", ["--sector-size", "4096", "--wipe", "always", image.path],
            input: "g\nn\n7\n300\n399\nt\nraid\nw\n")
        let copies = GPT.read(from: image, sectorSize: .bytes4096)
        let entry = try #require(try copies.primary.get().table.entries.first)
        #expect(try copies.backup.get().table.entries == [entry])
        #expect((entry.number, entry.firstLBA, entry.lastLBA) == (7, 300, 399))
        #expect(entry.type == .linuxRAID)
    }

    @Test("sgdisk's tables are read, also where it was told to make more entries")
    func sgdisk() throws {
        let image = try ImageFile(byteCount: 20000 * 512)
        _ = try image.run(
            "sgdisk",
            [
                "--resize-table=256", "--new=200:2048:+1M", "--typecode=200:fd00",
                "--change-name=200:here", image.path,
            ])
        let copy = try GPT.read(from: image).primary.get()
        #expect(copy.entryCount == 256)
        let entry = try #require(copy.table.entry(200))
        #expect((entry.type, entry.name, entry.sectorCount) == (.linuxRAID, "here", 2048))
        #expect(throws: FormatFault.self) {
            try copy.table.writes(sectorCount: 20000, firstSector: image.bytes(512, at: 0))
        }
    }
}

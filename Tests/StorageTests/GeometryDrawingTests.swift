import Command
import Testing

@testable import Storage

@Suite struct GeometryDrawingTests {
    private func disks(_ name: String) throws -> [DiskGeometry] {
        try ResolvedLayout(placing: LayoutFile.shipped(name), diskByteCounts: [:])
            .geometries(diskByteCounts: [:])
    }

    @Test("pictures fit 80 columns and name every part", arguments: LayoutFile.shipped)
    func width(name: String) throws {
        for disk in try disks(name) {
            let picture = DiskPicture.draw(disk)
            for line in picture.split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
                #expect(line.last != " ")
            }
            for interval in disk.intervals { #expect(picture.contains(interval.name)) }
        }
    }

    @Test("a picture, to the letter")
    func golden() throws {
        let disk = DiskGeometry(
            name: "d", byteCount: 100 << 20,
            intervals: [
                Interval(.partition, "one", Extent(start: 1 << 20, byteCount: 49 << 20)),
                Interval(
                    .region, "two", note: "over one", Extent(start: 40 << 20, byteCount: 20 << 20)),
            ])
        let picture = DiskPicture.draw(disk)
        #expect(
            picture == """
                d: 104857600 bytes (104.9 MB)
                   ┌───────────────────────────────────┐
                   │one                                │
                   └───────────────────────────────────┘
                                              ┌─────────────────┐
                                              │two              │
                                              └─────────────────┘
                            0 B           1 MiB  (free)
                          1 MiB          49 MiB  one
                         40 MiB          20 MiB  two  (over one)
                         60 MiB          40 MiB  (free)

                """)
    }

    @Test("a chart puts ends of any distance in order")
    func chart() {
        let chart = IntervalChart.draw([
            Interval(.region, "a region with a long name", Extent(start: 0, byteCount: 1 << 40)),
            Interval(.superblock, "b", Extent(start: (1 << 40) - 8192, byteCount: 4096)),
        ])
        #expect(
            chart == """
                  a region with a long … ├────────────────────┤ 0 B .. 1 TiB
                  b                             ├──────┤        1073741816 KiB .. 1073741820 KiB
                """)
        for line in chart.split(separator: "\n") { #expect(line.count <= 80) }
    }

    @Test("the faulty layout is drawn, and its problem")
    func faulty() throws {
        let layout = try Layout(parsing: LayoutFile.read(LayoutFile.faulty), file: "f")
        let disks = try ResolvedLayout(placing: layout, diskByteCounts: [:])
            .geometries(diskByteCounts: [:])
        let texts =
            disks.map { DiskPicture.draw($0) } + disks.flatMap(\.problems).map(\.description)
        for line in texts.joined(separator: "\n").split(separator: "\n") {
            // The line that says what is wrong may be as long as it has to be.
            #expect(line.count <= 80 || line.hasPrefix("nvme240: "), "\(line)")
        }
    }

    @Test("names with XML's own letters are text")
    func escape() {
        #expect(
            DiskDrawing.escape("<a href=\"&\">\u{1}\n") == "&lt;a href=&quot;&amp;&quot;&gt;? ")
    }

    @Test(
        "SVG is well-formed",
        .enabled(if: Command("xmllint").locate() != nil, "needs xmllint of libxml2-utils"),
        arguments: LayoutFile.shipped)
    func wellFormed(name: String) throws {
        var command = Command("xmllint", ["--noout", "--nonet", "-"])
        command.input = Array(
            DiskDrawing.draw(try disks(name), title: name, summary: "<&> \"quoted\"").utf8)
        let result = try command.run()
        #expect(result.isSuccess, "\(result.errorText)")
    }
}

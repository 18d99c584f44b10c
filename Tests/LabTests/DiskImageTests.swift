import CSyscalls
import JSON
import Syscalls
import Testing

@testable import Lab

@Suite struct DiskImageTests {
    @Test("a copy has the same bytes and no more blocks")
    func sparseCopy() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/a"
        try DiskImage.makeBlank(path, byteCount: 1 << 40)
        try DiskImage.damage(path, offset: 5000, byteCount: 3)
        try DiskImage.damage(path, offset: (1 << 40) - 2, byteCount: 2)
        try DiskImage.copy(path, to: "\(folder.path)/b")
        let copy = try File("\(folder.path)/b")
        #expect(try copy.byteCount() == 1 << 40)
        #expect(try copy.read(5, at: 4999) == [0, 255, 255, 255, 0])
        #expect(try copy.read(4, at: (1 << 40) - 3) == [0, 255, 255])
        #expect(try copy.status().st_blocks <= (try File(path).status().st_blocks))
    }

    @Test("a shelf tells of disks what images cannot")
    func description() throws {
        let folder = try TemporaryFolder()
        let story = try Story(
            parsing: """
                disk card 1MiB bus usb serial SD lun 0 removable
                disk fast 1MiB wwn 0x5
                disk empty 0B lun 1
                """, file: "a.story")
        var shelf = try DiskShelf(story.disks, in: folder.path)
        #expect(
            shelf.description(of: ["card": "/dev/ubda", "fast": "/dev/loop1"]).text() == """
                [{"path":"/dev/ubda","bus":"usb","serial":"SD","lun":0,"model":"LAB",\
                "removable":true},{"path":"/dev/loop1","bus":"sata","serial":"FAST",\
                "wwn":"0x5","model":"LAB","removable":false}]
                """)
        #expect(shelf.slots(in: "/x").map(\.device) == ["/dev/ubdb", "/dev/ubdc", "/dev/loop2"])
        try shelf.change("card") { $0.isIn = false }
        try shelf.change("fast") { $0.isProtected = true }
        #expect(shelf.slots(in: "/x").map(\.setting) == ["ubdcr=/x/fast.img", "ubdd=/x/empty.img"])
        #expect(throws: Complaint(reason: "there is no disk slow")) { try shelf.disk("slow") }
        #expect(throws: Complaint(reason: "fast ends before that, at 1048576 bytes")) {
            try shelf.damage("fast", offset: 1 << 20, byteCount: 1)
        }
    }

    @Test("regions differ where a byte differs, holes included")
    func firstDifference() throws {
        let folder = try TemporaryFolder()
        let paths = ["a", "b"].map { "\(folder.path)/\($0)" }
        for path in paths { try DiskImage.makeBlank(path, byteCount: 1 << 33) }
        func difference() throws -> UInt64? {
            try DiskRegion(image: paths[0]).part(4096..<(1 << 33))
                .firstDifference(from: DiskRegion(image: paths[1]).part(0..<(1 << 33 - 4096)))
        }
        #expect(try difference() == nil)
        try DiskImage.damage(paths[0], offset: 0, byteCount: 4096)
        #expect(try difference() == nil)
        try DiskImage.damage(paths[1], offset: 5_000_000_123, byteCount: 1)
        #expect(try difference() == 5_000_000_123)
        try DiskImage.damage(paths[0], offset: 5_000_004_219, byteCount: 1)
        #expect(try difference() == nil)
    }
}

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
                disk fast 1MiB faulty wwn 0x5
                """, file: "a.story")
        var shelf = try DiskShelf(story.disks, in: folder.path)
        #expect(
            try shelf.description().text() == """
                [{"path":"/dev/ubda","bus":"usb","serial":"SD","lun":0,"model":"LAB",\
                "removable":true},{"path":"/dev/loop1","bus":"sata","serial":"FAST",\
                "wwn":"0x5","model":"LAB","removable":false}]
                """)
        try shelf.change("card") { $0.isIn = false }
        #expect(try shelf.description().array?.count == 1)
        #expect(throws: Complaint(reason: "there is no disk slow")) { try shelf.disk("slow") }
        #expect(throws: Complaint(reason: "fast ends before that, at 1048576 bytes")) {
            try shelf.damage("fast", offset: 1 << 20, byteCount: 1)
        }
    }
}

import Storage
import Testing

@testable import Installation

@Suite struct DiskSelectorTests {
    static let disks = [
        ObservedDisk(
            path: "/dev/sda", byteCount: 64_000_000_000, bus: .usb, isRemovable: true,
            model: "SD Reader", serial: "SDREADER", lun: 0),
        ObservedDisk(
            path: "/dev/sdb", byteCount: 0, bus: .usb, isRemovable: true, model: "SD Reader",
            serial: "SDREADER", lun: 1),
        ObservedDisk(
            path: "/dev/nvme0n1", byteCount: 240_000_000_000, bus: .nvme, model: "Patriot P310",
            serial: "P310", wwn: "0x5001"),
    ]

    static func paths(_ selector: DiskSelector) -> [String] {
        selector.disks(among: disks) { $0 == "/dev/disk/by-id/x" ? "/dev/nvme0n1" : $0 }
            .map(\.path)
    }

    @Test("all that is said must fit, and a slot without a card never does")
    func selects() {
        #expect(Self.paths(DiskSelector(serial: "SDREADER")) == ["/dev/sda"])
        #expect(Self.paths(DiskSelector(serial: "SDREADER", lun: 1)) == [])
        #expect(Self.paths(DiskSelector(path: "/dev/disk/by-id/x")) == ["/dev/nvme0n1"])
        #expect(Self.paths(DiskSelector(path: "/dev/nvme0n1", serial: "SDREADER")) == [])
        #expect(
            Self.paths(DiskSelector(match: DiskMatch(model: "*P3*"))) == ["/dev/nvme0n1"])
        #expect(
            Self.paths(DiskSelector(match: DiskMatch(size: .range(1...100_000_000_000))))
                == ["/dev/sda"])
    }

    @Test("a serial alone does not name a medium")
    func media() {
        #expect(!DiskSelector(serial: "SDREADER", lun: 0).namesTheMedium)
        #expect(DiskSelector(path: "/dev/sda").namesTheMedium)
        #expect(DiskSelector(serial: "S", match: DiskMatch(size: .range(1...2))).namesTheMedium)
    }
}

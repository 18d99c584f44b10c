import Storage
import Testing

@testable import Installation

@Suite struct RoomCheckTests {
    static func plan(arrayByteCount: UInt64) -> Plan {
        let array = ArrayToMake(
            name: "boot", uuid: "0:0:0:0", metadata: .v1_0, dataByteCount: arrayByteCount,
            dataOffset: 0, bitmapChunkByteCount: nil, legs: [])
        return Plan(
            layout: "single", disks: [:], steps: [Step(.createArray(array), why: "it is new")])
    }

    @Test("an image that the new array has no room for is refused before it is made")
    func array() throws {
        let layout = try AnswersSample.parse(AnswersSample.least).layout
        let check = RoomCheck(imageByteCount: 300 << 20, bootByteCount: 50 << 20)
        #expect(check.refusals(Self.plan(arrayByteCount: 400 << 20), layout).isEmpty)
        let refusals = check.refusals(Self.plan(arrayByteCount: 320 << 20), layout)
        #expect(
            refusals == [
                Refusal(
                    "array boot would have 335.5 MB, and the image needs 348.1 MB",
                    cure: "take larger disks, or another layout")
            ])
    }

    @Test("a kernel that the EFI system partition has no room for is refused")
    func systemPartition() throws {
        let layout = try AnswersSample.parse(AnswersSample.least).layout
        let check = RoomCheck(imageByteCount: 300 << 20, bootByteCount: 1 << 30)
        let refusals = check.refusals(Self.plan(arrayByteCount: 8 << 30), layout)
        #expect(refusals.count == 1)
        #expect(refusals.first?.reason.hasPrefix("the EFI system partition of disk has") == true)
    }
}

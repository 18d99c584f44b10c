import Testing

@testable import Lab

@Suite struct UsedChunksTests {
    @Test("what is not free is used, in whole chunks")
    func chunks() {
        let used = { (free: [ClosedRange<UInt64>]) in
            UsedChunks.chunks(usedBetween: free, blockCount: 100, blocksPerChunk: 10)
        }
        #expect(used([]) == [0...9])
        #expect(used([0...99]) == [])
        #expect(used([10...89]) == [0...0, 9...9])
        // Chunks that touch are one range; the order of dumpe2fs does not matter.
        #expect(used([95...99, 5...9, 30...49]) == [0...2, 5...9])
        #expect(used([1...18, 20...99]) == [0...1])
    }
}

import Storage
import Testing

@Suite struct ExtentTests {
    @Test("the end is the byte after the last")
    func end() {
        #expect(Extent(start: 512, byteCount: 1024).end == 1536)
    }
}

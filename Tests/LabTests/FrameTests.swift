import Testing

@testable import Lab

@Suite struct FrameTests {
    private static let frames: [Frame] = [
        .ready("6.12"), .run("step-1"), .piece([0, 255]), .output([]), .ended(137), .powerOff,
    ]

    @Test("frames come out as they went in, wherever the line cuts them")
    func roundTrip() throws {
        let bytes = FrameTests.frames.flatMap(\.encoded)
        for pieceSize in 1...bytes.count {
            var received: [UInt8] = []
            var frames: [Frame] = []
            for start in stride(from: 0, to: bytes.count, by: pieceSize) {
                received += bytes[start..<min(start + pieceSize, bytes.count)]
                while let frame = try Frame.take(from: &received) { frames.append(frame) }
            }
            #expect(frames == FrameTests.frames)
            #expect(received.isEmpty)
        }
    }

    @Test(
        "noise is an error and no trap", arguments: [[0, 0, 0, 0, 0], [0x65, 1, 0, 0, 0, 0x78]])
    func noise(_ bytes: [UInt8]) {
        var bytes = bytes
        #expect(throws: LabError.self) { try Frame.take(from: &bytes) }
        var endless: [UInt8] = [0x70, 255, 255, 255, 255]
        #expect(throws: LabError.self) { try Frame.take(from: &endless) }
    }
}

import ImageMutation

/// What libFuzzer calls with each image that it makes up (https://llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let image = [UInt8](UnsafeBufferPointer(start: start, count: count))
    ImageReading.readEverything(image)
    return 0
}

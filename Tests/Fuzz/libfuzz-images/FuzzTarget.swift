import Glibc
import ImageMutation

/// What libFuzzer calls with each image that it makes up (https://llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    ImageReading.readEverything([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// libFuzzer's own way of changing an input.
@_silgen_name("LLVMFuzzerMutate")
private func mutateAsLibFuzzer(
    _ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int
) -> Int

/// Half of the changes are libFuzzer's; the others know where an image has its structures.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(
    _ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: CUnsignedInt
) -> Int {
    guard seed % 2 == 0 else { return mutateAsLibFuzzer(start, count, limit) }
    let image = ImageMutator.mutate(
        [UInt8](UnsafeBufferPointer(start: start, count: count)), seed: UInt64(seed))
    let length = min(image.count, limit)
    image.withUnsafeBufferPointer { bytes in
        if let base = bytes.baseAddress { start.update(from: base, count: length) }
    }
    return length
}

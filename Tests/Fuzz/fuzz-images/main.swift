import Glibc
import ImageMutation
import Syscalls

// Reads mutated images until a time or a count is over. An image that makes the reader trap ends
// the process; its number, written to the log every thousand images, finds it again.

var seconds = 60
var count = UInt64.max
var first: UInt64 = UInt64(time(nil)) << 24
var arguments = Swift.CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
    let text = arguments.popFirst()
    if option == "--write-corpus", let folder = text { exit(writeCorpus(to: folder)) }
    guard let value = text.flatMap({ UInt64($0) }) else {
        print(
            "usage: fuzz-images [--seconds N] [--count N] [--first NUMBER] | --write-corpus DIR")
        exit(2)
    }
    switch option {
    case "--seconds": seconds = Int(value)
    case "--count": count = value
    case "--first": first = value
    default:
        print("unknown option \(option)")
        exit(2)
    }
}
do {
    let mutator = try ImageMutator()
    let folder = try TemporaryFolder()
    let start = time(nil)
    var done: UInt64 = 0
    var sound: UInt64 = 0
    while done < count, time(nil) - start < seconds {
        print("from \(first + done): \(done) images, \(sound) of them sound, no trap")
        fflush(nil)
        for number in (first + done)..<(first + done + min(1000, count - done)) {
            // A hang ends in SIGALRM.
            if number % 100 == 0 { alarm(30) }
            let image = mutator.image(number: number)
            if ImageReading.readEverything(image) { sound += 1 }
            if number % 500 == 0 {
                let strangers = try ImageReading.extract(image, in: folder.path)
                guard strangers.isEmpty else {
                    print("image \(number) made \(strangers) outside of its target")
                    exit(1)
                }
            }
        }
        done += min(1000, count - done)
    }
    print("\(done) images, \(sound) of them sound, no trap, no hang, no byte out of place")
} catch {
    print("fuzz-images: \(error)")
    exit(1)
}

/// Writes the sound images, for libFuzzer to begin with.
func writeCorpus(to folder: String) -> CInt {
    do {
        try FileSystem.makeDirectory(folder)
        for (number, image) in try ImageMutator().soundImages.enumerated() {
            try FileSystem.writeAtomically(image, to: "\(folder)/sound-\(number)")
        }
        return 0
    } catch {
        print("fuzz-images: \(error)")
        return 1
    }
}

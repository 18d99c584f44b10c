import Command
import Storage
import Syscalls

/// A story that is told for its numbers, which its log has.
struct LabStory {
    let name: String
    let bench: Bench
    /// Whether images are as large as the default image; small otherwise.
    let hasRealSizes: Bool
    private var folder: String { "\(bench.workFolder)/stories" }
    private var log: String { "\(bench.workFolder)/lab-logs/\(name).log" }

    /// Where its layout belongs.
    var layout: String { "\(folder)/\(name).yaml" }

    init(_ name: String, _ bench: Bench, hasRealSizes: Bool = false) {
        self.name = name
        self.bench = bench
        self.hasRealSizes = hasRealSizes
    }

    /// The default image's root filesystem, kernel and initramfs, in bytes.
    private static let realSizes = "224000000,12200000,13900000"

    /// Writes the story down; what it said before is forgotten.
    func write(_ text: String) throws {
        try FileSystem.makeDirectory(folder)
        try FileSystem.writeAtomically(text + "\n", to: "\(folder)/\(name).story")
        try FileSystem.removeFile(log)
    }

    /// Makes the root of the lab's machines.
    func makeTree() throws {
        var build = Command(
            bench.program,
            ["build", "--lock=auto", "--manifest", "Tests/Lab/build.manifest", "tree"])
        build.folder = bench.root
        try build.runChecked()
    }

    /// Tells the story.
    var command: Command {
        Command(
            "\(bench.root)/.build/release/slipway-lab",
            [
                "tell", name, "--stories", folder, "--layouts", folder, "--logs",
                "\(bench.workFolder)/lab-logs", "--tree", "\(bench.root)/work/lab/tree",
                "--mount-point", "\(bench.workFolder)/lab-root",
            ] + (hasRealSizes ? ["--image-sizes", LabStory.realSizes] : []))
    }

    /// A card and an NVMe disk that mirror the system on an array of so many GiB.
    static func pair(gibibytes: UInt64) -> Layout {
        func disk(_ name: String, _ bus: Bus, _ firmware: Set<Firmware>) -> DiskRole {
            DiskRole(
                name: name, match: DiskMatch(bus: bus), firmware: firmware,
                division: .partitions([
                    Slice(name: "bios", content: .biosBoot, size: .bytes(1 << 20)),
                    Slice(name: "esp", content: .esp, size: .bytes(1 << 30)),
                    Slice(
                        name: "boot", content: .leg(array: "boot"),
                        size: .bytes((gibibytes << 30) + (2 << 20))),
                ]))
        }
        return Layout(
            name: "bench", summary: "a card and an NVMe disk",
            disks: [disk("card", .usb, [.bios, .efi]), disk("nvme", .nvme, [])],
            arrays: [
                ArraySpec(
                    name: "boot", metadata: .v1_0, size: .bytes(gibibytes << 30),
                    bitmapChunkByteCount: 1 << 20)
            ],
            volumes: [
                VolumeSpec(
                    name: "boot", array: "boot", filesystem: .ext4, label: "bench",
                    mountPoint: Layout.bootMountPoint)
            ])
    }

    /// How many bytes the story's nth count of writes came to, from 0.
    func written(_ index: Int) throws -> Double {
        let numbers = try numbers(of: " bytes written to ")
        guard numbers.indices.contains(index) else { throw NoNumber(file: log) }
        return numbers[index]
    }

    /// The numbers at the beginning of lines that go on with some words.
    private func numbers(of words: String) throws -> [Double] {
        try FileSystem.readText(log).split(separator: "\n").filter { $0.contains(words) }
            .compactMap { Double($0.prefix(while: \.isNumber)) }
    }

    /// The number before some words of the log.
    func number(before words: String) throws -> Double {
        try number { text in
            text.firstRange(of: words).map {
                String(text[..<$0.lowerBound].reversed().prefix(while: \.isNumber).reversed())
            }
        }
    }

    /// The number after some words of the log.
    func number(after words: String) throws -> Double {
        try number { text in
            text.firstRange(of: words).map {
                String(text[$0.upperBound...].prefix(while: \.isNumber))
            }
        }
    }

    private func number(_ find: (String) -> String?) throws -> Double {
        guard let number = find(try FileSystem.readText(log)).flatMap(Double.init) else {
            throw NoNumber(file: log)
        }
        return number
    }
}

/// A file lacks a number that was to be in it.
struct NoNumber: Error, CustomStringConvertible {
    /// The file.
    let file: String

    var description: String { "\(file): a number is missing" }
}

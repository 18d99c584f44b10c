package import Release
package import Syscalls

/// What the loader told the kernel of this start (`/proc/cmdline`): docs/boot-counting.md,
/// docs/live-iso.md.
package struct KernelWords: Sendable, Equatable {
    /// The image, `slipway.image=`.
    package var image: ReleaseName?
    /// The UUID of the boot array, `slipway.array=`.
    package var array: String?
    /// The role of the disk that GRUB was started from, `slipway.leg=`.
    package var leg: String?
    /// How many tries are left after this one, `slipway.try=`; nil when this is none.
    package var triesLeft: Int?
    /// The UUID of the volume that a live system was started from, `slipway.medium=`.
    package var medium: String?
    /// Where a live system's answers are, `slipway.answers=`: `medium`, or an address.
    package var answers: String?
    /// What the answers at an address must hash to, `slipway.answers.sha256=`.
    package var answersDigest: String?
    /// The `console=` words, as they are.
    package var consoles: [String] = []

    /// Takes a command line apart; of a word that stands there twice the first counts, as values
    /// that nobody signed come last.
    package init(_ commandLine: String) {
        for word in commandLine.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[1].isEmpty else { continue }
            let value = String(parts[1])
            switch parts[0] {
            case "slipway.image": image = image ?? (try? ReleaseName(value, field: "image"))
            case "slipway.array": array = array ?? value
            case "slipway.leg": leg = leg ?? value
            case "slipway.medium": medium = medium ?? value
            case "slipway.answers": answers = answers ?? value
            case "slipway.answers.sha256": answersDigest = answersDigest ?? value
            case "console": consoles.append(String(word))
            case "slipway.try": triesLeft = triesLeft ?? Int(value)
            default: break
            }
        }
    }

    /// The words of the running kernel.
    package static func ofThisBoot() throws(SystemError) -> KernelWords {
        KernelWords(try FileSystem.readText("/proc/cmdline"))
    }
}

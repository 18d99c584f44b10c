import CommandLine
import ImageBuild
import SourceBuild
import Syscalls

/// `slipway clean`: removes what can be built again.
enum CleanCommand {
    static let spec = CommandSpec(
        name: "clean",
        abstract: "Remove what can be built again",
        discussion: """
            Removes work/ and out/. The pool of packages stays, so that the next build needs no \
            network; keys and locks stay too, and the checkouts in work/sources, as they may hold \
            work that is nowhere else.
            """,
        run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        // A tree that an ordinary user built belongs to the users of a namespace.
        try isolated {
            let all = FileSystem.isDirectory("work") ? try FileSystem.list("work") : []
            let kept = all.filter { "work/\($0)" == SourcePlaces.relativeFolder }
            for image in all where !kept.contains(image) {
                let places = BuildPlaces(root: ".", image: image, secretKey: nil)
                let claim = try places.claim()
                try withExtendedLifetime(claim) { try FileSystem.removeTree(places.work) }
            }
            if kept.isEmpty { try FileSystem.removeTree("work") }
            try FileSystem.removeTree("out")
        }
    }
}

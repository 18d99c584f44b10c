import Command
import Syscalls

/// Rows about packages that are built from git.
enum SourceRows {
    static var all: [Row] { [unchanged] }

    private static let name = "sources"

    private static var unchanged: Row {
        Row(
            name: "sources-unchanged-50",
            meaning: "slipway checkout and graph of 50 sources of 200 files, nothing changed",
            metric: .wall, bound: .below(1),
            make: { bench in
                let numbers = 1...50
                let tree = try SourceTree(name, of: bench, sources: numbers.map { "s\($0)" })
                let files = (1...200).map { ("file\($0)", "\($0)\n") }
                for number in numbers {
                    // Each is built with the one before.
                    let control = """
                        Source: s\(number)
                        Build-Depends: debhelper-compat (= 13), libs\(number - 1)-dev

                        Package: libs\(number)-dev
                        Architecture: any

                        """
                    try tree.makeRepository(
                        of: "s\(number)",
                        files: ["debian/control": control].merging(files) { $1 })
                }
                return (Row.Subject(try tree.settled(by: "checkout", "graph")), nil)
            }, cleanUp: { try SourceTree.remove(name, of: $0) })
    }
}

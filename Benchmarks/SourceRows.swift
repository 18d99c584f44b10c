import Command
import Syscalls

/// Rows about packages that are built from git.
enum SourceRows {
    static var all: [Row] { [unchanged] }

    private static let count = 50

    private static var unchanged: Row {
        Row(
            name: "sources-unchanged-50",
            meaning: "slipway checkout and graph of 50 sources of 200 files, nothing changed",
            metric: .wall, bound: .below(1),
            make: { bench in
                let tree = "\(bench.workFolder)/sources"
                try FileSystem.removeTree(tree)
                try makeRepositories(in: tree)
                try FileSystem.makeDirectory("\(tree)/conf")
                try FileSystem.writeAtomically(manifest, to: "\(tree)/conf/build.manifest")
                let slipway = "'\(bench.program)' --log-level warning"
                var both = Command(
                    "sh", ["-c", "\(slipway) checkout >/dev/null && \(slipway) graph >/dev/null"])
                both.folder = tree
                try both.runChecked()
                // What changed in the last tenth of a second is looked at once more.
                try Command("sleep", ["0.2"]).runChecked()
                try both.runChecked()
                return (Row.Subject(both), nil)
            }, cleanUp: { try FileSystem.removeTree("\($0.workFolder)/sources") })
    }

    private static var manifest: String {
        """
        name: bench
        debian_release: trixie
        apt-repos: {url: host, distribution: trixie, components: main}
        base-packages: []
        sources:

        """
            + (1...count).map { "- {name: s\($0), repo: repositories/s\($0), branch: main}\n" }
            .joined()
    }

    /// Repositories of which each is built with the one before.
    private static func makeRepositories(in tree: String) throws {
        for number in 1...count {
            let folder = "\(tree)/repositories/s\(number)"
            try FileSystem.makeDirectory("\(folder)/debian")
            try FileSystem.writeAtomically(
                """
                Source: s\(number)
                Build-Depends: debhelper-compat (= 13), libs\(number - 1)-dev

                Package: libs\(number)-dev
                Architecture: any

                """, to: "\(folder)/debian/control")
            let script = """
                for name in $(seq 200); do echo $name > file$name; done
                git init --quiet --initial-branch=main
                git add --all
                git -c user.name=A -c user.email=a@example.org commit --quiet --message=x
                """
            var make = Command("sh", ["-e", "-c", script])
            make.folder = folder
            try make.runChecked()
        }
    }
}

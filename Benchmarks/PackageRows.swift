import Command
import Syscalls

/// Rows about building packages from git.
enum PackageRows {
    static var all: [Row] { [graph, leaf, unchanged] }

    private static let name = "packages"

    /// By the number of each package, those that it is built with: three levels.
    private static let needs: [[Int]] = [[], [], [], [0], [1], [2], [3, 4], [5]]

    private static var graph: Row {
        Row(
            name: "packages-graph",
            meaning: "slipway packages of 8 small packages in three levels, two jobs, over a ready"
                + " base; the same one after the other as sbuild does it: for each an overlay, apt"
                + " for what it needs, dpkg-buildpackage, apt-ftparchive",
            metric: .wall, bound: .ratio(0.6), packages: ["apt-utils"],
            make: { bench in
                let tree = try makeTree(bench)
                let ours = tree.slipway(["packages --jobs=2 --lock=auto"])
                try ours.runChecked()
                try copyBase(of: tree)
                return (
                    Row.Subject(ours, prepare: { try forgetResults(of: tree) }),
                    Row.Subject(inSession(of: tree, one + each(needs.indices.map { "p\($0)" })))
                )
            }, cleanUp: { try SourceTree.remove(name, of: $0) })
    }

    private static var leaf: Row {
        Row(
            name: "packages-leaf",
            meaning: "slipway packages after a change of one of 8 that no other needs;"
                + " dpkg-buildpackage of it in a chroot that has all it needs",
            metric: .wall, bound: .ratio(1.15),
            make: { bench in
                let tree = try makeTree(bench)
                let ours = tree.slipway(["packages --lock=auto"])
                try ours.runChecked()
                try copyBase(of: tree)
                let number = needs.count - 1
                let needed = needs[number].map { "libp\($0)-dev" }
                try inSession(of: tree, installing(needed)).runChecked()
                var count = 0
                return (
                    Row.Subject(
                        ours,
                        prepare: {
                            count += 1
                            try tree.change("p\(number)", "f0.c", file(0) + "/* \(count) */\n")
                            try tree.slipway(["checkout --update"]).runChecked()
                        }),
                    Row.Subject(
                        inSession(of: tree, bare),
                        prepare: {
                            try Command(
                                "sh",
                                [
                                    "-e", "-c",
                                    """
                                    rm -rf "$1/chroot/build"
                                    mkdir "$1/chroot/build"
                                    cp -r "$1/repositories/$2" "$1/chroot/build/source"
                                    """, "sh", tree.path, "p\(number)",
                                ]
                            ).runChecked()
                        })
                )
            }, cleanUp: { try SourceTree.remove(name, of: $0) })
    }

    private static var unchanged: Row {
        Row(
            name: "packages-unchanged-50",
            meaning: "slipway checkout and packages of 50 sources of 200 files that are built,"
                + " nothing changed",
            metric: .wall, bound: .below(1),
            make: { bench in
                let tree = try SourceTree(name, of: bench, sources: (1...50).map { "s\($0)" })
                let files = (1...200).map { ("file\($0)", "\($0)\n") }
                for number in 1...50 {
                    // One in ten is what the nine after it are built with.
                    let first = number - (number - 1) % 10
                    let packaging = packaging(
                        "s\(number)", needs: number == first ? [] : ["libs\(first)-dev"],
                        rules: """
                            clean build build-arch build-indep binary-indep:
                            binary binary-arch:
                            \tmkdir -p debian/tmp/DEBIAN
                            \tdpkg-gencontrol -plibs\(number)-dev -Pdebian/tmp
                            \tdpkg-deb --root-owner-group --build debian/tmp ..
                            """)
                    try tree.makeRepository(
                        of: "s\(number)", files: packaging.merging(files) { $1 })
                }
                return (
                    Row.Subject(try tree.settled(by: "checkout", "packages --lock=auto")), nil
                )
            }, cleanUp: { try SourceTree.remove(name, of: $0) })
    }

    // MARK: Ours

    private static func makeTree(_ bench: Bench) throws -> SourceTree {
        let tree = try SourceTree(name, of: bench, sources: needs.indices.map { "p\($0)" })
        for number in needs.indices {
            let depends = ["debhelper-compat (= 13)"] + needs[number].map { "libp\($0)-dev" }
            var files = packaging("p\(number)", needs: depends, rules: "%:\n\tdh $@")
            files["Makefile"] = """
                objects = $(patsubst %.c,%.o,$(wildcard *.c))
                libp\(number).a: $(objects)
                \tar rcs $@ $^
                install:
                \tinstall -D -m 644 libp\(number).a $(DESTDIR)/usr/lib/libp\(number).a
                clean:
                \trm -f *.o *.a

                """
            for index in 0..<8 { files["f\(index).c"] = file(index) }
            try tree.makeRepository(of: "p\(number)", files: files)
        }
        try tree.slipway(["checkout --update"]).runChecked()
        return tree
    }

    private static func file(_ index: Int) -> String {
        (0..<200).map { "int f\(index)_\($0)(int x) { return x * \($0) + x; }\n" }.joined()
    }

    /// `debian/` of a source that makes one package.
    private static func packaging(_ source: String, needs: [String], rules: String)
        -> [String: String]
    {
        [
            "debian/control": """
            Source: \(source)
            Section: devel
            Priority: optional
            Maintainer: A <a@example.org>
            Build-Depends: \(needs.isEmpty ? "make" : needs.joined(separator: ", "))
            Rules-Requires-Root: no
            Standards-Version: 4.7.0

            Package: lib\(source)-dev
            Architecture: any
            Description: for a measurement

            """,
            "debian/changelog": """
            \(source) (1.0) unstable; urgency=medium

              * First.

             -- A <a@example.org>  Sun, 15 Jun 2025 15:06:40 +0000

            """,
            "debian/rules": "#!/usr/bin/make -f\n\(rules)\n",
            "debian/source/format": "3.0 (native)\n",
        ]
    }

    /// Forgets what was built and the build dependencies that were installed; the base stays.
    private static func forgetResults(of tree: SourceTree) throws {
        for name in ["store", "records", "layers", "repository", "results.json"] {
            try FileSystem.removeTree("\(tree.path)/work/packages/\(name)")
        }
    }

    // MARK: The peer

    /// The chroot of the peer, which is what ours is laid over.
    private static func copyBase(of tree: SourceTree) throws {
        try Command(
            "cp", ["-a", "\(tree.path)/work/packages/base/tree", "\(tree.path)/chroot"]
        ).runChecked()
    }

    /// A script with mounts of its own, in the tree.
    private static func inSession(of tree: SourceTree, _ script: String) -> Command {
        let beginning = """
            enter() {
                mkdir -p "$1/proc" "$1/dev" "$1/tmp" "$1/build"
                mount -t proc proc "$1/proc"
                mount --rbind /dev "$1/dev"
                mount -t tmpfs tmpfs "$1/tmp"
            }
            export HOME=/root DEBIAN_FRONTEND=noninteractive

            """
        var command = Command(
            "unshare", ["--mount", "--pid", "--fork", "sh", "-e", "-c", beginning + script])
        command.folder = tree.path
        return command
    }

    /// Builds one package in an overlay of its own.
    private static let one = """
        build_one() {
            rm -rf session
            mkdir -p session/changes session/work session/tree
            mount -t overlay \\
                -o lowerdir=chroot,upperdir=session/changes,workdir=session/work overlay session/tree
            enter session/tree
            mkdir session/tree/results
            mount --bind results session/tree/results
            cp -r "repositories/$1" session/tree/build/source
            chroot session/tree sh -e -c '
                echo "deb [trusted=yes] file:/results ./" > /etc/apt/sources.list
                apt-get -qq update
                cd /build/source
                apt-get -qq -y -o Dpkg::Options::=--force-unsafe-io build-dep ./
                dpkg-buildpackage -us -uc -b -j2
                mv ../*.deb ../*.buildinfo ../*.changes /results' > build.log
            umount -R -l session/tree
            (cd results && apt-ftparchive packages . > ../Packages && mv ../Packages .)
        }

        """

    /// Builds packages one after the other.
    private static func each(_ sources: [String]) -> String {
        """
        rm -rf results
        mkdir results
        touch results/Packages
        for source in \(sources.joined(separator: " ")); do build_one "$source"; done
        """
    }

    /// Installs what was built into the chroot.
    private static func installing(_ packages: [String]) -> String {
        let files = packages.map { "work/packages/repository/pool/\($0)_*.deb" }
        return """
            enter chroot
            cp \(files.joined(separator: " ")) chroot/tmp
            chroot chroot sh -c 'dpkg -i /tmp/*.deb'
            """
    }

    /// Builds what is in the chroot.
    private static let bare = """
        enter chroot
        chroot chroot sh -e -c 'cd /build/source && dpkg-buildpackage -us -uc -b -j2' > build.log
        """
}

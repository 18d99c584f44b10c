import Syscalls

/// `conf/build-dependencies`: what building needs beside a Swift toolchain; `make` reads it too.
struct DependencyList: Equatable {
    /// One line: a package of Debian and why it is needed.
    struct Dependency: Equatable {
        /// The package.
        let package: String
        /// A program that it brings; nil for what is only compiled against or read.
        let program: String?
        /// Why, in a few words.
        let purpose: String
    }

    /// Why a line is none.
    struct Malformed: Error, Equatable, CustomStringConvertible {
        let file: String
        let line: Int
        var description: String { "\(file):\(line): expected a package, a program or -, and why" }
    }

    /// The lines, in order.
    let dependencies: [Dependency]

    /// Reads the list; `#` starts a comment line.
    init(parsing text: String, file: String) throws(Malformed) {
        var dependencies: [Dependency] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
            guard let package = words.first, !package.hasPrefix("#") else { continue }
            guard words.count == 3 else { throw Malformed(file: file, line: index + 1) }
            dependencies.append(
                Dependency(
                    package: String(package), program: words[1] == "-" ? nil : String(words[1]),
                    purpose: String(words[2].drop(while: \.isWhitespace))))
        }
        self.dependencies = dependencies
    }
}

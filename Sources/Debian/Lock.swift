import Bytes

/// A package as a lock pins it.
package struct LockedPackage: Sendable, Hashable {
    /// The package's name.
    package var name: String
    /// Its version.
    package var version: String
    /// Its architecture, `all` included.
    package var architecture: String
    /// The source package that it is built from.
    package var source: String
    /// The SHA-256 of its file, in hexadecimal.
    package var sha256: String
    /// The length of its file in bytes.
    package var byteCount: UInt64
    /// The name of the archive that has it; `urlArchive` where none has.
    package var archive: String
    /// The file's path in that archive; of a package that no archive has, its URL.
    package var path: String

    /// What stands in place of an archive's name when the path is a URL.
    package static let urlArchive = "url"

    /// Whether no archive has it.
    package var isExternal: Bool { archive == LockedPackage.urlArchive }

    /// What its file is known by.
    var pin: FilePin { FilePin(package: name, sha256: sha256, byteCount: byteCount) }

    /// Makes a locked package.
    package init(
        name: String, version: String, architecture: String, source: String, sha256: String,
        byteCount: UInt64, archive: String, path: String
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source
        self.sha256 = sha256
        self.byteCount = byteCount
        self.archive = archive
        self.path = path
    }
}

/// A package of this tree as a lock names it: its content is this tree's, the packages of the
/// libraries that its programs need are the release's.
package struct LockedLocalPackage: Sendable, Equatable {
    /// The package's name.
    package var name: String
    /// The package of the release for the soname of each library.
    package var libraries: [String: String]

    /// Makes a locked local package.
    package init(name: String, libraries: [String: String]) {
        self.name = name
        self.libraries = libraries
    }
}

/// The commit of a repository that a source of the manifest is built from.
package struct LockedSource: Sendable, Hashable {
    /// The name of the checkout.
    package var name: String
    /// The commit, in hexadecimal.
    package var commit: String
    /// What the commit was found by, such as `branch:main`.
    package var reference: String
    /// Where the repository is, as the manifest says it.
    package var repository: String

    /// Makes a locked source.
    package init(name: String, commit: String, reference: String, repository: String) {
        self.name = name
        self.commit = commit
        self.reference = reference
        self.repository = repository
    }

    /// Whether a text is a commit by all its digits: of SHA-1, or of SHA-256.
    package static func isCommit(_ text: some StringProtocol) -> Bool {
        Hex.isEncoded(text, digits: 40) || Hex.isEncoded(text, digits: 64)
    }
}

/// A package that is built from one of the manifest's sources, as a lock names it: its content
/// follows from the commit that the lock has of the source.
package struct LockedBuiltPackage: Sendable, Hashable {
    /// The package's name.
    package var name: String
    /// The name of the checkout that it is built from.
    package var source: String

    /// Makes a locked built package.
    package init(name: String, source: String) {
        self.name = name
        self.source = source
    }
}

/// Every package of an image, pinned: the whole input of a build that comes from outside.
///
/// The file is text made to be read in a diff: a head of `key value` lines, an empty line, and a
/// line a package, sorted by name.
package struct Lock: Sendable, Equatable {
    /// The first line of a lock.
    package static let firstLine = "slipway-lock 1"

    /// When the newest of the releases that it was made from was signed: seconds since 1970.
    package var date: Int64
    /// The start of the SHA-256 of what was asked for, so that a lock that answers another manifest is seen.
    package var request: String
    /// The packages, sorted by name and architecture.
    package var packages: [LockedPackage]
    /// The packages that this tree builds itself, sorted by name.
    package var localPackages: [LockedLocalPackage]
    /// The commits of what is built from git, sorted by name.
    package var sources: [LockedSource]
    /// The packages that are built from these sources, sorted by name.
    package var builtPackages: [LockedBuiltPackage]

    /// Makes a lock; sorts what it is given.
    package init(
        date: Int64, request: String, packages: [LockedPackage],
        localPackages: [LockedLocalPackage], sources: [LockedSource] = [],
        builtPackages: [LockedBuiltPackage] = []
    ) {
        self.date = date
        self.request = request
        self.packages = packages.sorted { Lock.key($0) < Lock.key($1) }
        self.localPackages = localPackages.sorted { $0.name < $1.name }
        self.sources = sources.sorted { $0.name < $1.name }
        self.builtPackages = builtPackages.sorted { $0.name < $1.name }
    }

    /// A lock without anything in it, which answers no manifest.
    package static let empty = Lock(date: 0, request: "none", packages: [], localPackages: [])

    /// The lock as text.
    package var text: String {
        var lines = [
            Lock.firstLine, "date \(date)", "request \(request)", "packages \(packages.count)",
        ]
        lines += localPackages.map { package in
            let libraries = package.libraries.sorted { $0.key < $1.key }
            return (["local", package.name] + libraries.map { "\($0.key)=\($0.value)" })
                .joined(separator: " ")
        }
        lines += sources.map { source in
            ["source", source.name, source.commit, source.reference, source.repository]
                .joined(separator: " ")
        }
        lines += builtPackages.map { "built \($0.name) \($0.source)" }
        lines.append("")
        lines += packages.map { package in
            [
                package.name, package.version, package.architecture, package.source,
                package.sha256, String(package.byteCount), package.archive, package.path,
            ].joined(separator: " ")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func key(_ package: LockedPackage) -> String {
        "\(package.name) \(package.architecture)"
    }
}

/// Why text is no lock.
package enum LockError: Error, Equatable, CustomStringConvertible {
    /// A line is not what stands there in a lock.
    case malformed(line: Int, expected: String)
    /// A package stands twice, or out of order.
    case disordered(line: Int, name: String)
    /// A line of the head is missing.
    case incomplete(missing: String)
    /// There are more or fewer packages than the head says, or the last line is cut.
    case cut(found: Int)

    package var description: String {
        switch self {
        case .malformed(let line, let expected): "line \(line): expected \(expected)"
        case .disordered(let line, let name):
            "line \(line): \(name) stands twice or out of order"
        case .cut(let found): "\(found) packages, which is not what the head says, or a cut line"
        case .incomplete(let missing): "the line \"\(missing) …\" is missing"
        }
    }
}

extension Lock {
    /// Reads a lock, which may have been edited by hand and is checked accordingly.
    package init(parsing text: String) throws(LockError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == Lock.firstLine[...] else {
            throw .malformed(line: 1, expected: "\"\(Lock.firstLine)\"")
        }
        var head: [Substring: Substring] = [:]
        var locals: [LockedLocalPackage] = []
        var sources: [LockedSource] = []
        var built: [LockedBuiltPackage] = []
        var number = 1
        while number < lines.count, !lines[number].isEmpty {
            let words = lines[number].split(separator: " ")
            number += 1
            switch words.first {
            case "date" where words.count == 2, "request" where words.count == 2,
                "packages" where words.count == 2:
                head[words[0]] = words[1]
            case "local" where words.count >= 2:
                locals.append(try Lock.parseLocalPackage(words, number: number))
            case "source":
                let source = try Lock.parseSource(words, number: number)
                if let last = sources.last, last.name >= source.name {
                    throw .disordered(line: number, name: source.name)
                }
                sources.append(source)
            case "built" where words.count == 3:
                built.append(.init(name: String(words[1]), source: String(words[2])))
            default:
                throw .malformed(
                    line: number,
                    expected: "date, request, packages, local, source or built, and a value")
            }
        }
        guard let date = head["date"].flatMap({ Int64($0) }) else {
            throw .incomplete(missing: "date")
        }
        guard let request = head["request"] else { throw .incomplete(missing: "request") }

        var packages: [LockedPackage] = []
        while number + 1 < lines.count {
            number += 1
            if lines[number].isEmpty, number + 1 == lines.count { break }
            let package = try Lock.parsePackage(lines[number], number: number + 1)
            if let last = packages.last, Lock.key(last) >= Lock.key(package) {
                throw .disordered(line: number + 1, name: package.name)
            }
            packages.append(package)
        }
        guard head["packages"].flatMap({ Int($0) }) == packages.count, text.hasSuffix("\n") else {
            throw .cut(found: packages.count)
        }
        self.init(
            date: date, request: String(request), packages: packages, localPackages: locals,
            sources: sources, builtPackages: built)
    }

    private static func parseSource(_ words: [Substring], number: Int) throws(LockError)
        -> LockedSource
    {
        guard words.count == 5 else {
            throw .malformed(
                line: number, expected: "source, name, commit, reference and repository")
        }
        guard LockedSource.isCommit(words[2]) else {
            throw .malformed(line: number, expected: "all hexadecimal digits of a commit")
        }
        return LockedSource(
            name: String(words[1]), commit: String(words[2]), reference: String(words[3]),
            repository: String(words[4]))
    }

    private static func parseLocalPackage(_ words: [Substring], number: Int) throws(LockError)
        -> LockedLocalPackage
    {
        var package = LockedLocalPackage(name: String(words[1]), libraries: [:])
        for word in words[2...] {
            let parts = word.split(separator: "=")
            guard parts.count == 2 else {
                throw .malformed(line: number, expected: "soname=package, not \(word)")
            }
            package.libraries[String(parts[0])] = String(parts[1])
        }
        return package
    }

    private static func parsePackage(_ line: Substring, number: Int) throws(LockError)
        -> LockedPackage
    {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 8, words.allSatisfy({ !$0.isEmpty }) else {
            throw .malformed(
                line: number,
                expected: "name, version, architecture, source, SHA-256, size, archive and path")
        }
        guard Hex.isEncoded(words[4], digits: 64) else {
            throw .malformed(line: number, expected: "64 hexadecimal digits of SHA-256")
        }
        guard let byteCount = UInt64(words[5]) else {
            throw .malformed(line: number, expected: "a size in bytes, not \(words[5])")
        }
        if words[6] == LockedPackage.urlArchive {
            guard ExternalPackage.isURL(words[7]) else {
                throw .malformed(line: number, expected: "a URL, not \(words[7])")
            }
        } else if words[7].hasPrefix("/") || words[7].split(separator: "/").contains("..") {
            throw .malformed(line: number, expected: "a path inside the archive, not \(words[7])")
        }
        return LockedPackage(
            name: words[0], version: words[1], architecture: words[2], source: words[3],
            sha256: words[4], byteCount: byteCount, archive: words[6], path: words[7])
    }
}

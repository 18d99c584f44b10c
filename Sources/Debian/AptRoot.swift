import CSyscalls
import Command
import Glibc
import Syscalls

/// Why apt could not resolve a request.
package enum AptError: Error, CustomStringConvertible {
    /// apt could not fetch or trust a release; its own words.
    case cannotUpdate(reason: String)
    /// apt found no solution; its own words.
    case cannotResolve(packages: [String], reason: String)
    /// A line or stanza of apt's is not what it should be.
    case unexpectedOutput(String)
    /// apt chose a file that no repository of the request holds.
    case foreignFile(uri: String)
    /// The build machine's apt has no source of Debian, or of its security archive.
    case noHostMirror(isSecurity: Bool)
    /// The keyring of an archive is not there.
    case missingKeyring(archive: String, path: String)

    package var description: String {
        switch self {
        case .cannotUpdate(let reason): "apt cannot read the archives:\n\(reason)"
        case .cannotResolve(let packages, let reason):
            "apt cannot resolve \(packages.joined(separator: " ")):\n\(reason)"
        case .unexpectedOutput(let text): "apt said what was not expected: \(text)"
        case .foreignFile(let uri): "apt chose a file from no archive of the manifest: \(uri)"
        case .noHostMirror(let isSecurity):
            "this machine's apt has no source of Debian" + (isSecurity ? "'s security archive" : "")
        case .missingKeyring(let archive, let path):
            "archive \(archive): its keyring \(path) is not there"
        }
    }
}

/// An apt that knows only what it is told: its own folder, sources, keyrings and status.
struct AptRoot {
    private let folder: TemporaryFolder
    private let request: PackageRequest
    /// The URL of each of the request's repositories.
    let urls: [String]
    private var path: String { folder.path }

    /// Makes the folder.
    ///
    /// - Parameters:
    ///   - request: The archives and pins that apt is to know.
    ///   - installed: Stanzas of what counts as installed already.
    ///   - work: The folder that the folder is made in.
    /// - Throws: `AptError.missingKeyring`, `SystemError`.
    init(_ request: PackageRequest, installed: [Stanza] = [], in work: String) throws {
        self.request = request
        urls = try request.allRepositories.map { try $0.location.resolve() }
        folder = try TemporaryFolder(in: work)
        for name in [
            "etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d",
            "var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/lib/dpkg", "local",
        ] {
            try FileSystem.makeDirectory("\(folder.path)/\(name)")
        }
        for repository in request.allRepositories where !FileSystem.exists(repository.keyring) {
            throw AptError.missingKeyring(
                archive: repository.archive, path: repository.keyring)
        }
        try write(configuration, to: "apt.conf")
        try write(sources, to: "etc/apt/sources.list.d/slipway.sources")
        try write(
            request.allPreferences.map {
                "Package: \($0.package)\nPin: \($0.pin)\nPin-Priority: \($0.priority)\n"
            }.joined(separator: "\n"), to: "etc/apt/preferences")
        try setInstalled(installed)
    }

    /// All names of packages that the archives have.
    func names() throws -> Set<String> {
        let text = try apt("apt-cache", ["pkgnames"]).runChecked().text
        return Set(text.split(separator: "\n").map(String.init))
    }

    /// Adds an archive with packages that no other has, after the others were fetched; its list has
    /// the stanzas.
    func addPackages(_ stanzas: [Stanza]) throws {
        try write(stanzas.map(\.text).joined(separator: "\n"), to: "local/Packages")
        try write(
            "Types: deb\nURIs: copy://\(path)/local\nSuites: ./\nTrusted: yes\n",
            to: "etc/apt/sources.list.d/local.sources")
        // Only the new list is read; the others stay.
        let options = [
            "-o", "Dir::Etc::SourceList=sources.list.d/local.sources",
            "-o", "Dir::Etc::SourceParts=-", "-o", "APT::Get::List-Cleanup=false",
        ]
        let result = try apt("apt-get", options + ["update"]).run()
        guard result.isSuccess else {
            throw AptError.cannotUpdate(reason: Self.complaints(in: result))
        }
    }

    /// Replaces what counts as installed.
    func setInstalled(_ stanzas: [Stanza]) throws {
        let text = stanzas.map { stanza in
            var stanza = stanza
            stanza["Status"] = "install ok installed"
            return stanza.text
        }
        try write(text.joined(separator: "\n"), to: "var/lib/dpkg/status")
    }

    /// Fetches releases and package lists.
    ///
    /// - Returns: When the newest release was signed, in seconds since 1970.
    func update() throws -> Int64 {
        let result = try apt("apt-get", ["--error-on=any", "update"]).run()
        guard result.isSuccess else {
            throw AptError.cannotUpdate(reason: Self.complaints(in: result))
        }
        var newest: Int64 = 0
        let lists = "\(path)/var/lib/apt/lists"
        for name in try FileSystem.list(lists) where name.hasSuffix("_InRelease") {
            newest = max(newest, try Self.date(of: FileSystem.readText("\(lists)/\(name)"), name))
        }
        return newest
    }

    /// The stanzas of all packages that installing the named ones brings, each as its list has it.
    func resolve(_ names: [String], installRecommends: Bool) throws -> [(uri: String, Stanza)] {
        try choose(
            ["-o", "APT::Install-Recommends=\(installRecommends)", "install"] + names, names)
    }

    /// The stanzas of all packages that a source's build needs beside what is installed.
    ///
    /// - Parameters:
    ///   - control: The source's `debian/control`.
    ///   - name: What messages call it.
    ///   - profiles: The build profiles that are on.
    /// - Returns: The packages, each as its list has it.
    /// - Throws: `AptError.cannotResolve`.
    func resolveBuildDependencies(_ control: String, of name: String, profiles: [String]) throws
        -> [(uri: String, Stanza)]
    {
        let source = try TemporaryFolder(in: path)
        try FileSystem.makeDirectory("\(source.path)/debian")
        try FileSystem.writeAtomically(control, to: "\(source.path)/debian/control")
        let options = [
            "-o", "APT::Install-Recommends=false",
            "-o", "APT::Build-Profiles=\(profiles.joined(separator: ","))",
        ]
        return try withExtendedLifetime(source) {
            try choose(options + ["build-dep", "\(source.path)/"], [name])
        }
    }

    private func choose(_ arguments: [String], _ names: [String]) throws -> [(
        uri: String, Stanza
    )] {
        let result = try apt(
            "apt-get", ["-y", "--allow-downgrades", "--print-uris"] + arguments
        ).run()
        guard result.isSuccess else {
            throw AptError.cannotResolve(packages: names, reason: Self.complaints(in: result))
        }
        // A line: 'URI' name_version_arch.deb size SHA256:digest
        let files = try result.text.split(separator: "\n").filter { $0.first == "'" }.map { line in
            let words = line.split(separator: " ")
            guard words.count == 4, words[3].hasPrefix("SHA256:") else {
                throw AptError.unexpectedOutput(String(line))
            }
            let name = words[1].prefix { $0 != "_" }
            return (
                uri: String(words[0].dropFirst().dropLast()), name: String(name),
                digest: String(words[3].dropFirst(7))
            )
        }
        let stanzas = try show(files.map(\.name))
        return try files.map { file in
            guard let stanza = stanzas[file.digest] else {
                throw AptError.unexpectedOutput("no stanza has SHA-256 \(file.digest)")
            }
            return (file.uri, stanza)
        }
    }

    /// All stanzas of packages, by the SHA-256 of their files.
    private func show(_ names: [String]) throws -> [String: Stanza] {
        if names.isEmpty { return [:] }
        let text = try apt("apt-cache", ["show"] + names).runChecked().text
        return Dictionary(
            try Deb822.parse(text).compactMap { stanza in stanza["SHA256"].map { ($0, stanza) } },
            uniquingKeysWith: { first, _ in first })
    }

    private func write(_ text: String, to name: String) throws {
        try FileSystem.writeAtomically(text, to: "\(path)/\(name)")
    }

    private func apt(_ program: String, _ arguments: [String]) -> Command {
        Command(program, arguments).with(environment: [
            "APT_CONFIG": "\(path)/apt.conf", "DEBIAN_FRONTEND": "noninteractive",
        ]).with(environment: Proxies.environment)
    }

    private var configuration: String {
        """
        Dir "\(path)/";
        Dir::State::status "\(path)/var/lib/dpkg/status";
        APT::Architecture "\(request.architecture)";
        APT::Architectures { "\(request.architecture)"; };
        APT::Sandbox::User "root";
        Acquire::ForceHash "SHA256";
        Acquire::Languages "none";
        Acquire::Retries "3";
        // Without this apt refuses to go on where no essential package is installed.
        pkgCacheGen::ForceEssential ",";

        """
    }

    private var sources: String {
        zip(request.allRepositories, urls).map { $0.sourcesStanza(url: $1) }.joined(separator: "\n")
    }

    /// The lines that apt marks as errors and warnings, or else all that it said.
    private static func complaints(in result: CommandResult) -> String {
        let lines = result.errorText.split(separator: "\n")
        let marked = lines.filter { $0.hasPrefix("E:") || $0.hasPrefix("W:") }
        // What cannot be installed, and why, is told on stdout below this line.
        let output = result.text.split(separator: "\n")
        let unmet = output.firstIndex { $0.contains("unmet dependencies") }
        let reasons = unmet.map { output[($0 + 1)...].prefix(20) } ?? []
        return ((marked.isEmpty ? lines : marked) + reasons).joined(separator: "\n")
    }

    /// The `Date` of a signed release: RFC 2822, always UTC there, in one of the spellings that apt
    /// takes (apt-pkg/contrib/strutl.cc, RFC1123StrToTime).
    private static func date(of release: String, _ name: String) throws -> Int64 {
        let prefix = "Date: "
        guard let line = release.split(separator: "\n").first(where: { $0.hasPrefix(prefix) })
        else { throw AptError.unexpectedOutput("\(name) without a date") }
        var time = tm()
        let text = String(line.dropFirst(prefix.count))
        guard let rest = strptime(text, "%a, %d %b %Y %H:%M:%S ", &time),
            ["UTC", "GMT", "Z", "+0000"].contains(String(cString: rest))
        else {
            throw AptError.unexpectedOutput("\(name) dated \"\(text)\"")
        }
        return Int64(timegm(&time))
    }
}

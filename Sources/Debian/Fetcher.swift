import Command
package import Events
import JSON
import Syscalls

/// Where one archive's files can be had.
package struct ArchiveSource: Sendable, Equatable {
    /// The archive's name in the lock.
    package var archive: String
    /// The URLs to try, in order; a lock's paths are relative to each.
    package var urls: [String]

    /// Makes a source.
    package init(archive: String, urls: [String]) {
        self.archive = archive
        self.urls = urls
    }
}

/// Packages that no source has.
package struct MissingPackages: Error, CustomStringConvertible {
    /// One package, and why each source did not give it.
    package struct Item: Sendable, Equatable {
        /// The package's name.
        package let name: String
        /// Its version.
        package let version: String
        /// The name of the archive that should have it; `LockedPackage.urlArchive` for none.
        package let archive: String
        /// A line for each attempt: the URL and the reason.
        package let attempts: [String]
    }

    /// The packages.
    package let items: [Item]

    package var description: String {
        items.map { item in
            "\(item.name) \(item.version): no source has it: "
                + (item.attempts.isEmpty
                    ? "no source for archive \(item.archive)"
                    : item.attempts.joined(separator: "; "))
        }.joined(separator: "\n")
    }
}

/// A file that is to come into the pool.
struct WantedFile: Sendable, Equatable {
    /// What it must be.
    var pin: FilePin
    /// The package's version.
    var version: String
    /// The name of the archive that has it; `LockedPackage.urlArchive` for none.
    var archive: String
    /// Where it can be had, the first to be tried first.
    var urls: [String]
    /// A line for each attempt that failed.
    var attempts: [String] = []
}

/// Brings packages into the pool.
package struct Fetcher: Sendable {
    private let pool: Pool
    private let sources: [ArchiveSource]

    /// Transfers at a time.
    package var parallelTransfers = 6
    /// Seconds without progress after which a transfer is given up.
    package var stallSeconds = 30
    /// How often a transfer that failed for a passing reason is tried again; each wait is twice
    /// the one before, from 1 second.
    package var retries = 4

    /// Makes a fetcher.
    package init(pool: Pool, sources: [ArchiveSource]) {
        self.pool = pool
        self.sources = sources
    }

    /// Fetches what the pool lacks of a lock's packages.
    ///
    /// What was transferred stays when other transfers fail, and a transfer that was cut goes on
    /// where it stopped.
    ///
    /// - Throws: `MissingPackages` when no source has a file, `PoolError` when a source gives other
    ///   bytes than the lock pins.
    package func fetch(_ packages: [LockedPackage], events: EventStream) throws {
        // A look without the lock first: a full pool needs nothing of anybody.
        if packages.allSatisfy(pool.holds) { return }
        try fetch(
            packages.map { package in
                let urls =
                    package.isExternal
                    ? [Fetcher.escaped(url: package.path)]
                    : (sources.first { $0.archive == package.archive }?.urls ?? []).map {
                        "\($0)/\(Fetcher.escaped(package.path))"
                    }
                return WantedFile(
                    pin: package.pin, version: package.version, archive: package.archive,
                    urls: urls)
            }, events: events)
    }

    /// Fetches what the pool lacks of some files.
    ///
    /// - Throws: `MissingPackages` when no URL gives a file, `PoolError` when one gives another.
    func fetch(_ files: [WantedFile], events: EventStream) throws {
        let lock = try pool.lock()
        defer { withExtendedLifetime(lock) {} }
        // What a killed run left, other than files that came in a part of the way.
        for name in try FileSystem.list(pool.incoming) where name.hasPrefix("slipway-") {
            try FileSystem.removeTree("\(pool.incoming)/\(name)")
        }
        var missing = files.filter { !pool.holds($0.pin) }
        let sizes = missing.compactMap(\.pin.byteCount)
        let progress = events.begin(
            "fetch", total: sizes.count == missing.count ? sizes.reduce(0, +) : nil, unit: .bytes)
        do {
            let most = missing.map(\.urls.count).max() ?? 0
            for attempt in 0..<most where !missing.isEmpty {
                missing = try fetch(missing, attempt: attempt, progress)
            }
            guard missing.isEmpty else {
                throw MissingPackages(
                    items: missing.map {
                        .init(
                            name: $0.pin.package, version: $0.version, archive: $0.archive,
                            attempts: $0.attempts)
                    })
            }
            progress.finish([:])
        } catch {
            progress.fail(error)
            throw error
        }
    }

    /// Tries each file's URL number `attempt`.
    ///
    /// - Returns: What is still missing.
    private func fetch(
        _ files: [WantedFile], attempt: Int, _ progress: StepProgress
    ) throws -> [WantedFile] {
        var missing = files.filter { $0.urls.count <= attempt }
        let transfers = files.filter { $0.urls.count > attempt }.map { file in
            Transfer(
                file: file, url: file.urls[attempt], target: "\(pool.incoming)/\(file.pin.sha256)")
        }
        let failures = try run(transfers, progress)
        for (index, transfer) in transfers.enumerated() {
            if let failure = failures[index] {
                var file = transfer.file
                file.attempts.append("\(transfer.url): \(failure)")
                missing.append(file)
            } else {
                try admit(transfer)
            }
        }
        return missing
    }

    private struct Transfer {
        let file: WantedFile
        let url: String
        let target: String
    }

    private func admit(_ transfer: Transfer) throws {
        do {
            try pool.admit(transfer.target, as: transfer.file.pin, from: transfer.url)
        } catch {
            // Whatever it is, it is not what a later run should go on from.
            try FileSystem.removeFile(transfer.target)
            throw error
        }
    }

    /// Runs transfers side by side, in one curl.
    ///
    /// - Returns: Why transfers failed, by their index.
    private func run(_ transfers: [Transfer], _ progress: StepProgress) throws -> [Int: String] {
        var pending: [Int] = []
        for (index, transfer) in transfers.enumerated() {
            let here = try FileSystem.byteCount(of: transfer.target) ?? 0
            // What could be whole already is not gone on with where nobody knows its length.
            if here > transfer.file.pin.byteCount ?? 0 {
                try FileSystem.removeFile(transfer.target)
            }
            if here != transfer.file.pin.byteCount { pending.append(index) }
        }
        if pending.isEmpty { return [:] }

        let configuration = try TemporaryFolder(in: pool.incoming)
        let file = "\(configuration.path)/transfers"
        try FileSystem.writeAtomically(
            pending.map { index in
                "url = \"\(transfers[index].url)\"\noutput = \"\(transfers[index].target)\"\n"
            }.joined(), to: file)
        var counted = UInt64(0)
        let result = try Command("curl", arguments + ["--config", file])
            .with(environment: Proxies.environment)
            .run(onTick: {
                let here = transfers.reduce(0) { $0 + present($1) }
                if here > counted { progress.advance(by: here - counted) }
                counted = max(counted, here)
            })
        return try failures(in: result, pending: pending)
    }

    private var arguments: [String] {
        [
            "--disable", "--globoff", "--fail", "--location", "--silent", "--show-error",
            "--parallel", "--parallel-max", String(parallelTransfers),
            "--continue-at", "-",
            "--connect-timeout", String(stallSeconds),
            "--speed-limit", "1", "--speed-time", String(stallSeconds),
            "--retry", String(retries), "--retry-connrefused",
            "--write-out", "%{json}\\n",
        ]
    }

    /// Reads curl's report: a line of JSON for each transfer.
    private func failures(in result: CommandResult, pending: [Int]) throws -> [Int: String] {
        var failures: [Int: String] = [:]
        var reported = Set<Int>()
        for line in result.text.split(separator: "\n") {
            let report = try JSON(parsing: String(line))
            guard let number = report["urlnum"]?.integer, let code = report["exitcode"]?.integer,
                pending.indices.contains(Int(number))
            else { continue }
            reported.insert(Int(number))
            if code != 0 {
                failures[pending[Int(number)]] =
                    report["errormsg"]?.string ?? "curl error \(code)"
            }
        }
        for (number, index) in pending.enumerated() where !reported.contains(number) {
            failures[index] = "not transferred: \(result.ending) \(result.errorText)"
        }
        return failures
    }

    private func present(_ transfer: Transfer) -> UInt64 {
        // A file that cannot be looked at now is looked at when its transfer ends.
        (try? FileSystem.byteCount(of: transfer.target)) ?? 0
    }

    /// A URL with all that may not stand in one as `%XX`; what is escaped already stays.
    static func escaped(url: String) -> String {
        escaped(url, keeping: "-._~/+:?#[]@!$&'()*,;=%")
    }

    /// A path as a URL has it: all but unreserved characters and slashes as `%XX` (RFC 3986, 2.3).
    static func escaped(_ path: String) -> String { escaped(path, keeping: "-._~/+") }

    private static func escaped(_ text: String, keeping plain: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var escaped = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.isASCII
                && (Character(scalar).isLetter || Character(scalar).isNumber
                    || plain.unicodeScalars.contains(scalar))
            if isPlain {
                escaped.unicodeScalars.append(scalar)
            } else {
                escaped += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return escaped
    }
}

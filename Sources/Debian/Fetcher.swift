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
        /// The package.
        package let package: LockedPackage
        /// A line for each attempt: the URL and the reason.
        package let attempts: [String]
    }

    /// The packages.
    package let items: [Item]

    package var description: String {
        items.map { item in
            "\(item.package.name) \(item.package.version): no source has it: "
                + (item.attempts.isEmpty
                    ? "no source for archive \(item.package.archive)"
                    : item.attempts.joined(separator: "; "))
        }.joined(separator: "\n")
    }
}

/// Brings the packages of a lock into the pool.
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

    /// Fetches what the pool lacks.
    ///
    /// What was transferred stays when other transfers fail, and a transfer that was cut goes on
    /// where it stopped.
    ///
    /// - Throws: `MissingPackages` when no source has a file, `PoolError` when a source gives other
    ///   bytes than the lock pins.
    package func fetch(_ packages: [LockedPackage], events: EventStream) throws {
        // A look without the lock first: a full pool needs nothing of anybody.
        if packages.allSatisfy(pool.holds) { return }
        let lock = try pool.lock()
        defer { withExtendedLifetime(lock) {} }
        // What a killed run left, other than files that came in a part of the way.
        for name in try FileSystem.list(pool.incoming) where name.hasPrefix("slipway-") {
            try FileSystem.removeTree("\(pool.incoming)/\(name)")
        }
        var missing = packages.filter { !pool.holds($0) }.map {
            MissingPackages.Item(package: $0, attempts: [])
        }
        let progress = events.begin(
            "fetch", total: missing.reduce(0) { $0 + $1.package.byteCount }, unit: .bytes)
        do {
            let most = sources.map(\.urls.count).max() ?? 0
            for attempt in 0..<most where !missing.isEmpty {
                missing = try fetch(missing, attempt: attempt, progress)
            }
            guard missing.isEmpty else { throw MissingPackages(items: missing) }
            progress.finish([:])
        } catch {
            progress.fail(error)
            throw error
        }
    }

    /// Tries each package's URL number `attempt`.
    ///
    /// - Returns: What is still missing.
    private func fetch(
        _ items: [MissingPackages.Item], attempt: Int, _ progress: StepProgress
    ) throws -> [MissingPackages.Item] {
        var transfers: [Transfer] = []
        var hopeless: [MissingPackages.Item] = []
        for item in items {
            let urls = sources.first { $0.archive == item.package.archive }?.urls ?? []
            guard attempt < urls.count else {
                hopeless.append(item)
                continue
            }
            transfers.append(
                Transfer(
                    item: item, url: "\(urls[attempt])/\(Fetcher.escaped(item.package.path))",
                    target: "\(pool.incoming)/\(item.package.sha256)"))
        }
        let failures = try run(transfers, progress)
        var missing = hopeless
        for (index, transfer) in transfers.enumerated() {
            if let failure = failures[index] {
                missing.append(
                    .init(
                        package: transfer.item.package,
                        attempts: transfer.item.attempts + ["\(transfer.url): \(failure)"]))
            } else {
                try admit(transfer)
            }
        }
        return missing
    }

    private struct Transfer {
        let item: MissingPackages.Item
        let url: String
        let target: String
    }

    private func admit(_ transfer: Transfer) throws {
        do {
            try pool.admit(transfer.target, as: transfer.item.package, from: transfer.url)
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
            if here > transfer.item.package.byteCount {
                try FileSystem.removeFile(transfer.target)
            }
            if here != transfer.item.package.byteCount { pending.append(index) }
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
            "--disable", "--fail", "--location", "--silent", "--show-error",
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

    /// A path as a URL has it: all but unreserved characters and slashes as `%XX` (RFC 3986, 2.3).
    static func escaped(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var text = ""
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.isASCII
                && (Character(scalar).isLetter || Character(scalar).isNumber
                    || "-._~/+".unicodeScalars.contains(scalar))
            if isPlain {
                text.unicodeScalars.append(scalar)
            } else {
                text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return text
    }
}

import Glibc
import Syscalls

/// The numbers of the system users and groups that maintainer scripts make.
///
/// Scripts take the next free number, so the numbers depend on the order of configuring and change
/// when a package is added; files on a machine's disks keep them for years. So the image's own
/// numbers are kept in a file of the tree that only ever grows, and each build starts from it.
///
/// A line is a record of passwd(5) or group(5) behind its kind, and at its end what shadow(5) or
/// gshadow(5) has after the name, the day of the last change left empty:
/// `user sshd:x:100:65534::/run/sshd:/usr/sbin/nologin !*:::::::` and `group kvm:x:993: !*::`.
package struct SystemIDs: Sendable, Equatable {
    /// A user or a group.
    struct Record: Sendable, Equatable {
        /// `user` or `group`.
        var kind: String
        /// The fields of passwd(5) or group(5).
        var fields: [String]
        /// The fields of shadow(5), without the day, or gshadow(5), after the name.
        var shadow: [String]

        var name: String { fields[0] }
        var number: UInt32 { UInt32(fields[2]) ?? 0 }
        var line: String {
            "\(kind) \(fields.joined(separator: ":")) \(shadow.joined(separator: ":"))"
        }
    }

    private(set) var records: [Record]

    private static let head = """
        # Numbers of the system users and groups of the image, one for all time: append only.

        """

    /// Reads the file; one that is not there is empty.
    ///
    /// - Throws: `RootFSError.badIDs` for a line that is no record or stands twice.
    package init(path: String) throws {
        records = []
        guard FileSystem.exists(path) else { return }
        let text = try FileSystem.readText(path)
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if line.isEmpty || line.first == "#" { continue }
            guard let record = Record(line) else {
                throw RootFSError.badIDs(
                    path: path, line: number,
                    expected: "\"user\" or \"group\", a record and its shadow fields")
            }
            guard !records.contains(where: { $0.kind == record.kind && $0.name == record.name })
            else {
                throw RootFSError.badIDs(
                    path: path, line: number, expected: "\(record.name) only once")
            }
            records.append(record)
        }
    }

    /// The file's text.
    package var text: String {
        SystemIDs.head + records.map { $0.line + "\n" }.joined()
    }

    /// Appends the records to a tree's `/etc` that has only the base's users and groups; `epoch`,
    /// in seconds since 1970, gives the day of the last password change.
    func seed(_ tree: String, epoch: Int64) throws {
        for kind in Kind.all {
            let mine = records.filter { $0.kind == kind.name }
            let present = Set(try kind.names(in: tree))
            let new = mine.filter { !present.contains($0.name) }
            if new.isEmpty { continue }
            try append(
                new.map { $0.fields.joined(separator: ":") }, to: "\(tree)/etc/\(kind.file)")
            try append(
                new.map { kind.shadowLine($0, day: epoch / 86400) },
                to: "\(tree)/etc/\(kind.shadowFile)")
        }
    }

    private func append(_ lines: [String], to path: String) throws {
        let file = try File(path, flags: O_WRONLY | O_APPEND)
        try file.write(Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    /// Compares a finished tree with the records.
    ///
    /// - Parameters:
    ///   - tree: The finished tree.
    ///   - base: The names that the base itself brings, which have numbers for all of Debian.
    /// - Returns: These records and, behind them, those of new users and groups.
    /// - Throws: `RootFSError.idDrift` when one of the records has another number in the tree.
    func extended(by tree: String, base: Set<String>) throws -> SystemIDs {
        var result = self
        for kind in Kind.all {
            let shadows = try kind.shadows(in: tree)
            for fields in try kind.entries(in: tree) {
                guard !base.contains("\(kind.name) \(fields[0])") else { continue }
                let found = Record(
                    kind: kind.name, fields: fields,
                    shadow: shadows[fields[0]] ?? kind.lockedShadow)
                let known = records.first { $0.kind == kind.name && $0.name == found.name }
                if let known, known.number != found.number {
                    throw RootFSError.idDrift(
                        kind: kind.name, name: known.name, expected: known.number,
                        found: found.number)
                }
                if known == nil { result.records.append(found) }
            }
        }
        return result
    }

    /// The names that these records have and others have not.
    func names(beyond others: SystemIDs) -> [String] {
        records.filter { !others.records.contains($0) }.map { "\($0.kind) \($0.name)" }
    }

    /// The users and groups that a tree has now, as `user NAME` and `group NAME`.
    static func names(in tree: String) throws -> Set<String> {
        var names: Set<String> = []
        for kind in Kind.all {
            for name in try kind.names(in: tree) { names.insert("\(kind.name) \(name)") }
        }
        return names
    }
}

extension SystemIDs.Record {
    init?(_ line: Substring) {
        guard let space = line.firstIndex(of: " "), let last = line.lastIndex(of: " "),
            space < last
        else { return nil }
        let kind = line[..<space]
        let fields = line[line.index(after: space)..<last].split(
            separator: ":", omittingEmptySubsequences: false)
        guard (kind == "user" && fields.count == 7) || (kind == "group" && fields.count == 4),
            !fields[0].isEmpty, UInt32(fields[2]) != nil
        else { return nil }
        let shadow = line[line.index(after: last)...].split(
            separator: ":", omittingEmptySubsequences: false)
        guard shadow.count == (kind == "user" ? 8 : 3) else { return nil }
        self.init(
            kind: String(kind), fields: fields.map(String.init), shadow: shadow.map(String.init))
    }
}

/// Users or groups: the names of their files.
private struct Kind {
    let name: String
    let file: String
    let shadowFile: String

    static let all = [
        Kind(name: "user", file: "passwd", shadowFile: "shadow"),
        Kind(name: "group", file: "group", shadowFile: "gshadow"),
    ]

    func entries(in tree: String) throws -> [[String]] {
        try records(of: "\(tree)/etc/\(file)").filter { $0.count > 2 }
    }

    func names(in tree: String) throws -> [String] { try entries(in: tree).map { $0[0] } }

    /// The fields after the name, by name; of a user without the day of the last change.
    func shadows(in tree: String) throws -> [String: [String]] {
        let path = "\(tree)/etc/\(shadowFile)"
        guard FileSystem.exists(path) else { return [:] }
        return Dictionary(
            try records(of: path).filter { $0.count == lockedShadow.count + 1 }.map { fields in
                var shadow = Array(fields.dropFirst())
                if name == "user" { shadow[1] = "" }
                return (fields[0], shadow)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// What an account has that nothing made a shadow record for: locked.
    var lockedShadow: [String] { ["!*"] + Array(repeating: "", count: name == "user" ? 7 : 2) }

    func shadowLine(_ record: SystemIDs.Record, day: Int64) -> String {
        var shadow = record.shadow
        if name == "user" { shadow[1] = String(day) }
        return ([record.name] + shadow).joined(separator: ":")
    }

    private func records(of path: String) throws -> [[String]] {
        try FileSystem.readText(path).split(separator: "\n").map {
            $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

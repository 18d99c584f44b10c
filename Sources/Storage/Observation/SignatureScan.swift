import Command
import JSON
import Syscalls

/// What libblkid finds, by as few processes as possible: each costs 30 to 90 ms in the lab.
enum SignatureScan {
    /// A finding of libblkid.
    struct Finding: Sendable, Equatable {
        let type: String
        let uuid: String?
        let label: String?
        /// What it is for: `filesystem`, `raid`, `crypto`, `partition-table` or `other`.
        let usage: String

        /// Whether it is md's, whose superblocks are read by ourselves.
        var isMember: Bool { type == "linux_raid_member" }
        /// Whether it is a partition table; `PMBR` is part of a GPT.
        var isTable: Bool { usage == "partition-table" || type == "gpt" || type == "PMBR" }
        /// The finding as a signature.
        var signature: Signature {
            usage == "filesystem"
                ? .filesystem(type: type, uuid: uuid, label: label)
                : .other(type: type, uuid: uuid)
        }
    }

    /// Finds what lies on some devices or files.
    ///
    /// One process for all of them, and one for each when that fails: a disk that gives errors must
    /// not hide the others.
    ///
    /// - Parameters:
    ///   - paths: The devices.
    ///   - system: Where they are.
    /// - Returns: The findings by path, in the order of the device; nil for what cannot be read.
    /// - Throws: `CommandError` when wipefs cannot be run.
    static func findings(
        on paths: [String], in system: SystemTree
    ) throws -> [String: [Finding]?] {
        var findings: [String: [Finding]?] = [:]
        for group in groups(paths) {
            let places = group.map { (path: $0, place: system.path($0)) }
            let result = try wipefs(places.map(\.place)).run()
            if result.isSuccess {
                let parsed = try parse(result.output)
                for (path, place) in places { findings[path] = parsed[name(place)] ?? [] }
                continue
            }
            for (path, place) in places {
                let result = try wipefs([place]).run()
                findings[path] =
                    result.isSuccess ? try parse(result.output)[name(place)] ?? [] : .some(nil)
            }
        }
        return findings
    }

    /// Finds what lies at a place that no device reaches.
    ///
    /// - Parameters:
    ///   - extent: The place.
    ///   - path: The disk or image file.
    ///   - isMember: Whether superblocks of md are known there: of a member blkid would say no more.
    /// - Returns: What blkid says first; several at once are one finding, `ambivalent`.
    /// - Throws: `CommandError` when blkid cannot be run.
    static func finding(at extent: Extent, of path: String, isMember: Bool) throws -> Finding? {
        let result = try blkid(path, extent, isMember: isMember).run()
        switch result.ending {
        case .status(0): return parseExport(result.text)
        // blkid(8): 2 for nothing found, 8 for several that contradict each other.
        case .status(8): return Finding(type: "ambivalent", uuid: nil, label: nil, usage: "other")
        default: return nil
        }
    }

    /// wipefs(8), which with these options only reads.
    static func wipefs(_ paths: [String]) -> Command {
        Command(
            "wipefs",
            [
                "--no-act",
                "--json",
                "--output", "DEVICE,TYPE,UUID,LABEL,USAGE",
                "--",
            ] + paths)
    }

    /// blkid(8) on a part of a disk.
    static func blkid(_ path: String, _ extent: Extent, isMember: Bool) -> Command {
        Command(
            "blkid",
            [
                "--probe",
                "--output", "export",
                "--offset", String(extent.start),
                "--size", String(extent.byteCount),
            ] + (isMember ? ["--usages", "noraid"] : []) + [path])
    }

    /// wipefs's JSON names devices by the last part of their path: no two of a group have the same.
    static func groups(_ paths: [String]) -> [[String]] {
        var groups: [[String]] = []
        for path in paths {
            let index = groups.firstIndex { group in !group.contains { name($0) == name(path) } }
            if let index { groups[index].append(path) } else { groups.append([path]) }
        }
        return groups
    }

    /// Reads what wipefs wrote; the same finding at several places of a device counts once.
    ///
    /// - Throws: `JSONError` when that is no JSON.
    static func parse(_ output: [UInt8]) throws(JSONError) -> [String: [Finding]] {
        // Where nothing was found there is an empty list, or nothing at all.
        if output.isEmpty { return [:] }
        let json = try JSON(parsing: output)
        var findings: [String: [Finding]] = [:]
        for entry in json["signatures"]?.array ?? [] {
            guard let device = entry["device"]?.string, let type = entry["type"]?.string else {
                continue
            }
            let finding = Finding(
                type: type, uuid: entry["uuid"]?.string, label: entry["label"]?.string,
                usage: entry["usage"]?.string ?? "other")
            if findings[device]?.contains(finding) != true {
                findings[device, default: []].append(finding)
            }
        }
        return findings
    }

    /// Reads what `blkid --output export` wrote: lines of KEY=VALUE.
    static func parseExport(_ text: String) -> Finding? {
        var values: [Substring: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = plain(parts[1]) }
        }
        guard let type = values["TYPE"] ?? values["PTTYPE"] else { return nil }
        let usage = values["TYPE"] == nil ? "partition-table" : values["USAGE"] ?? "other"
        return Finding(type: type, uuid: values["UUID"], label: values["LABEL"], usage: usage)
    }

    /// blkid escapes for the shell: a backslash before what is special.
    private static func plain(_ value: Substring) -> String {
        var text = ""
        var isEscaped = false
        for character in value {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }

    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

/// Why a root filesystem could not be made.
package enum RootFSError: Error, Equatable, CustomStringConvertible {
    /// Two packages have the same file.
    case fileConflict(path: String, first: String, second: String)
    /// A package's entry cannot be unpacked.
    case badEntry(package: String, path: String, reason: String)
    /// A package's control stanza is not what it should be.
    case badControl(package: String, reason: String)
    /// A maintainer script or dpkg failed; what it said is in the log.
    case scriptFailed(what: String, reason: String, log: String)
    /// Packages did not end up installed.
    case notInstalled(packages: [String])
    /// A system user or group has another number than the ids file says.
    case idDrift(kind: String, name: String, expected: UInt32, found: UInt32)
    /// A line of the ids file is not a record.
    case badIDs(path: String, line: Int, expected: String)
    /// New system users or groups that the ids file does not have, where it may not grow.
    case newIDs(path: String, names: [String])
    /// `base-prune` names packages that others still need, or the like; dpkg's own words.
    case cannotPrune(reason: String)
    /// The tree has no kernel, or more than one.
    case kernels(found: [String])
    /// The initramfs is larger than what the boot media have room for.
    case initramfsTooLarge(byteCount: UInt64, limit: UInt64)

    package var description: String {
        switch self {
        case .fileConflict(let path, let first, let second):
            "/\(path): both \(first) and \(second) have it"
        case .badEntry(let package, let path, let reason): "\(package): \(path): \(reason)"
        case .badControl(let package, let reason): "\(package): control: \(reason)"
        case .scriptFailed(let what, let reason, let log):
            "\(what): \(reason)\nthe whole output is in \(log)"
        case .notInstalled(let packages):
            "not fully installed: \(packages.joined(separator: ", "))"
        case .idDrift(let kind, let name, let expected, let found):
            "\(kind) \(name) got number \(found), the ids file says \(expected)"
        case .badIDs(let path, let line, let expected):
            "\(path): line \(line): expected \(expected)"
        case .newIDs(let path, let names):
            "\(path) has no number for \(names.joined(separator: ", "))"
        case .cannotPrune(let reason): "base-prune: \(reason)"
        case .kernels(let found):
            "expected one kernel in /lib/modules, found "
                + (found.isEmpty ? "none" : found.joined(separator: ", "))
        case .initramfsTooLarge(let byteCount, let limit):
            "initrd.img has \(byteCount) bytes, the limit is \(limit)"
        }
    }
}

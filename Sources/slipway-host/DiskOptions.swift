import CommandLine
import Events
import JSON
import Storage
import Syscalls

/// Options that several commands about disks share.
enum DiskOptions {
    static let disks = OptionSpec(
        name: "disks", value: .required("FILE", .file),
        help: "Take from this JSON list what the kernel does not say of disks, and image files "
            + "to be taken for disks")

    static let disk = OptionSpec(
        name: "disk", value: .required("ROLE=PATH"),
        help: "Take this disk for a role of the layout", isRepeatable: true)

    static let erase = OptionSpec(
        name: "erase", value: .required("PATH"), help: "Agree to lose what is on this disk",
        isRepeatable: true)

    static let logFormat = OptionSpec(
        name: "log-format",
        value: .required("FORMAT", .words(EventFormat.allCases.map(\.rawValue))),
        help: "How progress is written", default: EventFormat.auto.rawValue)

    static let stall = OptionSpec(
        name: "stall", value: .required("SECONDS", .integer(1...86400)),
        help: "Give up when a copy between disks stands still for so long", default: "300")

    /// The stream that `--log-format` asks for.
    static func events(_ arguments: ParsedArguments) -> EventStream {
        .automatic(format: arguments.string("log-format").flatMap(EventFormat.init) ?? .auto)
    }

    /// What `--disk` says: role to path.
    static func assignments(_ arguments: ParsedArguments) throws(UsageError) -> [String: String] {
        var assignments: [String: String] = [:]
        for text in arguments.strings("disk") {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw arguments.usageError("--disk: expected ROLE=PATH, got \"\(text)\"")
            }
            guard assignments.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw arguments.usageError("--disk: \"\(parts[0])\" a second time")
            }
        }
        return assignments
    }

    /// What `--disks` says.
    static func described(_ arguments: ParsedArguments) throws -> [DescribedDisk] {
        guard let path = arguments.string("disks") else { return [] }
        return try read(path) { json throws(SavedFormError) in try DescribedDisk.list(json) }
    }

    /// Reads a JSON file; what is wrong in it is told with the file's name.
    static func read<Value>(
        _ path: String, _ make: (JSON) throws(SavedFormError) -> Value
    ) throws -> Value {
        let bytes = try FileSystem.read(path)
        do throws(SavedFormError) {
            return try make(JSON(saved: bytes))
        } catch {
            throw SavedFileError(path: path, cause: error)
        }
    }
}

/// A saved file that cannot be taken.
struct SavedFileError: Error, CustomStringConvertible {
    let path: String
    let cause: SavedFormError

    var description: String { "\(path): \(cause)" }
}

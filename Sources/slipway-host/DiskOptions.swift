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

    static let logFormat = OptionSpec(
        name: "log-format",
        value: .required("FORMAT", .words(EventFormat.allCases.map(\.rawValue))),
        help: "How progress is written", default: EventFormat.auto.rawValue)

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
            let json: JSON
            do throws(JSONError) {
                json = try JSON(parsing: bytes)
            } catch {
                throw .notJSON(error)
            }
            return try make(json)
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

import CommandLine
import JSON
import Syscalls

/// `slipway-host status`: what runs on this machine.
enum StatusCommand {
    static let spec = CommandSpec(
        name: "status",
        abstract: "Show which image runs",
        discussion: """
            Reads what the image says of itself in /usr/lib/slipway/manifest.json.
            """,
        options: [
            OptionSpec(name: "json", value: .flag, help: "Print JSON"),
            OptionSpec(
                name: "root", value: .required("DIR", .directory),
                help: "Look at the image in this folder", default: "/"),
        ]
    ) { arguments in
        let image = try RunningImage(root: arguments.string("root") ?? "/")
        if arguments.flag("json") {
            print(image.json.text(.pretty), terminator: "")
        } else {
            print("image      \(image.name) \(image.version)")
            print("train      \(image.train)")
            print("machine    \(image.compatible)")
        }
        return ExitCode.done
    }
}

/// Why a folder holds no image of ours.
enum ImageError: Error, CustomStringConvertible {
    /// The file that every image has is not there, or not what it should be.
    case notAnImage(path: String, reason: String)

    var description: String {
        switch self {
        case .notAnImage(let path, let reason): "\(path): \(reason)"
        }
    }
}

/// What an image says of itself.
struct RunningImage {
    let name: String
    let version: String
    let train: String
    let compatible: String
    let json: JSON

    init(root: String) throws {
        let path = "usr/lib/slipway/manifest.json"
        guard let bytes = try FileSystem.read(path, inRoot: root) else {
            throw ImageError.notAnImage(
                path: "\(root)/\(path)", reason: "no such file: not a Slipway image")
        }
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw ImageError.notAnImage(path: path, reason: error.description)
        }
        let json = json
        func text(_ key: String) throws -> String {
            guard let value = json[key]?.string else {
                throw ImageError.notAnImage(path: path, reason: "no text under \"\(key)\"")
            }
            return value
        }
        name = try text("name")
        version = try text("version")
        train = try text("train")
        compatible = try text("compatible")
    }
}

import CommandLine
import Glibc
import JSON
import Manifest
import Syscalls
import YAML

/// `slipway validate`: whether the manifest says what can be built, and the machine can build it.
enum ValidateCommand {
    static let spec = CommandSpec(
        name: "validate",
        abstract: "Check the manifest and this machine",
        discussion: """
            Prints one line for each thing looked at, and for programs that are missing the \
            apt-get line that installs them. All mistakes of the manifest are shown, not only the \
            first. Changes nothing.
            """,
        options: [
            .manifest,
            OptionSpec(
                name: "no-system", value: .flag, help: "Look at the manifest only"),
            OptionSpec(name: "json", value: .flag, help: "Print JSON"),
        ],
        run: run)

    @Sendable private static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let root = "."
        let path = arguments.string("manifest") ?? ""
        var manifest: BuildManifest?
        var findings: [Finding] = []
        do throws(YAMLIssues) {
            let read = try BuildManifest(parsing: try contents(of: path), file: path)
            manifest = read
            findings = ManifestCheck(manifest: read, root: root).findings()
        } catch {
            findings = error.issues.map {
                Finding(state: .missing, subject: "manifest", text: $0.description)
            }
        }
        if !arguments.flag("no-system") {
            findings += try MachineCheck(root: root, manifest: manifest).findings()
        }
        let cure = Finding.cure(for: findings, isRoot: geteuid() == 0)
        if arguments.flag("json") {
            let document = JSON.makeObject([
                "findings": .array(findings.map(\.json)), "cure": cure.map { .string($0) },
            ])
            print(document.text(.pretty), terminator: "")
        } else {
            for finding in findings { print(finding.line) }
            if let cure { print("\nTo install what is missing:\n  \(cure)") }
        }
        return findings.contains { $0.state == .missing } ? ExitCode.failed : ExitCode.done
    }

    /// A manifest that cannot be read is an issue of the file like any other.
    private static func contents(of path: String) throws(YAMLIssues) -> [UInt8] {
        do {
            return try FileSystem.read(path)
        } catch {
            let mark = YAMLMark(line: 1, column: 1)
            let issue = YAMLIssue(file: path, mark: mark, path: "", message: "\(error)")
            throw YAMLIssues(issues: [issue])
        }
    }
}

extension OptionSpec {
    /// Which manifest; every command that reads one has this option.
    static let manifest = OptionSpec(
        name: "manifest", short: "m", value: .required("FILE", .file),
        help: "The manifest of the image", default: "conf/build.manifest")
}

import Command
import Syscalls

/// A small package made for a test, by dpkg-deb.
package struct SampleDeb {
    /// The package's name.
    package var name: String
    /// Its version.
    package var version: String
    /// Further fields of its control file.
    package var fields: [String: String]
    /// Contents of its files by their paths, without a leading slash.
    package var files: [String: String]
    /// The paths, with a leading slash, of those that are conffiles.
    package var conffiles: [String]

    /// Describes a package for all architectures.
    package init(
        _ name: String, version: String = "1", fields: [String: String] = [:],
        files: [String: String] = [:], conffiles: [String] = []
    ) {
        self.name = name
        self.version = version
        self.fields = fields
        self.files = files
        self.conffiles = conffiles
    }

    /// The name of its file.
    package var fileName: String { "\(name)_\(version)_all.deb" }

    /// Builds the package's file; the same bits for the same description.
    ///
    /// - Parameter folder: Where it goes, under `fileName`; made when missing.
    /// - Returns: The file's path.
    /// - Throws: `CommandError`, `SystemError`.
    @discardableResult
    package func build(in folder: String) throws -> String {
        let scratch = try TemporaryFolder()
        let root = "\(scratch.path)/root"
        try FileSystem.makeDirectory("\(root)/DEBIAN")
        var lines = [
            "Package: \(name)", "Version: \(version)", "Architecture: all",
            "Maintainer: A <a@example.org>", "Description: for a test",
        ]
        lines += fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        try FileSystem.writeAtomically(
            lines.joined(separator: "\n") + "\n", to: "\(root)/DEBIAN/control")
        if !conffiles.isEmpty {
            try FileSystem.writeAtomically(
                conffiles.joined(separator: "\n") + "\n", to: "\(root)/DEBIAN/conffiles")
        }
        for (path, content) in files {
            let target = "\(root)/\(path)"
            let slash = target.lastIndex(of: "/") ?? target.startIndex
            try FileSystem.makeDirectory(String(target[..<slash]))
            try FileSystem.writeAtomically(content, to: target)
        }
        // mkdtemp's folder has mode 0700, which dpkg-deb refuses for the control files.
        try Command("chmod", ["-R", "u=rwX,go=rX", root]).runChecked()
        try FileSystem.makeDirectory(folder)
        let output = "\(folder)/\(fileName)"
        try Command(
            "dpkg-deb",
            ["--root-owner-group", "--uniform-compression", "-Zgzip", "--build", root, output]
        ).with(environment: ["SOURCE_DATE_EPOCH": "1700000000"]).runChecked()
        return output
    }
}

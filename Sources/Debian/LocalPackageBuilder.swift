import Bytes
import Command
import Digest
import Glibc
import Stages
import Syscalls

/// Builds packages of this tree with dpkg-deb, the same bits for the same input.
package struct LocalPackageBuilder {
    private let pool: Pool
    private let epoch: Int64

    /// Makes a builder whose packages go into a pool; `epoch`, SOURCE_DATE_EPOCH, is the time of
    /// all files and a part of the version.
    package init(pool: Pool, epoch: Int64) {
        self.pool = pool
        self.epoch = epoch
    }

    /// Builds a package and puts it into the pool.
    ///
    /// - Parameters:
    ///   - package: The package.
    ///   - libraries: The package of the release for each library's soname, as the lock has them.
    /// - Returns: The package as a lock would name it.
    /// - Throws: `LocalPackageError`, `CommandError`, `SystemError`; the pool is as before then.
    package func build(_ package: LocalPackage, libraries: [String: String]) throws -> LockedPackage
    {
        let folder = try TemporaryFolder(in: pool.incoming)
        let root = "\(folder.path)/root"
        try FileSystem.makeDirectory("\(root)/DEBIAN")
        try copyFiles(of: package, to: root)
        var stanza = package.stanza
        stanza["Depends"] = try dependencies(of: package, libraries)
        try FileSystem.writeAtomically(stanza.text, to: "\(root)/DEBIAN/control")
        for file in package.controlFiles {
            let isScript = file != "conffiles" && file != "triggers"
            try FileSystem.writeAtomically(
                FileSystem.read("\(package.folder)/\(file)"), to: "\(root)/DEBIAN/\(file)",
                mode: isScript ? 0o755 : 0o644)
        }
        // What goes in makes the version, so that two builds from different input are two versions,
        // and the same content is one, wherever its programs were built.
        let content = try StageInput.tree("package", root).value.prefix(12)
        stanza["Version"] = "0.\(epoch)+\(content)"
        try FileSystem.writeAtomically(stanza.text, to: "\(root)/DEBIAN/control")
        let output = "\(folder.path)/package.deb"
        try Command(
            "dpkg-deb",
            [
                "--root-owner-group", "--uniform-compression", "-Zzstd", "-z3",
                "--build", root, output,
            ]
        ).with(environment: ["SOURCE_DATE_EPOCH": String(epoch)]).runChecked()

        let locked = LockedPackage(
            name: package.name, version: stanza["Version"] ?? "",
            architecture: stanza["Architecture"] ?? "", source: package.name,
            sha256: Hex.encode(try FileDigest.digest(of: output)),
            byteCount: try FileSystem.byteCount(of: output) ?? 0, archive: "local",
            path: "\(package.name).deb")
        try pool.admit(output, as: locked.pin, from: "packages/\(package.name)")
        return locked
    }

    /// The sonames that a package's programs need.
    package static func libraries(of package: LocalPackage) throws -> [String] {
        var sonames: Set<String> = []
        for program in package.programs {
            let path = package.productPath(program)
            guard FileSystem.exists(path) else {
                throw LocalPackageError.missingProduct(package: package.name, path: path)
            }
            let text = try Command("patchelf", ["--print-needed", path]).runChecked().text
            sonames.formUnion(text.split(separator: "\n").map(String.init))
        }
        return sonames.sorted()
    }

    private func dependencies(of package: LocalPackage, _ libraries: [String: String]) throws
        -> String?
    {
        let needed = try LocalPackageBuilder.libraries(of: package).map { soname in
            guard let name = libraries[soname] else {
                throw LocalPackageError.unknownLibrary(package: package.name, soname: soname)
            }
            return name
        }
        let all = [package.stanza["Depends"]].compactMap { $0 } + Set(needed).sorted()
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    private func copyFiles(of package: LocalPackage, to root: String) throws {
        let source = "\(package.folder)/rootfs"
        for entry in try SourceTree(source).entries {
            let target = "\(root)/\(entry.path)"
            switch entry.kind {
            case .directory: try FileSystem.makeDirectory(target)
            case .symlink(let destination): try FileSystem.makeLink(target, to: destination)
            case .file(let isExecutable):
                try FileSystem.writeAtomically(
                    FileSystem.read("\(source)/\(entry.path)"), to: target,
                    mode: isExecutable ? 0o755 : 0o644)
            }
        }
        for program in package.programs {
            let target = "\(root)/\(program.path)"
            if let slash = target.lastIndex(of: "/") {
                try FileSystem.makeDirectory(String(target[..<slash]))
            }
            // Swift's hash of the modules, and the build id that covers it, depend on the folder
            // that was built in; nothing reads either at run time.
            let sections = [".swift_modhash", ".note.gnu.build-id"].map { "--remove-section=\($0)" }
            try Command("strip", sections + ["-o", target, package.productPath(program)])
                .runChecked()
            try checked("chmod", target) { chmod(target, 0o755) }
        }
        try settle(root)
    }

    /// Modes of folders come from the caller's umask otherwise, times from the clock.
    private func settle(_ root: String) throws {
        for entry in try SourceTree(root).entries where entry.kind == .directory {
            try checked("chmod", entry.path) { chmod("\(root)/\(entry.path)", 0o755) }
        }
        try checked("chmod", root) { chmod(root, 0o755) }
    }
}

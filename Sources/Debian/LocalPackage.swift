package import Stages
import Syscalls

/// Why a package of this tree cannot be built.
package enum LocalPackageError: Error, Equatable, CustomStringConvertible {
    /// Its control file is not one stanza with the fields that are needed.
    case badControl(path: String, reason: String)
    /// A program that it carries was not built.
    case missingProduct(package: String, path: String)
    /// A program needs a library that the lock names no package for.
    case unknownLibrary(package: String, soname: String)
    /// The release has no package for a library.
    case noPackageForLibrary(soname: String, tried: [String])

    package var description: String {
        switch self {
        case .badControl(let path, let reason): "\(path): \(reason)"
        case .missingProduct(let package, let path): "\(package): \(path) was not built"
        case .unknownLibrary(let package, let soname):
            "\(package) needs \(soname), and the lock names no package for it"
        case .noPackageForLibrary(let soname, let tried):
            "\(soname): the release has none of \(tried.joined(separator: ", "))"
        }
    }
}

/// A package that this tree builds itself: a folder with `control`, maintainer scripts, and
/// `rootfs/` with its files.
///
/// `control` is a control file (deb-control(5)) without `Version`; `Depends` is what it needs beside
/// the libraries of its programs, and `X-Programs` lists these as `product=/path/in/the/package`.
package struct LocalPackage: Sendable {
    /// A program of this tree that the package carries.
    struct Program: Sendable, Equatable {
        /// The name of the build's product.
        let product: String
        /// Its path in the package, without a leading slash.
        let path: String
    }

    /// The folder.
    let folder: String
    /// The control stanza, without the fields that are ours.
    let stanza: Stanza
    /// The programs.
    let programs: [Program]
    /// Where the build's products are.
    let productFolder: String

    /// The package's name.
    package var name: String { stanza["Package"] ?? "" }

    private static let maintainerScripts = [
        "preinst", "postinst", "prerm", "postrm", "conffiles", "triggers",
    ]

    /// Reads a package's folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - productFolder: Where the build's programs are.
    /// - Throws: `LocalPackageError.badControl`, `SystemError`.
    package init(folder: String, productFolder: String) throws {
        let path = "\(folder)/control"
        let stanzas = try Deb822.parse(FileSystem.readText(path))
        guard stanzas.count == 1, var stanza = stanzas.first else {
            throw LocalPackageError.badControl(path: path, reason: "expected one stanza")
        }
        for field in ["Package", "Architecture", "Maintainer", "Description"]
        where stanza[field] == nil {
            throw LocalPackageError.badControl(path: path, reason: "no field \(field)")
        }
        programs = try (stanza["X-Programs"] ?? "").split(whereSeparator: \.isWhitespace).map {
            let parts = $0.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[1].hasPrefix("/") else {
                throw LocalPackageError.badControl(
                    path: path, reason: "X-Programs: expected product=/path, not \($0)")
            }
            return Program(product: String(parts[0]), path: String(parts[1].dropFirst()))
        }
        stanza["X-Programs"] = nil
        self.stanza = stanza
        self.folder = folder
        self.productFolder = productFolder
    }

    /// The file that a program of the package is built as.
    func productPath(_ program: Program) -> String { "\(productFolder)/\(program.product)" }

    /// The control files to go in, by name.
    var controlFiles: [String] {
        LocalPackage.maintainerScripts.filter { FileSystem.exists("\(folder)/\($0)") }
    }

    /// All that the package's content depends on.
    package func inputs() throws -> [StageInput] {
        let source = try StageInput.tree("packages/\(name)", folder)
        return try [source] + programs.map { try .file($0.product, productPath($0)) }
    }
}

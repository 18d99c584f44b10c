import Bytes
import Command
import Digest
import Glibc
package import Syscalls

/// Why a file did not get into the pool, or may not be taken from it.
package enum PoolError: Error, Equatable, CustomStringConvertible {
    /// A file's bytes are not those that the lock pins.
    case wrongContent(package: String, source: String, expected: String, found: String)
    /// A file is shorter or longer than the lock says.
    case wrongSize(package: String, source: String, expected: UInt64, found: UInt64)

    package var description: String {
        switch self {
        case .wrongContent(let package, let source, let expected, let found):
            "\(package): \(source) has SHA-256 \(found), the lock says \(expected)"
        case .wrongSize(let package, let source, let expected, let found):
            "\(package): \(source) has \(found) bytes, the lock says \(expected)"
        }
    }
}

/// What a package's file is known by.
struct FilePin: Sendable, Equatable {
    /// The package's name, for messages.
    var package: String
    /// The SHA-256, in hexadecimal.
    var sha256: String
    /// The length in bytes; nil where nothing told it yet.
    var byteCount: UInt64?
}

/// A folder of package files, each named by the SHA-256 of its content.
///
/// A name in it means that the content was checked when it came in; what is only half there has
/// another name.
package struct Pool: Sendable {
    /// The pool's folder.
    package let path: String

    /// Opens the pool in a folder, making it if need be.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        try FileSystem.makeDirectory(incoming)
    }

    /// Where files are while they come in.
    var incoming: String { "\(path)/incoming" }

    /// Where a package's file is, or would be.
    package func path(of package: LockedPackage) -> String { path(of: package.pin) }

    /// Where a pinned file is, or would be.
    func path(of pin: FilePin) -> String { "\(path)/\(pin.sha256.prefix(2))/\(pin.sha256).deb" }

    /// Whether a package's file is there.
    package func holds(_ package: LockedPackage) -> Bool { holds(package.pin) }

    /// Whether a pinned file is there.
    func holds(_ pin: FilePin) -> Bool {
        guard let found = try? FileSystem.byteCount(of: path(of: pin)) else { return false }
        return found == pin.byteCount ?? found
    }

    /// Keeps other users of the same pool out until the returned file is let go.
    func lock() throws(SystemError) -> File {
        let file = try File("\(path)/lock", flags: O_RDWR | O_CREAT)
        _ = try file.lock(wait: true)
        return file
    }

    /// Takes a file in: checks it and gives it its name.
    ///
    /// - Parameters:
    ///   - file: The file, on the pool's own filesystem; gone afterwards if it was the right one.
    ///   - pin: What it should be.
    ///   - source: Where it came from, for messages.
    /// - Throws: `PoolError` when it is something else; the pool is as before then.
    func admit(_ file: String, as pin: FilePin, from source: String) throws {
        try Pool.check(file, pin, source)
        let target = path(of: pin)
        try FileSystem.makeDirectory("\(path)/\(pin.sha256.prefix(2))")
        try checked("chmod", file) { chmod(file, 0o644) }
        try FileSystem.rename(file, to: target)
    }

    /// Takes a copy of a package's file in, where it is not there yet.
    ///
    /// - Throws: `PoolError` when the file is not what the package says; the pool is as before then.
    package func adopt(_ file: PackageFile) throws {
        if holds(file.package) { return }
        let folder = try TemporaryFolder(in: incoming)
        let copy = "\(folder.path)/package.deb"
        try Command("cp", ["--reflink=auto", file.path, copy]).runChecked()
        try withExtendedLifetime(folder) {
            try admit(copy, as: file.package.pin, from: file.path)
        }
    }

    /// Reads a package's file through and compares it with the lock.
    ///
    /// - Throws: `PoolError` when they differ, `SystemError` when it cannot be read.
    package func verify(_ package: LockedPackage) throws {
        try Pool.check(path(of: package), package.pin, path(of: package))
    }

    /// Removes a pinned file.
    func discard(_ pin: FilePin) throws(SystemError) {
        try FileSystem.removeFile(path(of: pin))
    }

    private static func check(_ path: String, _ pin: FilePin, _ source: String) throws {
        let file = try File(path)
        let byteCount = try file.byteCount()
        if let expected = pin.byteCount, byteCount != expected {
            throw PoolError.wrongSize(
                package: pin.package, source: source, expected: expected, found: byteCount)
        }
        let found = Hex.encode(try FileDigest.digest(of: file))
        guard found == pin.sha256 else {
            throw PoolError.wrongContent(
                package: pin.package, source: source, expected: pin.sha256, found: found)
        }
    }
}

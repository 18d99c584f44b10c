package import Command

/// Why a package was not built.
package enum PackageBuildError: Error, Equatable, CustomStringConvertible {
    /// A unit has no checkout.
    case noCheckout(unit: String)
    /// No unit of the manifest has this name.
    case unknownUnit(name: String)
    /// The lock of the builds is not there.
    case noLock(path: String)
    /// The lock of the builds was made for other sources, archives or pins.
    case staleLock(path: String)
    /// The lock of the builds is no lock.
    case badLock(path: String, reason: String)
    /// The list of what was built is none.
    case badResults(path: String, reason: String)
    /// Another build of packages of this tree runs.
    case busy(path: String)
    /// A variable of `secret_env` is not set.
    case noSecret(unit: String, variable: String)
    /// A part of a build ended with an error.
    case stepFailed(unit: String, step: String, ending: CommandResult.Ending)
    /// A build took longer than it may.
    case timedOut(unit: String, minutes: Int)
    /// A build was killed from outside, or died.
    case died(unit: String, signal: Int32)
    /// A build came to its end and made no package.
    case nothingBuilt(unit: String, folder: String)
    /// There is no `debian/control`, nor commands that could do without.
    case noControl(unit: String, path: String)
    /// The first line of a changelog is none.
    case badChangelog(unit: String, line: String)
    /// A build wants this machine's Swift, and there is none in PATH.
    case noSwift(path: String)
    /// This machine's Swift is not in a folder of its own that a build could see.
    case scatteredSwift(folder: String)
    /// Swift did not say where and what it is.
    case unexpectedSwift(program: String, output: String)
    /// A build failed; with the end of what its programs said.
    case buildFailed(unit: String, reason: String, lastLines: [String], log: String)
    /// Builds failed, and others were not begun for it; what was built without them is kept.
    case failed([PackageBuildError], blocked: [String])

    package var description: String {
        switch self {
        case .noCheckout(let unit): "\(unit): not checked out"
        case .unknownUnit(let name): "\(name): no source or subpackage of the manifest"
        case .noLock(let path): "\(path): no such lock"
        case .staleLock(let path):
            "\(path): the lock answers other sources, archives or pins than these"
        case .badLock(let path, let reason), .badResults(let path, let reason):
            "\(path): \(reason)"
        case .busy(let path): "\(path): another build of packages of this tree runs"
        case .noSecret(let unit, let variable):
            "\(unit): secret_env: \(variable) is not set in the environment"
        case .stepFailed(let unit, let step, let ending): "\(unit): \(step): \(ending)"
        case .timedOut(let unit, let minutes): "\(unit): not done after \(minutes) minutes"
        case .died(let unit, let signal): "\(unit): ended by signal \(signal)"
        case .nothingBuilt(let unit, let folder): "\(unit): no .deb in \(folder) after the build"
        case .noControl(let unit, let path): "\(unit): no \(path)"
        case .badChangelog(let unit, let line):
            "\(unit): debian/changelog: expected \"name (version) …;\", got \"\(line)\""
        case .noSwift(let path): "toolchain swift: there is no swift in PATH (\(path))"
        case .scatteredSwift(let folder):
            "toolchain swift: \(folder) is not a toolchain's own folder; it has all of the machine's"
                + " programs"
        case .unexpectedSwift(let program, let output):
            "toolchain swift: \(program) -print-target-info answered \"\(output)\""
        case .buildFailed(let unit, let reason, let lastLines, let log):
            (["\(unit): \(reason)"] + lastLines.map { "    \($0)" }
                + ["\(unit): the whole output is in \(log)"]).joined(separator: "\n")
        case .failed(let failures, let blocked):
            (failures.map(\.description)
                + (blocked.isEmpty
                    ? []
                    : ["not begun, as they need one of these: \(blocked.joined(separator: " "))"]))
                .joined(separator: "\n")
        }
    }
}

import Command
import Debian
import Events
import Glibc
import Manifest
import Syscalls

/// Whether this machine can build: tools, space, namespaces, keys, mirrors.
struct MachineCheck {
    /// The tree to build.
    let root: String
    /// The manifest; nil when it could not be read.
    let manifest: BuildManifest?

    /// What a build of the default image leaves on the disk while it runs, with room to spare:
    /// pool, tree, layers, squashfs, payload.
    private static let neededByteCount: UInt64 = 3_000_000_000

    /// Looks at everything; runs a few programs, changes nothing.
    func findings() throws -> [Finding] {
        try dependencies() + [try freeSpace(), try namespaces(), loopDevices] + keyrings
            + mirrors()
    }

    private var isRoot: Bool { geteuid() == 0 }

    // MARK: Tools

    private func dependencies() throws -> [Finding] {
        let file = "conf/build-dependencies"
        let text = try FileSystem.readText("\(root)/\(file)")
        var findings: [Finding] = []
        var found = 0
        for dependency in try DependencyList(parsing: text, file: file).dependencies {
            if try isPresent(dependency) {
                found += 1
                continue
            }
            // Root needs no ranges of ids mapped.
            let isOptional = dependency.package == "uidmap" && isRoot
            findings.append(
                Finding(
                    state: isOptional ? .note : .missing,
                    subject: dependency.program ?? dependency.package,
                    text: "not here; \(dependency.purpose) (package \(dependency.package))",
                    packages: [dependency.package]))
        }
        if found > 0 {
            findings.insert(
                Finding(state: .ok, subject: "tools", text: "\(found) of \(file) are here"), at: 0)
        }
        return findings
    }

    private func isPresent(_ dependency: DependencyList.Dependency) throws -> Bool {
        if let program = dependency.program { return MachineCheck.isInPath(program) }
        let query = Command(
            "dpkg-query", ["-W", "-f", "${db:Status-Status}", dependency.package])
        return try query.run().text == "installed"
    }

    /// Whether the PATH that our commands run with has a program.
    static func isInPath(_ program: String) -> Bool {
        let folders = Command.baseEnvironment["PATH", default: ""].split(separator: ":")
        return folders.contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    // MARK: Space

    private func freeSpace() throws -> Finding {
        let available = try FileSystem.availableByteCount(at: root)
        let text = "\(HumanText.bytes(Double(available))) at \(root)"
        guard available < MachineCheck.neededByteCount else {
            return Finding(state: .ok, subject: "free space", text: text)
        }
        let needed = HumanText.bytes(Double(MachineCheck.neededByteCount))
        return Finding(
            state: .missing, subject: "free space", text: text + "; a build needs \(needed)")
    }

    // MARK: Namespaces and devices

    /// Tries what a build does first: namespaces of its own, as root or as a user.
    private func namespaces() throws -> Finding {
        let subject = isRoot ? "namespaces" : "namespaces of a user"
        if !isRoot {
            for file in ["/etc/subuid", "/etc/subgid"] {
                do {
                    _ = try Isolation.firstSubordinateID(in: file)
                } catch {
                    return Finding(state: .missing, subject: subject, text: "\(error)")
                }
            }
        }
        let options =
            (isRoot ? [] : ["--user", "--map-root-user"]) + ["--mount", "--pid", "--fork"]
        let result = try Command("unshare", options + ["true"]).run()
        if result.isSuccess {
            return Finding(state: .ok, subject: subject, text: "can be made")
        }
        let reason = result.errorText.split(separator: "\n").last.map(String.init) ?? "unshare"
        return Finding(
            state: .missing, subject: subject, text: reason + MachineCheck.restriction())
    }

    /// Which switch of the kernel forbids namespaces, where one does.
    private static func restriction() -> String {
        let switches = [
            ("kernel.unprivileged_userns_clone", "0"), ("user.max_user_namespaces", "0"),
            ("kernel.apparmor_restrict_unprivileged_userns", "1"),
        ]
        for (name, forbidding) in switches {
            let path = "/proc/sys/" + name.map { $0 == "." ? "/" : String($0) }.joined()
            // A kernel without the switch does not forbid by it.
            guard let text = try? FileSystem.readText(path) else { continue }
            if text.split(separator: "\n").first.map(String.init) == forbidding {
                return " (sysctl \(name) is \(forbidding))"
            }
        }
        return ""
    }

    private var loopDevices: Finding {
        let isThere = FileSystem.exists("/dev/loop-control")
        return Finding(
            state: .note, subject: "loop devices",
            text: isThere
                ? "can be made" : "none; a build needs none, the tests on disks do")
    }

    // MARK: Archives

    private var keyrings: [Finding] {
        guard let manifest else { return [] }
        let folder = "/usr/share/keyrings"
        let suite = "\(folder)/debian-archive-\(manifest.debianRelease)-automatic.gpg"
        if FileSystem.exists(suite) {
            return [
                Finding(state: .ok, subject: "keyring", text: "knows \(manifest.debianRelease)")
            ]
        }
        guard FileSystem.exists("\(folder)/debian-archive-keyring.gpg") else {
            return [
                Finding(
                    state: .missing, subject: "keyring", text: "no debian-archive-keyring.gpg",
                    packages: ["debian-archive-keyring"])
            ]
        }
        return [
            Finding(
                state: .warning, subject: "keyring",
                text: "has no file for \(manifest.debianRelease); a newer debian-archive-keyring "
                    + "may be needed")
        ]
    }

    private func mirrors() throws -> [Finding] {
        let repositories = manifest?.aptRepositories.all ?? []
        guard repositories.contains(where: { $0.location == .host }) else { return [] }
        if let mirror = getenv("SLIPWAY_MIRROR") {
            let text = "SLIPWAY_MIRROR: " + String(cString: mirror)
            return [Finding(state: .ok, subject: "mirror", text: text)]
        }
        if let url = try HostMirrors.url(isSecurity: false) {
            return [Finding(state: .ok, subject: "mirror", text: url)]
        }
        return [
            Finding(
                state: .missing, subject: "mirror",
                text: "apt of this machine has no Debian archive; set SLIPWAY_MIRROR")
        ]
    }
}

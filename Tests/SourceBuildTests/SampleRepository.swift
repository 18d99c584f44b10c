import Command
import Syscalls

/// A git repository made for a test: the same commits for the same steps.
struct SampleRepository {
    /// Where its working tree is.
    let path: String

    /// Makes a repository with a package in it, on the branch `main`.
    init(_ path: String, package: String? = nil, buildDepends: String = "debhelper-compat (= 13)")
        throws
    {
        self.path = path
        try FileSystem.makeDirectory(path)
        try git("init", "--quiet", "--initial-branch=main")
        if let package {
            try write(
                "debian/control",
                """
                Source: \(package)
                Build-Depends: \(buildDepends)

                Package: \(package)
                Architecture: any

                Package: lib\(package)-dev
                Architecture: any

                """)
        }
        try write("file", "1\n")
        try commit("first")
    }

    /// Runs git in it.
    @discardableResult
    func git(_ arguments: String...) throws -> String {
        let date = "1700000000 +0100"
        var text = try Command("git", ["-C", path] + arguments).with(environment: [
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_COMMITTER_DATE": date,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
        ]).runChecked().text
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// Writes a file of the working tree.
    func write(_ name: String, _ text: String) throws {
        let file = "\(path)/\(name)"
        if let slash = file.lastIndex(of: "/") {
            try FileSystem.makeDirectory(String(file[..<slash]))
        }
        try FileSystem.writeAtomically(text, to: file)
    }

    /// Commits all that is there.
    ///
    /// - Returns: The commit.
    @discardableResult
    func commit(_ message: String) throws -> String {
        try git("add", "--all")
        try git("commit", "--quiet", "--allow-empty", "--message", message)
        return try head
    }

    /// The commit that it is at.
    var head: String {
        get throws { try git("rev-parse", "HEAD") }
    }
}

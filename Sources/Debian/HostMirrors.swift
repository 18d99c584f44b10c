import Command

/// The Debian mirrors that the build machine's own apt uses.
package enum HostMirrors {
    /// Where the build machine gets Debian from.
    ///
    /// - Parameter isSecurity: Whether the security archive is meant.
    /// - Returns: A URL without a slash at its end; nil when apt has no such source.
    /// - Throws: `CommandError` when apt cannot say.
    package static func url(isSecurity: Bool) throws -> String? {
        let format = "$(REPO_URI) $(RELEASE)"
        let text = try Command(
            "apt-get", ["indextargets", "--format", format, "Created-By: Packages"]
        ).runChecked().text
        return select(from: text, isSecurity: isSecurity)
    }

    /// Chooses among lines of `URI suite`.
    static func select(from lines: String, isSecurity: Bool) -> String? {
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2 else { continue }
            var url = words[0]
            while url.last == "/" { url.removeLast() }
            // The suite tells the security archive; the path, Debian from other vendors' archives.
            let isSecuritySource = words[1].hasSuffix("-security") || words[1].hasSuffix("/updates")
            let isDebian = url.hasSuffix("/debian") || url.hasSuffix("/debian-security")
            if isDebian, isSecuritySource == isSecurity { return String(url) }
        }
        return nil
    }
}

/// A name that may become a path component or a GRUB variable: a version, a train, a file.
///
/// The rule is `[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}` without `..`; so a name never leaves its folder,
/// is never an option, and needs no quoting in a shell, in grub.cfg or in a URL path.
package struct ReleaseName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The longest name in bytes.
    package static let byteLimit = 64

    /// The name itself.
    package let text: String

    package var description: String { text }

    /// Checks a name.
    ///
    /// - Parameters:
    ///   - text: The name.
    ///   - field: What the name is, for the error: `version`, `train`.
    /// - Throws: `ReleaseError.invalidName` with the first rule that is broken.
    package init(_ text: String, field: String) throws(ReleaseError) {
        if let reason = ReleaseName.flaw(of: text, mayStartWithUnderscore: false) {
            throw .invalidName(field: field, text: text, reason: reason)
        }
        self.text = text
    }

    package static func < (left: ReleaseName, right: ReleaseName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Says what is wrong with a name.
    ///
    /// - Parameters:
    ///   - text: The name.
    ///   - mayStartWithUnderscore: For files of a TrueNAS payload such as `__main__.py`.
    /// - Returns: The first rule that is broken; nil for a good name.
    static func flaw(of text: String, mayStartWithUnderscore: Bool) -> String? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { return "a name must not be empty" }
        guard bytes.count <= byteLimit else {
            return "\(bytes.count) bytes, a name has at most \(byteLimit)"
        }
        let underscore = mayStartWithUnderscore && first == UInt8(ascii: "_")
        guard isAlphanumeric(first) || underscore else {
            return "a name starts with a letter or a digit"
        }
        guard bytes.allSatisfy({ isAlphanumeric($0) || "._+~-".utf8.contains($0) }) else {
            return "a name has only letters, digits and . _ + ~ -"
        }
        for (left, right) in zip(bytes, bytes.dropFirst())
        where left == UInt8(ascii: ".") && right == left {
            return "a name must not have \"..\" in it"
        }
        return nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// The path of a file inside a payload: names joined by `/`, such as `loader/core.img`.
package struct PayloadPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The deepest path, in names.
    package static let depthLimit = 8

    /// The path, without a leading `/`.
    package let text: String

    package var description: String { text }

    /// The names from the payload's root to the file; at least one.
    package var names: [String] { text.split(separator: "/").map(String.init) }

    /// Checks a path as Slipway writes it: every name follows `ReleaseName`'s rule.
    ///
    /// - Throws: `ReleaseError.invalidName`.
    package init(_ text: String) throws(ReleaseError) {
        try self.init(text, mayStartWithUnderscore: false)
    }

    /// Checks a path of a TrueNAS payload, where a name may also start with `_`.
    ///
    /// - Throws: `ReleaseError.invalidName`.
    package init(truenas text: String) throws(ReleaseError) {
        try self.init(text, mayStartWithUnderscore: true)
    }

    private init(_ text: String, mayStartWithUnderscore: Bool) throws(ReleaseError) {
        let names = text.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count <= PayloadPath.depthLimit else {
            throw .invalidName(
                field: "path", text: text,
                reason: "\(names.count) names deep, a path has at most \(PayloadPath.depthLimit)")
        }
        for name in names {
            if let reason = ReleaseName.flaw(
                of: String(name), mayStartWithUnderscore: mayStartWithUnderscore)
            {
                throw .invalidName(field: "path", text: text, reason: reason)
            }
        }
        self.text = text
    }

    package static func < (left: PayloadPath, right: PayloadPath) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

import Bytes

/// What texts of a manifest must look like.
enum ManifestRule {
    /// What is wrong with a name that becomes a path or a variable of GRUB; nil for a good one.
    ///
    /// The rule is `[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}` without `..`.
    static func flaw(ofName text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 64 else { return "longer than 64 bytes" }
        guard let first = bytes.first, isAlphanumeric(first) else {
            return "does not start with a letter or a digit"
        }
        if let wrong = text.first(where: { !isNameCharacter($0, besides: "._+~-") }) {
            return "has \"\(wrong)\" in it, only letters, digits and . _ + ~ - may be"
        }
        return text.contains("..") ? "has \"..\" in it" : nil
    }

    /// What is wrong with a package's name (Debian Policy 5.6.7), with `:arch` behind it where that
    /// is meant; nil for a good one.
    static func flaw(ofPackage text: String, isPattern: Bool = false) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, parts.count <= 2, name.count >= (isPattern ? 1 : 2),
            parts.dropFirst().allSatisfy({ !$0.isEmpty && $0.allSatisfy(isLowerOrDigit) })
        else { return "is no package name" }
        let others = isPattern ? "+-.*?[]" : "+-."
        guard let first = name.first, isLowerOrDigit(first) || (isPattern && first == "*"),
            name.allSatisfy({ isLowerOrDigit($0) || others.contains($0) })
        else { return "is no package name" }
        return nil
    }

    /// What is wrong with the name of a branch or a tag; nil for a good one.
    ///
    /// The rules are those of git-check-ref-format(1) that matter where a name goes into an
    /// argument or a pattern.
    static func flaw(ofReference text: String) -> String? {
        if text.hasPrefix("-") { return "starts with a dash" }
        if let wrong = text.first(where: { "~^:?*[\\".contains($0) }) {
            return "has \"\(wrong)\" in it"
        }
        if text.contains("..") || text.contains("//") || text.contains("@{") {
            return "has \"..\", \"//\" or \"@{\" in it"
        }
        if text.hasPrefix("/") || text.hasSuffix("/") || text.hasSuffix(".") {
            return "starts or ends with a slash, or ends with a dot"
        }
        return nil
    }

    /// Whether a text is a commit by all its digits: of SHA-1, or of SHA-256.
    static func isCommit(_ text: String) -> Bool {
        Hex.isEncoded(text, digits: 40) || Hex.isEncoded(text, digits: 64)
    }

    /// Whether a text is a relative path that stays in its folder.
    static func isInnerPath(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("/") && !text.contains("\0")
            && !text.split(separator: "/").contains("..")
    }

    /// Whether a text is a lower- or upper-case SHA-256.
    static func isSHA256(_ text: String) -> Bool {
        text.utf8.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    /// Whether a text has nothing that would end a line or a word of a sources file.
    static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII && (character.isLetter || character.isNumber)
    }

    private static func isNameCharacter(_ character: Character, besides others: String) -> Bool {
        others.contains(character)
            || (character.isASCII && (character.isLetter || character.isNumber))
    }

    private static func isLowerOrDigit(_ character: Character) -> Bool {
        ("a"..."z").contains(character) || ("0"..."9").contains(character)
    }
}

import Bytes

extension AuthorizedKey {
    /// Types of keys that sshd takes (ssh-keygen(1)).
    private static let types = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-rsa",
    ]

    /// Takes a line as `ssh-keygen` writes it into a `.pub` file.
    ///
    /// - Throws: `AnswerFault` with what is wrong; options before the key are not taken, as they
    ///   can run programs.
    package init(_ line: String) throws(AnswerFault) {
        let text = line.trimmingBlanks
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw AnswerFault("expected a key in one line")
        }
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, AuthorizedKey.types.contains(String(words[0])) else {
            if text.contains("PRIVATE KEY") {
                throw AnswerFault("that is a private key; expected the .pub file's line")
            }
            throw AnswerFault(
                "expected a public key such as \"ssh-ed25519 AAAA… name\", with one of the types "
                    + AuthorizedKey.types.joined(separator: ", "))
        }
        // RFC 4253, section 6.6: the key begins with its type again, behind its length.
        let type = Array(words[0].utf8)
        guard let bytes = Base64.decode(words[1]), bytes.count > 4 + type.count,
            Array(bytes.prefix(4)) == [0, 0, 0, UInt8(type.count)],
            Array(bytes.dropFirst(4).prefix(type.count)) == type
        else {
            throw AnswerFault("the key itself is damaged; was it copied as a whole?")
        }
        self.line = text
    }
}

extension String {
    /// The text without blanks at both ends.
    package var trimmingBlanks: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}

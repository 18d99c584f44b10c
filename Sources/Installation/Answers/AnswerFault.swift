import Glibc

/// What is wrong with one answer, in words that fit a line of a file and a screen.
package struct AnswerFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// Makes a fault.
    package init(_ description: String) { self.description = description }
}

/// Rules of single answers; the file and the screens ask the same.
package enum AnswerRule {
    /// Checks a host's name (RFC 1123, section 2.1; hostname(7)).
    package static func checkHostname(_ text: String) throws(AnswerFault) {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isGood =
            text.utf8.count <= 64
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63 && label.first != "-"
                    && label.last != "-" && label.utf8.allSatisfy(isLetterDigitOrDash)
            }
        // A name of digits alone is taken for an address.
        guard isGood, !text.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }) else {
            throw AnswerFault(
                "expected a name of letters, digits and \"-\", such as nas or nas.example.org, "
                    + "of at most 64")
        }
    }

    /// Checks words for the kernel's command line.
    ///
    /// They go through GRUB's environment, and what Slipway itself says there is its own.
    package static func checkKernelOption(_ text: String) throws(AnswerFault) {
        let allowed = "-_.,:;=/+@%^~".utf8
        guard !text.isEmpty, text.utf8.count <= 128,
            text.utf8.allSatisfy({ isLetterDigitOrDash($0) || allowed.contains($0) })
        else {
            throw AnswerFault(
                "expected one word of letters, digits and -_.,:;=/+@%^~, such as iommu=soft")
        }
        let name = String(text.prefix { $0 != "=" })
        let taken = ["root", "init", "initrd", "boot", "panic", "BOOT_IMAGE", "rootflags"]
        guard !taken.contains(name), !name.hasPrefix("slipway.") else {
            throw AnswerFault("\"\(name)\" is given by Slipway itself")
        }
    }

    /// Checks a name of a time zone or a keymap, which becomes a part of a path.
    package static func isPlainName(_ text: String, mayHaveFolders: Bool) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 64 && (mayHaveFolders || parts.count == 1)
            && parts.allSatisfy { part in
                part.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } == true
                    && part.utf8.allSatisfy { isLetterDigitOrDash($0) || "_+.".utf8.contains($0) }
            }
    }

    /// Whether a text is an IP address of either family.
    package static func isAddress(_ text: String) -> Bool { family(of: text) != nil }

    /// The family of an IP address; nil for any other text.
    static func family(of text: String) -> CInt? {
        var bytes = [UInt8](repeating: 0, count: 16)
        return [AF_INET, AF_INET6].first { inet_pton($0, text, &bytes) == 1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetterDigitOrDash(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "-")
    }
}

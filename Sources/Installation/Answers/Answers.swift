package import Storage

/// What a person decides about an installation, however it was asked.
///
/// A file of answers and the screens both make one; everything after is the same.
package struct Answers: Sendable, Equatable {
    /// What the disks are to be.
    package var layout: Layout
    /// Which disk takes which role, where the layout alone does not say.
    package var disks: [String: DiskSelector]
    /// Disks whose data may be lost.
    package var erase: [DiskSelector]
    /// The host's name.
    package var hostname: String
    /// The time zone, such as `Europe/Berlin`.
    package var timezone: String
    /// The keyboard, as XKB names layouts, such as `de` or `de:nodeadkeys`; nil for the image's own.
    package var keymap: String?
    /// How the machine reaches its network.
    package var network: NetworkAnswer
    /// Who may log in as root by SSH, a line of authorized_keys(5) each.
    package var authorizedKeys: [AuthorizedKey]
    /// What root's password has to match; nil for none.
    package var passwordHash: PasswordHash?
    /// Words for the kernel's command line, beside those that Slipway gives.
    package var kernelOptions: [String]
    /// What happens to the live system afterwards.
    package var whenDone: WhenDone

    /// Makes answers of what has to be said; the rest is as a file that does not say it.
    package init(layout: Layout, hostname: String) {
        self.layout = layout
        self.hostname = hostname
        disks = [:]
        erase = []
        timezone = Answers.standardTimezone
        network = .automatic
        authorizedKeys = []
        kernelOptions = []
        whenDone = .powerOff
    }

    /// The time zone of a machine that was told none.
    package static let standardTimezone = "Etc/UTC"

    /// Whether anybody could log in afterwards.
    package var letsSomebodyIn: Bool { passwordHash != nil || !authorizedKeys.isEmpty }
}

/// What happens to the live system after an installation.
package enum WhenDone: String, Sendable, CaseIterable {
    case powerOff = "poweroff"
    case reboot
    /// Nothing: whoever called goes on.
    case shell
}

/// What root's password has to match: a crypt(5) hash, which is never printed.
package struct PasswordHash: Sendable, Equatable, CustomStringConvertible {
    /// The hash.
    package let text: String

    /// Methods of crypt(5) that are strong enough, by their prefixes: yescrypt, gost-yescrypt,
    /// scrypt, bcrypt, sha512crypt, sha256crypt.
    private static let prefixes = ["$y$", "$gy$", "$7$", "$2b$", "$6$", "$5$"]

    /// Takes a hash; nil for what is none, above all for a password itself.
    package init?(_ text: String) {
        guard let prefix = PasswordHash.prefixes.first(where: text.hasPrefix) else { return nil }
        let rest = text.utf8.dropFirst(prefix.utf8.count)
        let isHash = rest.allSatisfy { byte in
            // What shadow(5) can hold: its fields end at a colon.
            byte > 0x20 && byte < 0x7F && !":;*!\\".utf8.contains(byte)
        }
        // The shortest, bcrypt's, has 56 behind the prefix.
        guard isHash, rest.count >= 40, rest.count <= 384 else { return nil }
        self.text = text
    }

    package var description: String { "(a hash)" }
}

/// A public key that may log in.
package struct AuthorizedKey: Sendable, Equatable, CustomStringConvertible {
    /// Its line of authorized_keys(5): type, key, comment.
    package let line: String

    package var description: String { line }
}

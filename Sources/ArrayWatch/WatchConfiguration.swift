import Storage
import Syscalls
package import YAML

/// What `/etc/slipway/watch.yaml` says: whom to tell, and when a disk or a volume is bad.
package struct WatchConfiguration: Sendable, Equatable {
    /// Where it is.
    package static let path = "/etc/slipway/watch.yaml"

    /// Mail, through a program that takes what sendmail(8) takes.
    package struct Mail: Sendable, Equatable {
        /// Who gets it.
        package var to: [String]
        /// Who it is from.
        package var from: String
        /// The program.
        package var program: String
        /// What it is given before `-t`.
        package var arguments: [String]
    }

    /// Whom to mail; nil for nobody.
    package var mail: Mail?
    /// Where messages are posted as JSON; nil for nowhere.
    package var webhook: String?
    /// Whether the beeper tells of new alarms.
    package var beeps = true
    /// A volume with less room than this, in percent, is full.
    package var leastRoomPercent = 5
    /// How many bytes disks last for, by their roles.
    package var endurance: [String: UInt64] = [:]

    /// What stands where there is no file.
    package init() {}

    /// Reads the machine's file.
    ///
    /// - Throws: `YAMLIssues`, `SystemError`.
    package init(reading path: String) throws {
        guard FileSystem.exists(path) else {
            self.init()
            return
        }
        try self.init(parsing: FileSystem.read(path, limit: 1 << 20), file: path)
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: How errors name the file.
    /// - Throws: `YAMLIssues` with all that is wrong.
    package init(parsing bytes: [UInt8], file: String) throws(YAMLIssues) {
        self = try YAMLDecoder.decode(bytes, file: file) { _, root in
            WatchConfiguration(decoding: root)
        }
    }

    private init(decoding field: YAMLField) {
        let map = field.mapping(["mail", "webhook", "beeper", "least-room", "endurance"])
        mail = map.optional("mail") { Mail(decoding: $0) }
        webhook = map.optional("webhook") { field in
            let url = field.nonEmptyString
            let isPlain = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
            if !(url.hasPrefix("https://") || url.hasPrefix("http://")) || !isPlain {
                field.report("expected a URL of http or https")
            }
            return url
        }
        beeps = map.bool("beeper", default: true)
        leastRoomPercent = map.optional("least-room") { $0.integer(in: 1...50) } ?? 5
        for role in map.optional("endurance", { $0.entries }) ?? [] {
            let text = role.value.string
            guard let byteCount = ByteSize.parse(text), byteCount > 0 else {
                role.value.report("expected a size such as 30 TB")
                continue
            }
            endurance[role.key] = byteCount
        }
    }
}

extension WatchConfiguration.Mail {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["to", "from", "program", "arguments"])
        to = map.required("to", or: []) { field in field.elements.map { $0.address } }
        if to.isEmpty { map.report("to", "expected at least one address") }
        from = map.required("from", or: "") { $0.address }
        program = map.optional("program") { $0.nonEmptyString } ?? "/usr/sbin/sendmail"
        arguments = map.strings("arguments")
    }
}

extension YAMLField {
    /// An address, as far as it must not break out of its header: no blanks, nothing but ASCII.
    fileprivate var address: String {
        let text = nonEmptyString
        let isAddress =
            text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") }
            && text.contains("@")
        if !isAddress { report("expected an address such as root@example.org") }
        return text
    }
}

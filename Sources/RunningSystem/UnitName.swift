/// Names that systemd gives to paths.
package enum UnitName {
    /// A path as it stands in a unit's name: "String Escaping for Inclusion in Unit Names" of
    /// systemd.unit(5), what `systemd-escape --path` prints.
    package static func escape(path: String) -> String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        if parts.isEmpty { return "-" }
        var name = ""
        for (index, byte) in parts.joined(separator: [UInt8(ascii: "/")]).enumerated() {
            switch byte {
            case UInt8(ascii: "/"): name += "-"
            case UInt8(ascii: ".") where index > 0, _ where isPlain(byte):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += escaped(byte)
            }
        }
        return name
    }

    /// A label as it stands in a link of /dev/disk/by-label: udev keeps letters, digits and
    /// `#+-.:=@_`, and writes the others as the first function does
    /// (systemd's src/shared/device-nodes.c, `encode_devnode_name`).
    package static func escape(label: String) -> String {
        var name = ""
        for byte in label.utf8 {
            if isPlain(byte) || "#+-.=@".utf8.contains(byte) {
                name.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                name += escaped(byte)
            }
        }
        return name
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count < 2 ? "0" : "") + digits
    }
}

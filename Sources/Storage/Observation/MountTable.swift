/// Where block devices are mounted, or used as swap.
///
/// proc(5): `/proc/self/mountinfo` and `/proc/swaps`. Devices are known by their numbers, which are
/// right however the device was called when it was mounted.
struct MountTable: Sendable, Equatable {
    private var mountPoints: [String: [String]] = [:]
    private var swaps: Set<String> = []

    /// Reads the two files.
    init(mountInfo: String, swaps: String) {
        for line in mountInfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 4 else { continue }
            mountPoints[String(fields[2]), default: []].append(MountTable.plain(fields[4]))
        }
        for line in swaps.split(separator: "\n").dropFirst() {
            guard let path = line.split(whereSeparator: \.isWhitespace).first else { continue }
            self.swaps.insert(MountTable.plain(path))
        }
    }

    /// Where a device is mounted.
    ///
    /// - Parameters:
    ///   - number: Its major and minor number, such as `8:1`.
    ///   - path: Its path, which is how swaps are known.
    /// - Returns: Mount points, sorted, and `[SWAP]`.
    func uses(ofDevice number: String?, at path: String) -> [String] {
        let mounts = number.flatMap { mountPoints[$0] } ?? []
        return Array(Set(mounts)).sorted() + (swaps.contains(path) ? ["[SWAP]"] : [])
    }

    /// Whether any of some mount points is mounted for reading only.
    static func isReadOnly(_ mountPoints: [String], in mountInfo: String) -> Bool {
        mountInfo.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 5 && mountPoints.contains(plain(fields[4]))
                && fields[5].split(separator: ",").contains("ro")
        }
    }

    /// Blanks, tabs, newlines and backslashes are written as three octal digits.
    private static func plain(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SquashFS {
    /// A shell pattern for paths: `*` and `?` stop at slashes, `**` does not, `[a-z]` is a class.
    ///
    /// A pattern without a slash is compared with the last name, one with a slash with the whole
    /// path from the root. What it matches is left out with all that is below.
    package struct PathPattern: Sendable, Hashable {
        private let pattern: [UInt8]
        private let isAnchored: Bool

        /// Makes a pattern of its text.
        package init(_ text: String) {
            var bytes = ArraySlice(text.utf8)
            isAnchored = bytes.contains(UInt8(ascii: "/"))
            if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
            if bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
            pattern = Array(bytes)
        }

        /// Says whether a path from the root, without a leading slash, matches.
        package func matches(_ path: [UInt8]) -> Bool {
            guard !path.isEmpty else { return false }
            let slash = UInt8(ascii: "/")
            var subject = ArraySlice(path)
            if !isAnchored, let last = path.lastIndex(of: slash) {
                subject = path[(last + 1)...]
            }
            return Self.match(pattern[...], subject)
        }

        /// Tries each length that a star may stand for; patterns come from the operator.
        private static func match(
            _ pattern: ArraySlice<UInt8>, _ subject: ArraySlice<UInt8>
        ) -> Bool {
            var pattern = pattern, subject = subject
            while let code = pattern.first {
                switch code {
                case UInt8(ascii: "*"):
                    let crosses = pattern.dropFirst().first == UInt8(ascii: "*")
                    pattern = pattern.drop { $0 == UInt8(ascii: "*") }
                    if pattern.isEmpty {
                        return crosses || !subject.contains(UInt8(ascii: "/"))
                    }
                    while true {
                        if match(pattern, subject) { return true }
                        guard let next = subject.popFirst(), crosses || next != UInt8(ascii: "/")
                        else { return false }
                    }
                case UInt8(ascii: "?"):
                    guard let next = subject.popFirst(), next != UInt8(ascii: "/") else {
                        return false
                    }
                    pattern.removeFirst()
                case UInt8(ascii: "["):
                    guard let next = subject.popFirst(),
                        let rest = matchClass(pattern.dropFirst(), next)
                    else { return false }
                    pattern = rest
                default:
                    var literal = code
                    if code == UInt8(ascii: "\\"), pattern.count > 1 {
                        pattern.removeFirst()
                        literal = pattern[pattern.startIndex]
                    }
                    guard subject.popFirst() == literal else { return false }
                    pattern.removeFirst()
                }
            }
            return subject.isEmpty
        }

        /// Compares a byte with a class; the pattern after it, or nil when the byte is not in it.
        private static func matchClass(
            _ pattern: ArraySlice<UInt8>, _ byte: UInt8
        ) -> ArraySlice<UInt8>? {
            var rest = pattern
            var isNegated = false
            if rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^") {
                isNegated = true
                rest.removeFirst()
            }
            var isIn = false
            var isFirst = true
            while let low = rest.popFirst() {
                if low == UInt8(ascii: "]"), !isFirst {
                    return isIn != isNegated && byte != UInt8(ascii: "/") ? rest : nil
                }
                isFirst = false
                var high = low
                if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first,
                    end != UInt8(ascii: "]")
                {
                    high = end
                    rest = rest.dropFirst(2)
                }
                if low <= byte, byte <= high { isIn = true }
            }
            return nil
        }
    }
}

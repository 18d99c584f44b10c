/// Why text is not JSON that we accept.
package enum JSONError: Error, Equatable, CustomStringConvertible {
    /// Something else stood where `expected` was wanted, at a byte offset from the start.
    case unexpected(expected: String, offset: Int)
    /// Arrays and objects are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// An object has a key twice.
    case duplicateKey(String, offset: Int)

    package var description: String {
        switch self {
        case .unexpected(let expected, let offset): "byte \(offset): expected \(expected)"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .duplicateKey(let key, let offset): "byte \(offset): key \"\(key)\" a second time"
        }
    }
}

extension JSON {
    /// Reads one JSON value that fills the whole text.
    ///
    /// Stricter than RFC 8259 where it leaves room: keys are unique, text is valid UTF-8, nesting
    /// ends at 64 levels.
    ///
    /// - Throws: `JSONError` at the first byte that does not fit.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = Parser(bytes: bytes)
        self = try parser.parseDocument()
    }

    /// Reads one JSON value that fills the whole text.
    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    private struct Parser {
        static let depthLimit = 64
        let bytes: [UInt8]
        var offset = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func parseDocument() throws(JSONError) -> JSON {
            let value = try parseValue(depth: 0)
            skipBlanks()
            guard offset == bytes.count else { throw failure("the end") }
            return value
        }

        private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

        private func failure(_ expected: String) -> JSONError {
            .unexpected(expected: expected, offset: offset)
        }

        private mutating func skipBlanks() {
            while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { offset += 1 }
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard next == UInt8(ascii: character) else { return false }
            offset += 1
            return true
        }

        private mutating func parseValue(depth: Int) throws(JSONError) -> JSON {
            guard depth <= Parser.depthLimit else { throw .tooDeep(limit: Parser.depthLimit) }
            skipBlanks()
            switch next {
            case UInt8(ascii: "{"): return try parseObject(depth: depth)
            case UInt8(ascii: "["): return try parseArray(depth: depth)
            case UInt8(ascii: "\""): return .string(try parseString())
            case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
            case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
            case UInt8(ascii: "n"): return try parseWord("null", .null)
            default: return try parseNumber()
            }
        }

        private mutating func parseWord(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
            guard bytes[offset...].starts(with: word.utf8) else { throw failure("a value") }
            offset += word.utf8.count
            return value
        }

        private mutating func parseObject(depth: Int) throws(JSONError) -> JSON {
            offset += 1
            var members: [Member] = []
            var keys: Set<String> = []
            skipBlanks()
            if take("}") { return .object([]) }
            repeat {
                skipBlanks()
                guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes") }
                let start = offset
                let key = try parseString()
                guard keys.insert(key).inserted else { throw .duplicateKey(key, offset: start) }
                skipBlanks()
                guard take(":") else { throw failure("':'") }
                members.append(Member(key, try parseValue(depth: depth + 1)))
                skipBlanks()
            } while take(",")
            guard take("}") else { throw failure("',' or '}'") }
            return .object(members)
        }

        private mutating func parseArray(depth: Int) throws(JSONError) -> JSON {
            offset += 1
            var elements: [JSON] = []
            skipBlanks()
            if take("]") { return .array([]) }
            repeat {
                elements.append(try parseValue(depth: depth + 1))
                skipBlanks()
            } while take(",")
            guard take("]") else { throw failure("',' or ']'") }
            return .array(elements)
        }

        private mutating func parseNumber() throws(JSONError) -> JSON {
            let start = offset
            _ = take("-")
            let integerStart = offset
            try skipDigits("a value")
            if bytes[integerStart] == UInt8(ascii: "0"), offset > integerStart + 1 {
                offset = integerStart
                throw failure("a number without leading zeros")
            }
            var isInteger = true
            if take(".") {
                isInteger = false
                try skipDigits("a digit")
            }
            if take("e") || take("E") {
                isInteger = false
                if !take("+") { _ = take("-") }
                try skipDigits("a digit")
            }
            let text = String(decoding: bytes[start..<offset], as: UTF8.self)
            if isInteger, let value = Int64(text) { return .integer(value) }
            guard let value = Double(text), value.isFinite else { throw failure("a number") }
            return .double(value)
        }

        private mutating func skipDigits(_ expected: String) throws(JSONError) {
            let start = offset
            while let byte = next, (0x30...0x39).contains(byte) { offset += 1 }
            guard offset > start else { throw failure(expected) }
        }

        private mutating func parseString() throws(JSONError) -> String {
            let start = offset
            offset += 1
            var text: [UInt8] = []
            while let byte = next {
                switch byte {
                case UInt8(ascii: "\""):
                    offset += 1
                    guard let string = String(validating: text, as: UTF8.self) else {
                        offset = start
                        throw failure("text in UTF-8")
                    }
                    return string
                case UInt8(ascii: "\\"): text += try parseEscape()
                case 0..<0x20: throw failure("no control character in text")
                default:
                    text.append(byte)
                    offset += 1
                }
            }
            throw failure("'\"'")
        }

        private mutating func parseEscape() throws(JSONError) -> [UInt8] {
            offset += 1
            let plain: [UInt8: UInt8] = [
                UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F,
                UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
                UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
            ]
            if let byte = next, let value = plain[byte] {
                offset += 1
                return [value]
            }
            guard take("u") else { throw failure("an escape") }
            var code = try parseHexUnit()
            if (0xD800..<0xDC00).contains(code) {
                guard take("\\"), take("u") else { throw failure("a low surrogate") }
                let low = try parseHexUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw failure("a low surrogate") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("a Unicode scalar") }
            return Array(String(Character(scalar)).utf8)
        }

        private mutating func parseHexUnit() throws(JSONError) -> UInt32 {
            var unit: UInt32 = 0
            for _ in 0..<4 {
                guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue
                else { throw failure("four hexadecimal digits") }
                unit = unit << 4 | UInt32(digit)
                offset += 1
            }
            return unit
        }
    }
}

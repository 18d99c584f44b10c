/// GRUB's environment block: variables that GRUB reads, and writes back in place.
///
/// grub-core/lib/envblk.c and include/grub/lib/envblk.h: a first line that never changes, lines
/// `name=value` with `\` before a `\` and before an end of line, and `#` up to 1024 bytes. GRUB can
/// write only what it finds, so a block always has its whole length.
package struct GrubEnvironment: Sendable, Equatable {
    /// The length of a block, as grub-editenv(1) makes it (`DEFAULT_ENVBLK_SIZE`).
    package static let byteCount = 1024

    private static let signature = Array("# GRUB Environment Block\n".utf8)

    /// A variable.
    package struct Variable: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// Its value.
        package let value: String
    }

    /// The variables in the order in which they stand; no name twice.
    package private(set) var variables: [Variable] = []

    /// Makes a block; a variable whose value is nil is left out.
    package init(_ variables: KeyValuePairs<String, String?> = [:]) {
        for (name, value) in variables { self[name] = value }
    }

    /// The value of a variable, nil for one that is not there; a new one comes last.
    package subscript(name: String) -> String? {
        get { variables.first { $0.name == name }?.value }
        set {
            let index = variables.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): variables[index] = Variable(name: name, value: value)
            case (let index?, nil): variables.remove(at: index)
            case (nil, let value?): variables.append(Variable(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Reads a block.
    ///
    /// - Parameter bytes: The whole file. Of a name that stands there twice the last value counts,
    ///   as it does for GRUB.
    /// - Throws: `FormatFault` for what GRUB would not read to its end.
    package init(parsing bytes: [UInt8]) throws(FormatFault) {
        guard bytes.starts(with: Self.signature) else { throw .absent(.grubEnvironment) }
        guard bytes.count >= Self.byteCount else {
            throw .truncated(
                .grubEnvironment, byteCount: UInt64(bytes.count), wanted: UInt64(Self.byteCount))
        }
        guard bytes.count == Self.byteCount else {
            throw .badField(
                .grubEnvironment, field: "length", value: UInt64(bytes.count),
                problem: "it has \(Self.byteCount) bytes")
        }
        var place = Self.signature.count
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "#") {
                place =
                    bytes[place...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
                    ?? bytes.count
            } else {
                place = try takeVariable(bytes, at: place)
            }
        }
    }

    /// Takes the variable whose line starts at a place; gives back where the next line starts.
    private mutating func takeVariable(_ bytes: [UInt8], at start: Int) throws(FormatFault)
        -> Int
    {
        func bad(_ problem: String) -> FormatFault {
            .badField(
                .grubEnvironment, field: "line at byte", value: UInt64(start), problem: problem)
        }
        guard let equals = bytes[start...].firstIndex(of: UInt8(ascii: "=")) else {
            throw bad("no variable")
        }
        let name = bytes[start..<equals]
        guard Self.isName(name) else { throw bad("no name of a variable") }
        var value: [UInt8] = []
        var place = equals + 1
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") {
            if bytes[place] == UInt8(ascii: "\\") { place += 1 }
            guard place < bytes.count else { break }
            value.append(bytes[place])
            place += 1
        }
        guard place < bytes.count else { throw bad("its value does not end") }
        self[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        return place + 1
    }

    /// Whether GRUB can have a variable of this name.
    private static func isName(_ bytes: some Sequence<UInt8>) -> Bool {
        let bytes = Array(bytes)
        return !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The block's bytes.
    ///
    /// - Throws: `FormatFault.badField` for a name that GRUB cannot have, a value with a zero byte,
    ///   and for more than fits.
    /// - Returns: 1024 bytes.
    package func encoded() throws(FormatFault) -> [UInt8] {
        var bytes = Self.signature
        for (index, variable) in variables.enumerated() {
            func bad(_ problem: String) -> FormatFault {
                .badField(
                    .grubEnvironment, field: "variable", value: UInt64(index), problem: problem)
            }
            guard Self.isName(variable.name.utf8) else { throw bad("no name of a variable") }
            guard !variable.value.utf8.contains(0) else { throw bad("a zero byte in its value") }
            bytes += variable.name.utf8
            bytes.append(UInt8(ascii: "="))
            for byte in variable.value.utf8 {
                if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\n") {
                    bytes.append(UInt8(ascii: "\\"))
                }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        guard bytes.count <= Self.byteCount else {
            throw .badField(
                .grubEnvironment, field: "length", value: UInt64(bytes.count),
                problem: "no more than \(Self.byteCount) bytes fit")
        }
        return bytes + [UInt8](repeating: UInt8(ascii: "#"), count: Self.byteCount - bytes.count)
    }
}

extension GrubEnvironment: ExpressibleByDictionaryLiteral {
    /// Makes a block of variables in the order written.
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { self[name] = value }
    }
}

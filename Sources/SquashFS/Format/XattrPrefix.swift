extension SquashFS {
    /// The part of an xattr's name that the format keeps as a number.
    enum XattrPrefix: UInt16, CaseIterable {
        case user = 0
        case trusted = 1
        case security = 2

        /// The bit of an xattr's type that says that the value is elsewhere.
        static let valueIsElsewhere: UInt16 = 0x0100

        /// The prefix of a name; nil when the format has no place for the name.
        init?(of name: [UInt8]) {
            guard
                let prefix = Self.allCases.first(where: {
                    name.starts(with: $0.text) && name.count > $0.text.count
                })
            else { return nil }
            self = prefix
        }

        /// The prefix with its dot.
        var text: [UInt8] {
            switch self {
            case .user: Array("user.".utf8)
            case .trusted: Array("trusted.".utf8)
            case .security: Array("security.".utf8)
            }
        }
    }
}

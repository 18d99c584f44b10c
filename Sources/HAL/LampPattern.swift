/// What a lamp does.
package enum LampPattern: String, Sendable, Equatable, CaseIterable {
    /// Dark.
    case off
    /// Lit.
    case on
    /// Lit and dark by turns, half a second each: the hardware cannot by itself.
    case blink

    /// How long a blinking lamp stays lit, and dark, in milliseconds.
    package static let halfMilliseconds: UInt64 = 500

    /// Whether the lamp is lit at a time, in milliseconds on a clock that only goes forward.
    package func isLit(at milliseconds: UInt64) -> Bool {
        switch self {
        case .off: false
        case .on: true
        case .blink: (milliseconds / LampPattern.halfMilliseconds).isMultiple(of: 2)
        }
    }
}

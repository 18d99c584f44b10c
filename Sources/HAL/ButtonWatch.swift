/// Makes presses of samples of a button.
///
/// A press counts when the button is let go: what is held down for ever, as a button that is stuck
/// or a machine without that button gives it, is none.
package struct ButtonWatch: Sendable, Equatable {
    /// What was pressed.
    package struct Press: Sendable, Equatable {
        /// How long it was held, in milliseconds.
        package let heldMilliseconds: UInt64
    }

    /// How long a press lasts at least, in milliseconds: two samples that are not one disturbance.
    package static let leastMilliseconds: UInt64 = 80

    private var pressedSince: UInt64?
    /// Whether it was seen released before: a button that is down when watching begins is stuck.
    private var wasReleased = false

    /// Begins to watch.
    package init() {}

    /// Takes a sample.
    ///
    /// - Parameters:
    ///   - isPressed: Whether it is pressed.
    ///   - milliseconds: The time on a clock that only goes forward.
    /// - Returns: The press that ended with this sample, if one did.
    package mutating func sample(_ isPressed: Bool, at milliseconds: UInt64) -> Press? {
        guard !isPressed else {
            if wasReleased, pressedSince == nil { pressedSince = milliseconds }
            return nil
        }
        wasReleased = true
        guard let since = pressedSince else { return nil }
        pressedSince = nil
        let held = milliseconds >= since ? milliseconds - since : 0
        return held < ButtonWatch.leastMilliseconds ? nil : Press(heldMilliseconds: held)
    }
}

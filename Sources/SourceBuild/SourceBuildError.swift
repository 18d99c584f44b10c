/// Why sources cannot be had, or their builds not be put into an order.
package enum SourceBuildError: Error, Equatable, CustomStringConvertible {
    /// Units that wait for one another, each for the next and the last one for the first.
    case cycle([String])

    package var description: String {
        switch self {
        case .cycle(let names):
            "each needs the next to be built before it: "
                + (names + names.prefix(1)).joined(separator: " -> ")
        }
    }
}

package import Command

/// The program that lays a medium out: the build machine's, as no image has one.
package enum Xorriso {
    /// The first line of what it says of its version: other versions may lay out otherwise.
    package static func version() throws(CommandError) -> String {
        let text = try Command("xorriso", ["-version"]).runChecked().text
        let line = text.split(separator: "\n").first { $0.hasPrefix("xorriso version") }
        return line.map { $0.split(separator: " ").joined(separator: " ") } ?? text
    }
}

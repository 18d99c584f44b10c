import Glibc

/// Shell patterns.
enum Glob {
    /// Whether all of a text fits a pattern of fnmatch(3).
    static func matches(_ text: String, _ pattern: String) -> Bool {
        fnmatch(pattern, text, 0) == 0
    }
}

package import Storage

/// Why nothing is installed, or not to its end.
package enum InstallationError: Error, Equatable, CustomStringConvertible {
    /// Answers are to be on the medium, and are not.
    case noAnswers(paths: [String])
    /// An address without the digest of what is there.
    case noDigest(address: String)
    /// What should be a SHA-256 is none.
    case badDigest(String)
    /// What was fetched is not what was meant.
    case wrongDigest(address: String, expected: String, found: String)
    /// Nothing may be done, for these reasons.
    case refused([Refusal])
    /// The payload is not one of ours.
    case foreign(file: String)
    /// The filesystem that was made cannot be found.
    case noBootVolume(String)
    /// What was written does not start: by role, what is wrong.
    case notBootable([String: [String]])

    package var description: String {
        switch self {
        case .noAnswers(let paths): "no answers: neither \(paths.joined(separator: " nor "))"
        case .noDigest(let address):
            "\(address): answers from an address need slipway.answers.sha256=, the SHA-256 of the "
                + "file, on the kernel's command line too"
        case .badDigest(let text):
            "slipway.answers.sha256: expected 64 hexadecimal digits, got \"\(text)\""
        case .wrongDigest(let address, let expected, let found):
            "\(address): its SHA-256 is \(found), expected \(expected)"
        case .refused(let refusals):
            refusals.map { "refused: \($0.reason)\n  \($0.cure)" }.joined(separator: "\n")
        case .foreign(let file): "\(file): not a payload of Slipway's, so it cannot be installed"
        case .noBootVolume(let name): "the volume \(name) has no device"
        case .notBootable(let legs):
            legs.sorted { $0.key < $1.key }
                .map { "\($0.key) does not start the machine: \($0.value.joined(separator: "; "))" }
                .joined(separator: "\n")
        }
    }
}

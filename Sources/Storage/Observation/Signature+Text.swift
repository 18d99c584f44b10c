extension Signature: CustomStringConvertible {
    /// What it is, for people.
    package var description: String {
        switch self {
        case .member(let member):
            "a leg of md array \(member.arrayName) (\(member.arrayUUID), \(member.events) events)"
        case .filesystem(let type, let uuid, let label):
            "\(type)" + (label.map { " \"\($0)\"" } ?? "") + (uuid.map { " (\($0))" } ?? "")
        case .other(let type, let uuid): type + (uuid.map { " (\($0))" } ?? "")
        }
    }
}

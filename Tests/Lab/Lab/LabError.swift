/// Why the lab or a story in it did not do its work.
package enum LabError: Error, Equatable, CustomStringConvertible {
    /// A line of a story that cannot be read.
    case badLine(file: String, line: Int, reason: String)
    /// A story that cannot be used as it is: no such name, a circle of stories.
    case badStory(name: String, reason: String)
    /// A line of a story that did not come out as the line says.
    case broken(file: String, line: Int, reason: String)
    /// The machine could not be started, or did not answer.
    case machine(reason: String)
    /// The time that a story has was over.
    case timedOut(seconds: Int, during: String)
    /// What the lab runs in is not there.
    case missing(path: String, cure: String)

    package var description: String {
        switch self {
        case .badLine(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .badStory(let name, let reason): "story \(name): \(reason)"
        case .broken(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .machine(let reason): "machine: \(reason)"
        case .timedOut(let seconds, let during): "not done after \(seconds) s: \(during)"
        case .missing(let path, let cure): "\(path): not there: \(cure)"
        }
    }
}

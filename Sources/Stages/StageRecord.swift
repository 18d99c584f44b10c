import Bytes
import Digest
import JSON
package import Syscalls

/// What a stage was made from when it last ran.
package struct StageRecord: Sendable, Equatable {
    /// The inputs in the order that the stage names them.
    package let inputs: [StageInput]

    /// Makes a record.
    package init(inputs: [StageInput]) { self.inputs = inputs }

    /// The digest of all inputs: what a later stage has this stage as its input by.
    package var key: String {
        var hasher = Hasher()
        for input in inputs { hasher.update("\(input.name)\0\(input.value)\0") }
        return Hex.encode(hasher.finalize())
    }

    /// Reads a record; nil when there is none or it is not one, and then the stage runs.
    package init?(path: String) {
        guard let bytes = try? FileSystem.read(path), let json = try? JSON(parsing: bytes),
            let members = json["inputs"]?.members
        else { return nil }
        inputs = members.map { StageInput($0.key, $0.value.string ?? "") }
    }

    /// Writes the record.
    package func write(to path: String) throws(SystemError) {
        let members = inputs.map { JSON.Member($0.name, .string($0.value)) }
        let json: JSON = ["key": .string(key), "inputs": .object(members)]
        try FileSystem.writeAtomically(json.text(.pretty), to: path)
    }

    /// The names of the inputs that differ from those of an earlier run.
    package func changes(since earlier: StageRecord) -> [String] {
        let before = Dictionary(
            earlier.inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let names = Set(inputs.map(\.name))
        return inputs.filter { before[$0.name] != $0.value }.map(\.name)
            + earlier.inputs.map(\.name).filter { !names.contains($0) }
    }
}

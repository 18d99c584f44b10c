import JSON
import Syscalls

extension StoryRun {
    /// Looks whether an expectation holds.
    ///
    /// - Throws: `Complaint` with what was found and what was wanted.
    func check(_ statement: Statement) throws {
        switch statement {
        case .expectOutput(let text, let isThere): try checkOutput(text, isThere: isThere)
        case .expectJSON(let path, let value): try checkJSON(path, value)
        case .expectStep(let kind, let isThere): try checkStep(kind, isThere: isThere)
        case .expectNothingToDo(let layout, let options):
            try runScript(HostScripts.plan(layout, options), .success)
        case .expectArray(let name, let state): try checkArray(name, state)
        case .expectFiles(let folder): try checkFiles(folder)
        case .expectWritten(let leg, let factor, let note):
            try checkWritten(leg, factor, note)
        case .expectEqual(let left, let right, let usedOnly):
            try checkEqual(left, right, usedOnly: usedOnly)
        case .expectSound(let leg): try checkFilesystem(leg)
        case .expectSuperblock(let leg, let key, let value):
            try checkSuperblock(leg, key, value)
        case .expectNoSuperblock(let leg): try checkNoSuperblock(leg)
        default: preconditionFailure("not an expectation: \(statement)")
        }
    }

    private func lastResult() throws -> Machine.ScriptResult {
        guard let last else { throw Complaint(reason: "no script ran before this line") }
        return last
    }

    private func checkOutput(_ text: String, isThere: Bool) throws {
        let text = expanded(text)
        let printed = String(decoding: try lastResult().transcript, as: UTF8.self)
        guard printed.contains(text) != isThere else { return }
        throw Complaint(
            reason: isThere ? "\"\(text)\" was not printed: \(printed)" : "\"\(text)\" was printed")
    }

    private func checkJSON(_ path: String, _ wanted: String) throws {
        var value: JSON
        do {
            value = try JSON(parsing: try lastResult().output)
        } catch let error as JSONError {
            throw Complaint(reason: "what was printed is no JSON: \(error)")
        }
        for step in path.split(separator: ".") {
            let next =
                Int(step).flatMap { index in
                    value.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                } ?? value[String(step)]
            guard let next else { throw Complaint(reason: "no \"\(step)\" of \(path)") }
            value = next
        }
        let wanted = expanded(wanted)
        let found = value.string ?? value.text()
        guard found == wanted else {
            throw Complaint(reason: "\(path) is \(found), wanted is \(wanted)")
        }
    }

    private func checkStep(_ kind: String, isThere: Bool) throws {
        let plan: JSON
        do {
            plan = try JSON(parsing: try runChecked("cat \(HostScripts.planFile)"))
        } catch let error as JSONError {
            throw Complaint(reason: "the plan is no JSON: \(error)")
        }
        let kinds = (plan["steps"]?.array ?? []).compactMap { $0["action"]?["do"]?.string }
        guard kinds.contains(kind) != isThere else { return }
        throw Complaint(reason: "the plan's steps are \(kinds.joined(separator: ", "))")
    }

    private func checkArray(_ name: String, _ state: ArrayState) throws {
        let found = try runChecked(ArrayScripts.state(of: name))
        guard found.split(whereSeparator: \.isWhitespace).first.map(String.init) == state.rawValue
        else {
            throw Complaint(reason: "\(name) is \(found), wanted is \(state.rawValue)")
        }
    }

    private func checkFiles(_ folder: String) throws {
        guard !promised.isEmpty else { throw Complaint(reason: "no files were promised") }
        let list = promised.joined(separator: "\n")
        try FileSystem.writeAtomically(
            list, to: setting.root.outside("\(self.folder)/promised"))
        try runChecked("slipway-lab check \(folder) \(Agent.folder)/promised")
    }

    private func checkWritten(_ leg: Leg, _ factor: Double, _ note: String) throws {
        guard let start = writeCounts[leg] else {
            throw Complaint(reason: "nobody counts the writes of \(leg)")
        }
        guard let bound = notes[note] else { throw Complaint(reason: "\(note) was not noted") }
        let written = try writtenByteCount(leg) - start
        let ratio = Double(written) / Double(max(bound, 1))
        try write("\(written) bytes written to \(leg), \(bound) \(note): \(ratio)\n")
        guard ratio <= factor else {
            throw Complaint(
                reason: "\(written) bytes were written to \(leg), that is \(ratio) x \(note)")
        }
    }
}

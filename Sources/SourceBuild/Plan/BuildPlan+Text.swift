package import JSON
import Manifest

extension BuildPlan {
    /// The plan for people: a line for each unit with what it comes after, and why.
    package var lines: [String] {
        var lines = entries.map { entry in
            let after = entry.needs.map { need in
                "\(need.unit) (\(need.reasons.map(\.description).joined(separator: "; ")))"
            }
            let place = after.isEmpty ? "" : " after " + after.joined(separator: ", ")
            let priority = entry.unit.options.batchPriority
            return entry.unit.name + place
                + (priority == 100 ? "" : " [batch_priority \(priority)]")
                + (entry.unit.tree?.note.map { " [\($0)]" } ?? "")
        }
        lines += skipped.map { unit in
            "not built: \(unit.unit): \(unit.variable) is \(unit.found ?? "not set"),"
                + " and must be \(unit.wanted)"
        }
        if !withoutControl.isEmpty {
            lines.append(
                "without a control file, so in the order of explicit_deps and batch_priority: "
                    + withoutControl.joined(separator: ", "))
        }
        return lines
    }

    /// The plan for programs.
    package var json: JSON {
        [
            "units": .array(entries.map(\.json)),
            "skipped": .array(
                skipped.map { unit in
                    JSON.makeObject([
                        "name": .string(unit.unit), "variable": .string(unit.variable),
                        "wanted": .string(unit.wanted), "found": unit.found.map { .string($0) },
                    ])
                }),
            "without_control": .array(withoutControl.map { .string($0) }),
        ]
    }

    /// The plan as a graph in the language of Graphviz: an arrow from each unit to those after it,
    /// dashed where only `explicit_deps` says so.
    package var dot: String {
        var lines = [
            "digraph sources {", "  rankdir=LR;",
            "  node [shape=box, fontname=\"sans-serif\", fontsize=11];",
        ]
        for entry in entries {
            let style = entry.unit.control == nil ? " [style=dotted]" : ""
            lines.append("  \"\(entry.unit.name)\"\(style);")
            for need in entry.needs {
                let style = need.reasons == [.explicit] ? " [style=dashed]" : ""
                lines.append("  \"\(need.unit)\" -> \"\(entry.unit.name)\"\(style);")
            }
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }
}

extension BuildPlan.Entry {
    fileprivate var json: JSON {
        JSON.makeObject([
            "name": .string(unit.name), "source": .string(unit.source),
            "batch_priority": .integer(Int64(unit.options.batchPriority)),
            "commit": unit.tree.map { .string($0.commit) },
            "dirty": unit.tree.map { .bool($0.isDirty) },
            "folder": unit.tree.map { .string($0.folder) },
            "packages": unit.control.map { .array($0.binaries.map { .string($0.name) }) },
            "needs": .array(
                needs.map { need in
                    [
                        "name": .string(need.unit),
                        "reasons": .array(need.reasons.map { .string($0.description) }),
                    ]
                }),
        ])
    }
}

extension SourceTreeState {
    /// What is to be said of a checkout that is not the lock's; nil for one that is.
    fileprivate var note: String? {
        switch origin {
        case .lock: isDirty ? "has changes" : nil
        case .override(let branch): "branch \(branch)" + (isDirty ? ", has changes" : "")
        case .tree: nil
        case .local: "in \(folder)" + (isDirty ? ", has changes" : "")
        }
    }
}

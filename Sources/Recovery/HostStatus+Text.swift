import BootLoader
import Deployment
import Events
package import JSON
import Release

/// The forms in which a status is printed.
extension HostStatus {
    /// All of it for programs (docs/status.md).
    package var json: JSON {
        JSON.makeObject([
            "health": .string(health.rawValue),
            "sentence": .string(sentence),
            "problems": .array(problems.map { .string($0) }),
            "image": image?.json,
            "boot": JSON.makeObject([
                "image": words.image.map { .string($0.text) },
                "leg": words.leg.map { .string($0) },
                "tries_left": words.triesLeft.map { .integer(Int64($0)) },
            ]),
            "state": state?.json,
            "arrays": .array(arrays.map(\.json)),
            "missing": .array(missingRoles.map { .string($0) }),
            "legs": .array(proofs.map(\.json)),
        ])
    }

    /// All of it for people: a line for each thing, the sentence last.
    package var text: String {
        var lines: [String] = []
        func add(_ key: String, _ value: String) {
            lines.append(key + String(repeating: " ", count: max(1, 11 - key.utf8.count)) + value)
        }
        if let image {
            add("image", "\(image.name) \(image.version)")
            add("train", image.train)
            add("machine", image.compatible)
        }
        if let leg = words.leg { add("started", "from \(leg)") }
        if let tries = words.triesLeft { add("trial", "\(tries) more tries") }
        if let state {
            add("confirmed", state.confirmed?.text ?? "none")
            if let trying = state.trying { add("trying", trying.text) }
            if let previous = state.previous { add("previous", previous.text) }
            let failed = state.failed.map(\.text).joined(separator: ", ")
            if !failed.isEmpty { add("failed", failed) }
        }
        for array in arrays {
            add("array", array.title)
            for leg in array.legs {
                let words = [leg.condition.rawValue, leg.device].compactMap(\.self)
                add("  \(leg.name)", words.joined(separator: " "))
            }
        }
        for proof in proofs {
            add("boot leg", "\(proof.role): \(proof.title)")
            for problem in proof.problems { add("", problem) }
        }
        for role in missingRoles { add("missing", "no disk is there for \(role)") }
        for problem in otherProblems { add("problem", problem) }
        return (lines + [sentence]).joined(separator: "\n") + "\n"
    }
}

extension ArrayStatus {
    /// The array as JSON.
    var json: JSON {
        JSON.makeObject([
            "name": .string(name), "path": path.map { .string($0) },
            "uuid": uuid.map { .string($0) }, "state": state.map { .string($0) },
            "running": .bool(isRunning), "whole": .bool(isWhole),
            "legs": .array(
                legs.map { leg in
                    JSON.makeObject([
                        "role": leg.role.map { .string($0) },
                        "device": leg.device.map { .string($0) },
                        "condition": .string(leg.condition.rawValue),
                    ])
                }),
            "sync": sync.map { sync in
                JSON.makeObject([
                    "action": .string(sync.action),
                    "position": sync.position.map { .integer(Int64(clamping: $0)) },
                    "end": sync.end.map { .integer(Int64(clamping: $0)) },
                    "bytes_per_second": sync.bytesPerSecond.map { .integer(Int64(clamping: $0)) },
                ])
            },
        ])
    }

    /// Its name, its device and its legs as /proc/mdstat draws them, and what md is doing.
    fileprivate var title: String {
        var words = [name]
        if let path { words.append(path) }
        guard isRunning else { return (words + ["does not run"]).joined(separator: " ") }
        words.append("[\(legs.map { $0.condition == .working ? "U" : "_" }.joined())]")
        guard let sync else { return words.joined(separator: " ") }
        words.append(sync.action)
        if let percent = sync.percent {
            words.append("\(HumanText.fixed(percent, decimals: 1)) %")
        }
        if let rate = sync.bytesPerSecond {
            words.append(HumanText.rate(Double(rate), .bytes))
        }
        if let seconds = sync.remainingSeconds {
            words.append("\(HumanText.remaining(seconds)) left")
        }
        return words.joined(separator: " ")
    }
}

extension BootProof {
    /// The proof as JSON.
    var json: JSON {
        JSON.makeObject([
            "role": .string(role), "disk": disk.map { .string($0) },
            "starts_firmware": .bool(startsFirmware), "bootable": .bool(isBootable),
            "loader_problems": .array(loaderProblems.map { .string($0) }),
            "image_problems": imageProblems.map { .array($0.map { .string($0) }) },
        ])
    }

    /// What came out, in a few words.
    fileprivate var title: String {
        let place = disk ?? "no disk"
        let images =
            imageProblems.map { $0.isEmpty ? ", images as signed" : ", images rotten" } ?? ""
        guard startsFirmware else { return "\(place), holds the data\(images)" }
        return place + (isBootable ? ", can be started" : ", CANNOT be started") + images
    }
}

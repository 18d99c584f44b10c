extension Observation {
    /// The observation for people.
    package var text: String {
        let disks = disks.map(\.summary)
        let arrays = arrays.map(\.summary)
        return (disks + arrays).joined(separator: "\n")
    }
}

extension ObservedDisk {
    fileprivate var summary: String {
        var words = [title, ByteSize.shortText(byteCount), bus.rawValue]
        if isRemovable { words.append("removable") }
        if isReadOnly { words.append("read-only") }
        var lines = [words.joined(separator: ", ")]
        switch table {
        case .none: break
        case .gpt(let table):
            lines.append("  GPT \(table.guid)")
            lines += table.faults.map { "  damaged: \($0)" }
        case .other(let type): lines.append("  \(type) table")
        }
        lines += areas.map { "  \($0.summary(of: self))" }
        switch bootLeg {
        case .complete: lines.append("  boots")
        case .incomplete(let reasons):
            lines += reasons.map { "  does not boot: \($0)" }
        case nil: break
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ObservedArea {
    fileprivate func summary(of disk: ObservedDisk) -> String {
        var words = [device ?? (partition.map { "partition \($0)" } ?? "at \(extent.start)")]
        words.append(ByteSize.shortText(extent.byteCount))
        if case .gpt(let table) = disk.table,
            let name = table.partitions.first(where: { $0.number == partition })?.name
        {
            words.append("\"\(name)\"")
        }
        words += signatures.map(\.text)
        words += holders.map { "used by \($0)" }
        words += mountPoints.map { "at \($0)" }
        return words.joined(separator: ", ")
    }
}

extension ObservedArray {
    fileprivate var summary: String {
        var words = ["\(path) (\(name.isEmpty ? uuid : "\(name), \(uuid)"))"]
        words += ["RAID\(level) of \(raidDisks)", ByteSize.shortText(dataByteCount), state]
        if syncAction != "idle" {
            var text = syncAction
            if let syncPosition, let syncEnd, syncEnd > 0 {
                text += " \(Int(Double(syncPosition) / Double(syncEnd) * 100)) %"
            }
            words.append(text)
        }
        words += mountPoints.map { "at \($0)" }
        let lines = members.map { member in
            let slot = member.slot.map { "leg \($0)" } ?? "no slot"
            return "  \(member.device), \(slot), " + member.flags.sorted().joined(separator: ", ")
        }
        return ([words.joined(separator: ", ")] + lines + signatures.map { "  \($0.text)" })
            .joined(separator: "\n") + "\n"
    }
}

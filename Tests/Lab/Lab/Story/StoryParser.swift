extension Story {
    /// Reads a story: a statement a line, `#` before a remark, a script indented below its line.
    ///
    /// - Parameters:
    ///   - text: The file's content.
    ///   - file: Its path, for messages; the story has the name of the file without `.story`.
    /// - Throws: `LabError.badLine` for the first line that says nothing, or too much.
    package init(parsing text: String, file: String) throws(LabError) {
        let base = file.split(separator: "/").last ?? ""
        self.init(name: String(base.prefix { $0 != "." }), file: file)
        for entry in Story.entries(text) {
            do throws(Complaint) {
                try read(entry)
            } catch {
                throw .badLine(file: file, line: entry.number, reason: error.reason)
            }
        }
    }

    /// A line and what is indented below it.
    struct Entry {
        let number: Int
        let text: String
        var script: [Substring] = []
    }

    private static func entries(_ text: String) -> [Entry] {
        var entries: [Entry] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let isIndented = line.first == " " || line.first == "\t"
            if isIndented, !entries.isEmpty {
                entries[entries.count - 1].script.append(line)
            } else if !line.isEmpty, line.first != "#" {
                entries.append(Entry(number: index + 1, text: String(line)))
            }
        }
        return entries
    }

    private mutating func read(_ entry: Entry) throws(Complaint) {
        var words = try Words(entry.text)
        if words.take("from") {
            guard lines.isEmpty, disks.isEmpty, base == nil else {
                throw Complaint(reason: "\"from\" has to stand first")
            }
            base = try words.next("name of a story")
        } else if words.take("limit") {
            limitSeconds = try words.next("time", Amount.milliseconds) / 1000
        } else if words.take("disk") {
            let disk = try Disk(&words)
            guard !disks.contains(where: { $0.name == disk.name }) else {
                throw Complaint(reason: "there is a disk \(disk.name) already")
            }
            disks.append(disk)
        } else {
            var reader = StatementReader(words: words, script: entry.script)
            let statement = try reader.statement()
            lines.append(Line(number: entry.number, text: entry.text, statement: statement))
            return
        }
        try words.end()
        guard entry.script.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) else {
            throw Complaint(reason: "nothing may be indented below this line")
        }
    }
}

extension Disk {
    /// Reads what follows the word `disk`.
    init(_ words: inout Words) throws(Complaint) {
        name = try words.next("name of a disk", Disk.validName)
        byteCount = try words.next("size", Amount.byteCount)
        serial = name.uppercased()
        guard byteCount % 512 == 0 else {
            throw Complaint(reason: "a disk has whole sectors of 512 bytes")
        }
        while !words.isEmpty {
            if words.take("bus") {
                bus = try words.next("bus")
            } else if words.take("serial") {
                serial = try words.next("serial number")
            } else if words.take("lun") {
                lun = try words.next("number") { UInt32($0) }
            } else if words.take("model") {
                model = try words.next("model")
            } else if words.take("wwn") {
                wwn = try words.next("World Wide Name")
            } else if words.take("removable") {
                isRemovable = true
            } else {
                throw Complaint(reason: "a disk has no \(try words.next("property"))")
            }
        }
    }

    /// A name that is a name of a shell variable, too.
    static func validName(_ text: String) -> String? {
        let letters = text.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f
        }
        guard letters, let first = text.utf8.first, !(0x30...0x39).contains(first) else {
            return nil
        }
        return text
    }
}

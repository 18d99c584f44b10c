/// Reads one statement; what is indented below its line is its script.
struct StatementReader {
    private var words: Words
    private var script: [Substring]

    init(words: Words, script: [Substring]) {
        self.words = words
        self.script = script
    }

    /// Reads the line to its end.
    mutating func statement() throws(Complaint) -> Statement {
        var statement = try power()
        if statement == nil { statement = try inside() }
        if statement == nil { statement = try host() }
        if statement == nil { statement = try outside() }
        if statement == nil { statement = try expectation() }
        guard let statement else {
            throw Complaint(reason: "no statement begins with \"\(try words.next("word"))\"")
        }
        try words.end()
        guard script.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) else {
            throw Complaint(reason: "nothing may be indented below this line")
        }
        return statement
    }

    private mutating func power() throws(Complaint) -> Statement? {
        if words.take("boot") {
            var options: BootOptions = []
            if words.take("with udev") { options.insert(.udev) }
            if words.take("with faults") { options.insert(.faults) }
            return .boot(options)
        }
        if words.take("power off") { return .powerOff }
        if words.take("cuts from here") { return .cutsFromHere }
        guard words.take("cut power") else { return nil }
        if words.isEmpty { return .cutPower }
        let moment: Moment
        if words.take("after") {
            moment = .after(milliseconds: try words.next("time", Amount.milliseconds))
        } else if words.take("within") {
            moment = .random(withinMilliseconds: try words.next("time", Amount.milliseconds))
        } else {
            try words.expect("at")
            moment = .output(try words.next("text"))
        }
        try words.expect("of")
        return .cutDuring(script: try shell(), moment: moment)
    }

    private mutating func inside() throws(Complaint) -> Statement? {
        if words.take("run") { return .run(script: try shell(), ending: .success) }
        if words.take("try") { return .run(script: try shell(), ending: .any) }
        if words.take("fails") { return .run(script: try shell(), ending: .failure) }
        if words.take("exits") {
            let status = try words.next("exit status") { Int($0) }
            return .run(script: try shell(), ending: .status(status))
        }
        if words.take("note") {
            let name = try words.next("name", Disk.validName)
            try words.expect("of")
            return .note(name: name, script: try shell())
        }
        if words.take("write") {
            let byteCount = try words.next("size", Amount.byteCount)
            try words.expect("to")
            return .write(byteCount: byteCount, folder: try words.next("folder"))
        }
        if words.take("wait for") { return .waitFor(array: try words.next("array")) }
        if words.take("count writes of") { return .countWrites(try leg()) }
        guard words.take("fault") else { return nil }
        return .fault(disk: try disk(), kind: try fault())
    }

    private mutating func fault() throws(Complaint) -> Fault {
        if words.take("is well") { return .none }
        if words.take("is dead") { return .dead }
        if words.take("fails writes") { return .failsWrites }
        if words.take("drops writes") { return .dropsWrites }
        if words.take("has a bad sector at") {
            return .badSector(offset: try words.next("offset", Amount.byteCount))
        }
        throw Complaint(
            reason: "a disk \"is well\", \"is dead\", \"fails writes\", \"drops writes\" or"
                + " \"has a bad sector at\" an offset")
    }

    private mutating func host() throws(Complaint) -> Statement? {
        if words.take("plan") {
            return .plan(layout: try layout(), options: words.rest())
        }
        if words.take("refuse") {
            return .refuse(layout: try layout(), options: words.rest())
        }
        if words.take("apply") { return .apply }
        if words.take("converge") {
            return .converge(layout: try layout(), options: words.rest())
        }
        return nil
    }

    private mutating func layout() throws(Complaint) -> String {
        try words.next("layout") { $0.contains("/") ? nil : $0 }
    }

    private mutating func outside() throws(Complaint) -> Statement? {
        if words.take("blank") {
            let disk = try disk()
            let size = words.isEmpty ? nil : try words.next("size", Amount.byteCount)
            return .blank(disk: disk, byteCount: size)
        }
        if words.take("keep") {
            let disk = try disk()
            try words.expect("as")
            return .keep(disk: disk, name: try words.next("name", Disk.validName))
        }
        if words.take("put") {
            let name = try words.next("name", Disk.validName)
            try words.expect("into")
            return .put(name: name, disk: try disk())
        }
        if words.take("remove") { return .remove(disk: try disk()) }
        if words.take("insert") { return .insert(disk: try disk()) }
        if words.take("protect") { return .protect(disk: try disk(), isProtected: true) }
        if words.take("unprotect") { return .protect(disk: try disk(), isProtected: false) }
        guard words.take("damage") else { return nil }
        let byteCount = try words.next("size", Amount.byteCount)
        try words.expect("of")
        let disk = try disk()
        try words.expect("at")
        let offset = try words.next("offset", Amount.byteCount)
        return .damage(disk: disk, offset: offset, byteCount: byteCount)
    }

    private mutating func expectation() throws(Complaint) -> Statement? {
        guard words.take("expect") else { return nil }
        if words.take("output") {
            return .expectOutput(text: try words.next("text"), isThere: true)
        }
        if words.take("no output") {
            return .expectOutput(text: try words.next("text"), isThere: false)
        }
        if words.take("json") {
            let path = try words.next("path of a value")
            try words.expect("is")
            return .expectJSON(path: path, value: try words.next("value"))
        }
        if words.take("step") {
            return .expectStep(kind: try words.next("kind of step"), isThere: true)
        }
        if words.take("no step") {
            return .expectStep(kind: try words.next("kind of step"), isThere: false)
        }
        if words.take("nothing to do for") {
            return .expectNothingToDo(layout: try layout(), options: words.rest())
        }
        if words.take("array") {
            let name = try words.next("array")
            let state = try words.next("state of an array") { ArrayState(rawValue: $0) }
            return .expectArray(name: name, state: state)
        }
        if words.take("files in") { return .expectFiles(folder: try words.next("folder")) }
        if words.take("legs") {
            let left = try leg()
            let right = try leg()
            try words.expect("equal")
            return .expectEqual(left, right, usedOnly: words.take("where used"))
        }
        if words.take("sound") { return .expectSound(try leg()) }
        if words.take("no superblock on") { return .expectNoSuperblock(try leg()) }
        for key in SuperblockKey.allCases where words.take("\(key.rawValue) of") {
            let leg = try leg()
            try words.expect("is")
            return .expectSuperblock(leg, key: key, value: try words.next("value"))
        }
        if words.take("written") {
            let leg = try leg()
            try words.expect("<=")
            let factor = try words.next("factor", Amount.factor)
            try words.expect("x")
            return .expectWritten(
                leg, factor: factor, note: try words.next("name", Disk.validName))
        }
        throw Complaint(
            reason: "\"\(try words.next("expectation"))\" is nothing that can be expected")
    }

    private mutating func disk() throws(Complaint) -> String {
        try words.next("name of a disk", Disk.validName)
    }

    private mutating func leg() throws(Complaint) -> Leg {
        try words.next("leg") { Leg($0) }
    }

    /// The rest of the line, or what is indented below it.
    private mutating func shell() throws(Complaint) -> String {
        let line = words.rest()
        let block = StatementReader.withoutIndent(script).joined(separator: "\n")
        script = []
        let isBlank = block.allSatisfy(\.isWhitespace)
        guard line.isEmpty != isBlank else {
            throw Complaint(
                reason: line.isEmpty
                    ? "a command is missing" : "a command stands here and below, too")
        }
        return isBlank ? line : block
    }

    /// Takes away the blanks that all lines begin with, so that here-documents come out as meant.
    private static func withoutIndent(_ lines: [Substring]) -> [Substring] {
        let indents = lines.filter { !$0.allSatisfy(\.isWhitespace) }.map { line in
            line.prefix { $0 == " " || $0 == "\t" }.count
        }
        return lines.map { $0.dropFirst(indents.min() ?? 0) }
    }
}

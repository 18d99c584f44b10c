import JSON
import Syscalls

extension StoryRun {
    /// Does what a statement says.
    func perform(_ statement: Statement) throws {
        switch statement {
        case .boot(let options): try boot(options)
        case .powerOff: try powerOff()
        case .cutPower: try takeMachine().cut()
        case .cutDuring(let script, let moment): try cut(script, moment)
        case .cutsFromHere: break
        case .run(let script, let ending): try runScript(script, ending)
        case .note(let name, let script): try note(name, script)
        case .write(let byteCount, let folder): try promise(byteCount, in: folder)
        case .waitFor(let array): try runChecked(ArrayScripts.wait(for: array))
        case .fault(let disk, let kind): try change(disk, to: kind)
        case .countWrites(let leg): writeCounts[leg] = try writtenByteCount(leg)
        case .plan(let layout, let options):
            try runScript(HostScripts.plan(layout, options), .status(3))
        case .refuse(let layout, let options):
            try runScript(HostScripts.plan(layout, options), .status(1))
        case .apply: try runScript(HostScripts.apply, .success)
        case .converge(let layout, let options):
            try runScript(HostScripts.converge(layout, options), .success)
        case .blank, .keep, .put, .remove, .insert, .protect, .damage:
            try changeDisks(statement)
        default: try check(statement)
        }
    }

    private func takeMachine() throws -> Machine {
        guard let machine else { throw Complaint(reason: "the machine is off") }
        self.machine = nil
        return machine
    }

    private func powerOff() throws {
        try runChecked(ArrayScripts.closeEverything)
        try takeMachine().powerOff(by: deadline)
    }

    private func cut(_ script: String, _ moment: Moment) throws {
        var marker: String?
        switch moment {
        case .after(let milliseconds): machine?.powerCut = Deadline(milliseconds: milliseconds)
        case .output(let text): marker = text
        case .random(let limit):
            let milliseconds = Int.random(in: 0...limit, using: &generator)
            try write("the power goes after \(milliseconds) ms\n")
            machine?.powerCut = Deadline(milliseconds: milliseconds)
        }
        do {
            let result = try run(script, cutAt: marker)
            let reason = "it ended before the power was cut, "
            throw Complaint(reason: reason + StoryRun.describe(result))
        } catch is PowerCut {
            machine = nil
        }
    }

    /// Runs a script that has to end in some way, and keeps how it came out.
    func runScript(_ script: String, _ ending: Ending) throws {
        let result = try run(script)
        last = result
        let isRight =
            switch ending {
            case .success: result.status == 0
            case .failure: result.status != 0
            case .status(let status): result.status == status
            case .any: true
            }
        guard isRight else { throw Complaint(reason: StoryRun.describe(result)) }
    }

    private func note(_ name: String, _ script: String) throws {
        let text = try runChecked(script)
        guard let number = UInt64(text.split(whereSeparator: \.isWhitespace).joined()) else {
            throw Complaint(reason: "it printed no number: \(text)")
        }
        notes[name] = number
        try write("\(name) = \(number)\n")
    }

    private func promise(_ byteCount: UInt64, in folder: String) throws {
        let seed = generator.next()
        let names = try runChecked("slipway-lab promise \(folder) \(byteCount) \(seed)")
        promised += names.split(separator: "\n").map(String.init)
    }

    private func change(_ name: String, to fault: Fault) throws {
        let slot = try shelf.slot(name, in: folder)
        guard slot.hasMedium, try device(name) == slot.loopDevice else {
            throw Complaint(reason: "\"boot with faults\" makes room for them")
        }
        try runChecked(FaultScripts.change(name, on: slot.device, to: fault))
    }

    private func changeDisks(_ statement: Statement) throws {
        switch statement {
        case .blank(let disk, let byteCount):
            try checkUnused(disk)
            try shelf.makeBlank(disk, byteCount: byteCount)
        case .keep(let disk, let name):
            try checkUnused(disk)
            try shelf.keep(disk, as: name)
        case .put(let name, let disk):
            try checkUnused(disk)
            try shelf.put(name, into: disk)
        case .damage(let disk, let offset, let byteCount):
            try checkUnused(disk)
            try shelf.damage(disk, offset: offset, byteCount: byteCount)
        case .protect(let disk, let isProtected):
            try checkUnused(disk)
            try shelf.change(disk) { $0.isProtected = isProtected }
        case .remove(let disk):
            try unplug(disk)
            try shelf.change(disk) { $0.isIn = false }
        case .insert(let disk):
            try shelf.change(disk) { $0.isIn = true }
            try plug(disk)
        default: preconditionFailure("not a change of disks: \(statement)")
        }
    }

    /// An image that a machine has is the machine's.
    private func checkUnused(_ disk: String) throws {
        guard try machine == nil || !shelf.isIn(disk) else {
            throw Complaint(reason: "the machine is on, and \(disk) is in it")
        }
    }

    /// Bytes written to a disk or a partition since the machine was turned on.
    func writtenByteCount(_ leg: Leg) throws -> UInt64 {
        var name = try device(leg.disk).dropFirst("/dev/".count)
        if let partition = leg.partition {
            // The kernel puts a letter between two numbers.
            name += (name.last?.isNumber == true ? "p" : "") + String(partition)
        }
        // Linux, Documentation/block/stat.rst: the seventh value is sectors of 512 bytes written.
        // A partition that is not there yet was not written to.
        let file = "/sys/class/block/\(name)/stat"
        let text = try runChecked("[ ! -e \(file) ] && echo 0 0 0 0 0 0 0 || cat \(file)")
        let fields = text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        guard fields.count > 6 else { throw Complaint(reason: "no statistics of \(leg): \(text)") }
        return fields[6] * 512
    }
}

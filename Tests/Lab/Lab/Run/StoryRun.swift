import Glibc
import JSON
import Syscalls

/// One telling of a story: the disks, the machine, and what is known so far.
final class StoryRun {
    /// What has to be the same for all runs of a lab.
    struct Setting: Sendable {
        /// What machines have for their root.
        let root: LabRoot
        /// Where logs are kept.
        let logs: String
        /// What random moments and contents are made from.
        let seed: UInt64

        /// The log of a telling.
        func log(_ name: String) -> String { "\(logs)/\(name).log" }
    }

    /// The story.
    let story: Story
    /// What is the same for all runs.
    let setting: Setting
    /// What this telling is called: the story's name, or more.
    let name: String
    /// The disks.
    var shelf: DiskShelf
    /// Names of promised files.
    var promised: [String]
    /// Numbers by name.
    var notes: [String: UInt64] = [:]
    /// Bytes written to disks when counting began.
    var writeCounts: [Leg: UInt64] = [:]
    /// The machine, while it is on.
    var machine: Machine?
    /// How the last script came out.
    var last: Machine.ScriptResult?
    /// Random moments.
    var generator: SeededGenerator
    /// When all has to be done.
    private(set) var deadline: Deadline
    /// When the power goes by itself, in a run with random cuts.
    var powerCut: Deadline?
    /// How the machine was started.
    private var options: BootOptions = []
    /// The devices of the disks that are in the running machine, by name.
    private var devices: [String: String] = [:]
    private let console: File

    /// Prepares a telling.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - story: The story.
    ///   - base: The run whose disks and promises it starts with, which may be one of this story up
    ///     to some line; nil to start anew.
    ///   - setting: What is the same for all runs.
    /// - Throws: `SystemError` when the disks cannot be made.
    init(_ name: String, of story: Story, after base: StoryRun?, in setting: Setting) throws {
        self.name = name
        self.story = story
        self.setting = setting
        let folder = setting.root.outside("\(LabRoot.runs)/\(name)")
        for folder in ["\(folder)/out", setting.logs] { try FileSystem.makeDirectory(folder) }
        console = try File(setting.log(name), flags: O_RDWR | O_CREAT | O_TRUNC | O_APPEND)
        if let base {
            let disks = base.story == story ? [] : story.disks
            shelf = try DiskShelf(copying: base.shelf, adding: disks, in: folder)
        } else {
            shelf = try DiskShelf(story.disks, in: folder)
        }
        promised = base?.promised ?? []
        notes = base?.notes ?? [:]
        generator = SeededGenerator(seed: setting.seed, for: name)
        deadline = Deadline(seconds: story.limitSeconds)
    }

    /// The folder that the run shares with its machine, by its path inside.
    var folder: String { "\(LabRoot.runs)/\(name)" }

    /// Copies what scripts left for the outside to a folder beside the log.
    private func keepOutput() throws {
        let left = setting.root.outside("\(folder)/out")
        let target = "\(setting.logs)/\(name)"
        try FileSystem.removeTree(target)
        for name in try FileSystem.list(left) {
            try FileSystem.makeDirectory(target)
            try FileSystem.writeAtomically(
                FileSystem.read("\(left)/\(name)"), to: "\(target)/\(name)")
        }
    }

    /// Removes the disks, to make room in memory; they would go with the lab anyway.
    func removeDisks() {
        machine = nil
        try? FileSystem.removeTree(setting.root.outside(folder))
    }

    /// Tells a part of the story.
    ///
    /// - Parameter range: Which of its lines.
    /// - Throws: `LabError.broken` for the line that did not come out as it says, and `PowerCut`
    ///   when `powerCut` came before the end.
    func tell(_ range: Range<Int>) throws {
        deadline = Deadline(seconds: story.limitSeconds)
        for line in story.lines[range] {
            try write("\n== \(story.file):\(line.number): \(line.text)\n")
            do {
                try perform(line.statement)
            } catch {
                machine = nil
                if error is PowerCut { throw error }
                throw LabError.broken(
                    file: story.file, line: line.number, reason: "\(error)")
            }
        }
        machine = nil
        try keepOutput()
    }

    /// Adds to the log.
    func write(_ text: String) throws { try console.write(Array(text.utf8)) }

    /// Runs a script in the machine, and logs what it prints.
    ///
    /// - Throws: `Complaint` when the machine is off.
    func run(_ script: String, cutAt marker: String? = nil) throws -> Machine.ScriptResult {
        guard let machine else { throw Complaint(reason: "the machine is off: \"boot\" first") }
        let result = try machine.run(
            prelude() + script, by: deadline, cutAt: marker)
        try console.write(result.transcript)
        return result
    }

    /// Runs a script that has to end with status 0.
    @discardableResult
    func runChecked(_ script: String) throws -> String {
        let result = try run(script)
        guard result.status == 0 else { throw Complaint(reason: StoryRun.describe(result)) }
        return String(decoding: result.output, as: UTF8.self)
    }

    /// A script's ending, with the last lines that it printed.
    static func describe(_ result: Machine.ScriptResult) -> String {
        let lines = String(decoding: result.transcript, as: UTF8.self).split(separator: "\n")
        return "exit status \(result.status): \(lines.suffix(3).joined(separator: " / "))"
    }

    /// Turns the machine on.
    func boot(_ options: BootOptions) throws {
        guard machine == nil else { throw Complaint(reason: "the machine is on already") }
        self.options = options
        devices = [:]
        let slots = shelf.slots(in: folder)
        machine = try Machine(
            root: setting.root, folder: folder, slots: slots.filter(\.hasMedium),
            console: console, deadline: deadline, powerCut: powerCut)
        for slot in slots { try show(slot) }
        if options.contains(.udev) { try runChecked(FaultScripts.startUdev) }
    }

    /// Puts a disk into the machine, if that runs.
    func plug(_ name: String) throws {
        guard let machine, devices[name] == nil else { return }
        let slot = try shelf.slot(name, in: folder)
        try machine.insert(slot, by: deadline)
        try show(slot)
    }

    /// Takes a disk out of the machine, if that runs.
    func unplug(_ name: String) throws {
        guard let machine, devices[name] != nil else { return }
        guard !options.contains(.faults) else {
            throw Complaint(reason: "a disk that can have faults stays in: it can be dead")
        }
        try machine.remove(shelf.slot(name, in: folder), by: deadline)
        devices[name] = nil
        try describeDisks()
    }

    /// Lets scripts know of a disk that is in the machine, and puts the devices for faults on it.
    private func show(_ slot: Machine.Slot) throws {
        var device = slot.device
        if options.contains(.faults), slot.hasMedium {
            try runChecked(FaultScripts.create(slot.disk, on: device, loop: slot.loopDevice))
            device = slot.loopDevice
        }
        devices[slot.disk] = device
        try describeDisks()
    }

    private func describeDisks() throws {
        try FileSystem.writeAtomically(
            shelf.description(of: devices).text(.pretty),
            to: setting.root.outside("\(folder)/disks.json"))
    }

    /// A text with `$disk` replaced by the disk's device.
    func expanded(_ text: String) -> String {
        // The longest name first, as one may begin with another.
        devices.sorted { $0.key.utf8.count > $1.key.utf8.count }.reduce(text) { text, device in
            text.split(separator: "$\(device.key)", omittingEmptySubsequences: false)
                .joined(separator: device.value)
        }
    }

    /// A disk's device in the running machine.
    func device(_ name: String) throws(Complaint) -> String {
        _ = try shelf.disk(name)
        guard let device = devices[name] else {
            throw Complaint(reason: "\(name) is not in the machine")
        }
        return device
    }

    /// What each script knows: the disks by name, the description of disks, where it may leave files
    /// for outside, whether there is udev.
    private func prelude() -> String {
        var lines = [
            "DISKS=\(Agent.folder)/disks.json LAYOUTS=\(LabRoot.layouts)",
            "BOOT=\(LabRoot.bootVolume) IMAGES=\(LabRoot.images) KEYS=\(LabRoot.keys)",
            "PAYLOADS=\(LabRoot.payloads) LIVE=\(LabRoot.live)",
            "export OUT=\(Agent.folder)/out",
        ]
        lines += devices.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        // Without udev mdadm and dmsetup make the names of devices themselves.
        if !options.contains(.udev) { lines.append("export MDADM_NO_UDEV=1 DM_DISABLE_UDEV=1") }
        return lines.joined(separator: "\n") + "\n"
    }
}

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
    var writeCounts: [String: UInt64] = [:]
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
    /// Whether the machine's udev runs.
    private var hasUdev = false
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
            try prelude() + script, by: deadline, cutAt: marker)
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
    func boot(hasUdev: Bool) throws {
        guard machine == nil else { throw Complaint(reason: "the machine is on already") }
        self.hasUdev = hasUdev
        try FileSystem.writeAtomically(
            try shelf.description().text(.pretty), to: setting.root.outside("\(folder)/disks.json"))
        let machine = try Machine(
            root: setting.root, folder: folder, slots: shelf.slots(in: folder), console: console,
            deadline: deadline, powerCut: powerCut)
        self.machine = machine
        for (index, place) in shelf.places.enumerated() where place.disk.isFaulty && place.isIn {
            try putUnderFaults(place, index: index)
        }
        if hasUdev { try runChecked(FaultScripts.startUdev) }
    }

    private func putUnderFaults(_ place: DiskShelf.Place, index: Int) throws {
        let slot = Machine.Slot(index: index, image: "", isReadOnly: false)
        try runChecked(
            FaultScripts.create(
                place.disk.name, on: slot.device, loop: index,
                sectorCount: place.disk.byteCount / 512))
    }

    /// What each script knows: the disks by name, the description of disks, where it may leave files
    /// for outside, whether there is udev.
    private func prelude() throws -> String {
        var lines = [
            "DISKS=\(Agent.folder)/disks.json SEED=\(setting.seed)",
            "export OUT=\(Agent.folder)/out",
        ]
        for place in shelf.places where place.isIn {
            lines.append("\(place.disk.name)=\(try shelf.device(place.disk.name))")
        }
        // Without udev mdadm and dmsetup make the names of devices themselves.
        if !hasUdev { lines.append("export MDADM_NO_UDEV=1 DM_DISABLE_UDEV=1") }
        return lines.joined(separator: "\n") + "\n"
    }
}

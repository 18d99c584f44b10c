import Command

/// The calls of mdadm(8), as values.
///
/// `--config=none` keeps /etc/mdadm.conf out: what is assembled here is what the plan says.
enum MdadmCommands {
    /// Makes an array.
    ///
    /// Nothing is copied first: a new filesystem reads nothing that it has not written, and what it
    /// writes goes to all legs.
    ///
    /// - Parameters:
    ///   - array: What to make.
    ///   - devices: The legs' devices in the order of their slots; nil for one that is missing.
    /// - Returns: The command; flags of single legs are set afterwards, as mdadm's option would hold
    ///   for all legs behind it too.
    static func create(_ array: ArrayToMake, devices: [String?]) -> Command {
        var arguments = [
            "--create", "/dev/md/\(array.name)",
            "--config=none",
            "--run",
            "--level=1",
            "--raid-devices=\(devices.count)",
            "--metadata=\(array.metadata.rawValue)",
            "--size=\(array.dataByteCount >> 10)K",
            "--name=\(array.name)",
            // The array is at home on every machine: a live medium must not call it foreign.
            "--homehost=any",
            "--uuid=\(array.uuid)",
            "--assume-clean",
        ]
        if array.dataOffset > 0 { arguments.append("--data-offset=\(array.dataOffset >> 10)K") }
        if let chunk = array.bitmapChunkByteCount {
            arguments += ["--bitmap=internal", "--bitmap-chunk=\(chunk >> 10)K"]
        } else {
            arguments.append("--bitmap=none")
        }
        return Command("mdadm", arguments + devices.map { $0 ?? "missing" })
    }

    /// Assembles an array from these legs alone; a blank disk among them would end it all.
    static func assemble(name: String, uuid: String, devices: [String]) -> Command {
        Command(
            "mdadm",
            [
                "--assemble", "/dev/md/\(name)",
                "--config=none",
                "--run",
                "--uuid=\(uuid)",
            ] + devices)
    }

    /// Stops an array.
    static func stop(_ array: String) -> Command {
        Command("mdadm", ["--stop", array])
    }

    /// Adds a blank leg.
    static func add(_ device: String, to array: String, isWriteMostly: Bool) -> Command {
        manage(array, "--add", isWriteMostly, device)
    }

    /// Adds a blank device that waits to take the place of a working member.
    static func addSpare(_ device: String, to array: String, isWriteMostly: Bool) -> Command {
        manage(array, "--add-spare", isWriteMostly, device)
    }

    /// Puts a leg back whose superblock says that it was away.
    static func reAdd(_ device: String, to array: String) -> Command {
        Command("mdadm", ["--manage", array, "--re-add", device])
    }

    /// Copies a working member to a spare, which takes its place then.
    static func replace(_ old: String, by new: String, in array: String) -> Command {
        Command("mdadm", ["--manage", array, "--replace", old, "--with", new])
    }

    /// Makes an array's data larger; what is new needs no copy, for the reason that a new array
    /// needs none.
    static func grow(_ array: String, dataByteCount: UInt64) -> Command {
        Command(
            "mdadm",
            [
                "--grow", array,
                "--size=\(dataByteCount >> 10)K",
                "--assume-clean",
            ])
    }

    /// Erases the superblock of a former leg.
    static func zeroSuperblock(_ device: String) -> Command {
        Command("mdadm", ["--zero-superblock", device])
    }

    private static func manage(
        _ array: String, _ verb: String, _ isWriteMostly: Bool, _ device: String
    ) -> Command {
        Command(
            "mdadm",
            ["--manage", array, verb] + (isWriteMostly ? ["--write-mostly"] : []) + [device])
    }
}

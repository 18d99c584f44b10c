/// What one line of a story says.
package enum Statement: Sendable, Equatable {
    // Power

    /// Starts the machine with the disks that are in it.
    case boot(BootOptions)
    /// Unmounts, stops arrays and turns the machine off.
    case powerOff
    /// kill -9 of the whole kernel, now.
    case cutPower
    /// kill -9 of the whole kernel while a script runs.
    case cutDuring(script: String, moment: Moment)
    /// Where a run with random power cuts is cut and starts again.
    case cutsFromHere

    // Inside the machine

    /// Runs a script; it has to end in this way.
    case run(script: String, ending: Ending)
    /// Keeps the number that a script prints, under a name.
    case note(name: String, script: String)
    /// Writes files with checksums that are promised from then on.
    case write(byteCount: UInt64, folder: String)
    /// Waits until md has no work left for an array.
    case waitFor(array: String)
    /// Puts a fault under a disk, or takes it away.
    case fault(disk: String, kind: Fault)
    /// Begins to count the bytes that are written to a disk or a partition.
    case countWrites(Leg)

    // slipway-host, with a layout and more options for its plan

    /// It plans, and something is to be done.
    case plan(layout: String, options: String)
    /// It refuses to plan.
    case refuse(layout: String, options: String)
    /// It does what it last planned.
    case apply
    /// It plans and does that, and nothing is left to be done.
    case converge(layout: String, options: String)

    // Disks, between two boots or, where the machine does not use them, while it runs

    /// Puts a blank medium in the place of a disk, of the same size unless another is given.
    case blank(disk: String, byteCount: UInt64?)
    /// Keeps a disk as it is now, under a name.
    case keep(disk: String, name: String)
    /// Puts a copy of what was kept into the place of a disk.
    case put(name: String, disk: String)
    /// Takes a disk out of the machine.
    case remove(disk: String)
    /// Puts it back.
    case insert(disk: String)
    /// Makes a disk refuse writes, or take them again.
    case protect(disk: String, isProtected: Bool)
    /// Turns bits of a disk over, from outside.
    case damage(disk: String, offset: UInt64, byteCount: UInt64)

    // Expectations

    /// What the last script printed has a text in it, or has not.
    case expectOutput(text: String, isThere: Bool)
    /// A value in the JSON that the last script printed.
    case expectJSON(path: String, value: String)
    /// The last plan has a step of this kind, or has none.
    case expectStep(kind: String, isThere: Bool)
    /// Nothing is to be done for a layout.
    case expectNothingToDo(layout: String, options: String)
    /// How md sees an array.
    case expectArray(name: String, state: ArrayState)
    /// All promised files are in a folder, with their content.
    case expectFiles(folder: String)
    /// Two legs have the same data, or at least what the filesystem on them uses.
    case expectEqual(Leg, Leg, usedOnly: Bool)
    /// A leg's filesystem has no damage.
    case expectSound(Leg)
    /// A value of a leg's md superblock.
    case expectSuperblock(Leg, key: SuperblockKey, value: String)
    /// A leg has no md superblock.
    case expectNoSuperblock(Leg)
    /// What was written since it was counted is at most a factor of a noted number of bytes.
    case expectWritten(Leg, factor: Double, note: String)
}

/// How a machine starts.
package struct BootOptions: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// udev runs, and does what its rules say about arrays.
    package static let udev = BootOptions(rawValue: 1)
    /// Faults can be put under disks: each is a loop device over a dm device.
    package static let faults = BootOptions(rawValue: 2)
}

/// When the power goes.
package enum Moment: Sendable, Equatable {
    /// Milliseconds after a script was started.
    case after(milliseconds: Int)
    /// When a script prints a text.
    case output(String)
    /// At a random moment; the seed is told.
    case random(withinMilliseconds: Int)
}

/// How a script has to end.
package enum Ending: Sendable, Equatable {
    /// With exit status 0.
    case success
    /// With any other.
    case failure
    /// With exactly this one.
    case status(Int)
    /// In any way.
    case any
}

/// What can be wrong with a disk.
package enum Fault: Sendable, Equatable {
    /// Nothing.
    case none
    /// Every access fails.
    case dead
    /// Writes fail, reads do not.
    case failsWrites
    /// Writes are said to be done, and are not.
    case dropsWrites
    /// A sector cannot be read until it is written.
    case badSector(offset: UInt64)
}

/// What can be asked of an md superblock.
package enum SuperblockKey: String, Sendable, Equatable, CaseIterable {
    /// What the leg is in its array: `active 0`, `spare`, `faulty`.
    case role
    /// What each device of the array is, in the order of their numbers.
    case roles
    /// How often the array's state changed.
    case events
    /// Where a rebuild has come to: `at SECTOR`, or `none`.
    case recovery
    /// `clean` or `dirty`.
    case state
    /// `1.0` and its like.
    case version
}

/// How md sees an array.
package enum ArrayState: String, Sendable, Equatable, CaseIterable {
    /// All legs are in it, and no copying is left to do.
    case whole
    /// It runs with a leg less.
    case degraded
    /// It does not run.
    case inactive
    /// It was started, and nothing was written to it since.
    case readAuto = "read-auto"
    /// md has no such array.
    case absent
}

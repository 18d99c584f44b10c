import Glibc
import Syscalls

/// The life of a machine: installed, started, hurt, brought back.
enum LifeStories {
    static let all = [
        Story(
            name: "life",
            summary: "installed from a CD; the card dies; a medium of another version recovers it"
        ) { run, teller in try tell(run, teller, bus: .disc) },
        Story(
            name: "life-stick", summary: "the same from a stick"
        ) { run, teller in try tell(run, teller, bus: .stick) },
    ]

    /// Installs the first version and waits until the machine is off.
    static func install(on run: StoryRun, from medium: Disk) throws {
        let machine = try run.start(medium: medium)
        try machine.await("Install slipway", seconds: 40)
        try machine.await("slipway: image \(Media.versions[0])", seconds: 60)
        try machine.awaitEnd(seconds: 300)
    }

    /// Starts the installed system and waits until it lets this run's key in.
    static func start(
        on run: StoryRun, image: String, inserted: [Disk] = [], without missing: [Disk] = [],
        isDegraded: Bool = false, mayRestart: Bool = false
    ) throws -> VirtualMachine {
        let machine = try run.start(
            inserted: inserted, without: missing, mayRestart: mayRestart)
        if isDegraded { try machine.await("slipway: boot array DEGRADED", seconds: 90) }
        try machine.await("slipway: image \(image)", seconds: 90)
        try awaitLogin(machine, run)
        return machine
    }

    /// Waits until a system that was started lets people in, at its console and by SSH.
    static func awaitLogin(_ machine: VirtualMachine, _ run: StoryRun) throws {
        try machine.await("\(StoryAnswers.hostname) login:", seconds: 150)
        try run.shell.awaitLogin(seconds: 60)
    }

    /// Wants everything of a machine to be well.
    static func expectHealthy(_ run: StoryRun, image: String) throws {
        let shell = run.shell
        let state = try shell.run("systemctl is-system-running --wait", seconds: 120, wanted: nil)
        let failed = try shell.run("systemctl --failed --no-legend --plain")
        try expect(state == "running" && failed.isEmpty, "units", "\(state): \(failed)")
        let words = try shell.run("cat /proc/cmdline")
        try expect(words.contains("slipway.image=\(image)"), "the kernel's words", words)
        try expect(words.contains("slipway.leg=card"), "the leg that was started from", words)
        let arrays = try shell.run("cat /proc/mdstat")
        try expect(
            arrays.ranges(of: "[UU]").count == 2 && !arrays.contains("_"), "arrays", arrays)
        try shell.run("slipway-host status", seconds: 180)
        try expect(
            try shell.run("hostname") == StoryAnswers.hostname, "the host's name")
    }

    /// Turns a machine off as its user would.
    static func powerOff(_ machine: VirtualMachine, _ run: StoryRun) throws {
        // The connection ends with the machine, sooner or later than the command.
        try run.shell.run("systemctl poweroff", wanted: nil)
        try machine.awaitEnd(seconds: 120)
    }

    private static func tell(_ run: StoryRun, _ teller: Teller, bus: Disk.Bus) throws {
        let first = Media.versions[0]
        try install(on: run, from: teller.media.unattended().disk(bus))

        var machine = try TrialStories.start(on: run, teller)
        try expectHealthy(run, image: first)
        let identity = try leaveTraces(run.shell)
        // Two images are installed when the card dies, and the second is to be tried.
        try TrialStories.addSecond(run)

        try machine.remove(run.card)
        // md notices when it writes.
        try run.shell.run("echo more >/root/more && sync", seconds: 60)
        // Its firmware cannot start it without the card, however well it runs.
        try run.shell.run("slipway-host status", seconds: 180, wanted: 5)
        try run.shell.run("cat /root/more /usr/bin/env >/dev/null")
        try powerOff(machine, run)

        try run.changeCard()
        try recover(run, from: teller.media.third(), bus)

        // The fresh card has both: it tries the second, as the old one would have.
        machine = try start(on: run, image: Media.versions[1])
        try TrialStories.expectConfirmed(run, image: Media.versions[1])
        try expectHealthy(run, image: Media.versions[1])
        let list = try run.shell.run("slipway-host images list")
        try expect(
            list.contains(first) && list.contains("previous"), "images list", list)
        try expectTraces(run.shell, identity)
        try powerOff(machine, run)
    }

    /// Recovers from a medium, as a person at its shell does.
    static func recover(_ run: StoryRun, from medium: Media.Medium, _ bus: Disk.Bus) throws {
        let machine = try MediumStories.startShell(medium, bus, on: run)
        try machine.type("slipway-host recover --yes", seconds: 300)
        try machine.type("slipway-host status", seconds: 180)
        try machine.type("poweroff", seconds: 60, wanted: nil)
        try machine.awaitEnd(seconds: 90)
    }

    /// Leaves files and learns what must never change.
    ///
    /// - Returns: The host's identity.
    static func leaveTraces(_ shell: RemoteShell) throws -> String {
        try shell.run(
            "mkdir -p /home/user /srv/vms && echo kept >/home/user/file && echo kept >/root/file"
                + " && echo kept >/etc/kept && echo kept >/var/lib/kept && echo kept >/srv/vms/kept"
                + " && echo 'root:secret' | chpasswd && sync")
        return try shell.run(identityCommand)
    }

    /// Wants the traces to be there.
    static func expectTraces(_ shell: RemoteShell, _ identity: String) throws {
        let kept = try shell.run(
            "cat /home/user/file /root/file /etc/kept /var/lib/kept /srv/vms/kept /root/more")
        try expect(kept == "kept\nkept\nkept\nkept\nkept\nmore", "the user's files", kept)
        let now = try shell.run(identityCommand)
        try expect(now == identity, "identity", "\(now)\nbefore:\n\(identity)")
    }

    /// Host keys, machine id, NVMe host, password, name.
    private static let identityCommand =
        "cat /etc/ssh/ssh_host_*_key.pub /etc/machine-id /etc/nvme/hostnqn /etc/nvme/hostid"
        + " /etc/hostname; grep ^root: /etc/shadow"
}

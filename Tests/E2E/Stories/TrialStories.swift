import Syscalls

/// Images on trial.
enum TrialStories {
    static let all = [
        Story(
            name: "update", summary: "a second image is added, tried, confirmed, and rolled back"
        ) { run, teller in
            let machine = try add(on: run, teller)
            try restart(machine, run)
            try expectStart(machine, run, image: Media.versions[1])
            try run.shell.run("slipway-host confirm --wait", seconds: 300, wanted: nil)
            try LifeStories.expectHealthy(run, image: Media.versions[1])
            try run.shell.run("slipway-host rollback", seconds: 120)
            try restart(machine, run)
            try expectStart(machine, run, image: Media.versions[0])
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "panic", summary: "an image whose kernel panics gives way to the one before"
        ) { run, teller in
            let machine = try add(on: run, teller)
            // An initramfs that is none: the kernel finds no root.
            try run.shell.run(
                "esp=$(blkid -t PARTLABEL=esp -o device | grep /dev/sd); head -c 100000 /dev/zero"
                    + " | mcopy -o -Q -i $esp - ::/images/\(Media.versions[1])/initrd.img && sync")
            try restart(machine, run)
            try machine.await("Kernel panic", seconds: 120)
            try expectStart(machine, run, image: Media.versions[0])
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "failing-services",
            summary: "an image whose services fail gives way to the one before"
        ) { run, teller in
            let machine = try add(on: run, teller)
            // What is in /etc stays: the service fails in the second image only.
            try run.shell.run(
                """
                printf '%s\\n' '[Unit]' 'ConditionKernelCommandLine=slipway.image=\(Media.versions[1])' \
                'OnFailure=emergency.target' '[Service]' 'Type=oneshot' 'ExecStart=false' \
                '[Install]' 'WantedBy=multi-user.target' >/etc/systemd/system/e2e-fails.service \
                && systemctl enable e2e-fails.service && sync
                """)
            try restart(machine, run)
            try machine.await(
                "slipway: image \(Media.versions[1])", seconds: 180, unwanted: [])
            try machine.await(
                "slipway: image \(Media.versions[0])", seconds: 900, unwanted: [])
            try machine.await("\(StoryAnswers.hostname) login:", seconds: 150)
            try run.shell.awaitLogin(seconds: 60)
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "protected-card",
            summary: "a card that cannot be written: the confirmed image starts, not the new one"
        ) { run, teller in
            let adding = try add(on: run, teller)
            try LifeStories.powerOff(adding, run)
            run.protectCard()
            let machine = try run.start()
            try machine.await("slipway: image \(Media.versions[0])", seconds: 120)
            try machine.await("\(StoryAnswers.hostname) login:", seconds: 150)
            try run.shell.awaitLogin(seconds: 60)
            try run.shell.run("slipway-host status", seconds: 180, wanted: 4)
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "full", summary: "a machine full of its user's data still takes an update"
        ) { run, teller in
            try teller.install(on: run)
            let machine = try start(on: run, teller)
            // Holes are no data: real bytes, until nothing more goes in.
            try run.shell.run(
                "dd if=/dev/urandom of=/home/full bs=16M 2>/dev/null; sync; test -s /home/full",
                seconds: 900)
            try addSecond(run)
            try run.shell.run("rm /home/full")
            try LifeStories.powerOff(machine, run)
        },
    ]

    /// Starts the first version with the second's medium in the drive.
    static func start(on run: StoryRun, _ teller: Teller) throws -> VirtualMachine {
        try LifeStories.start(
            on: run, image: Media.versions[0], inserted: [try teller.media.second().disk(.disc)],
            mayRestart: true)
    }

    /// A machine on which the second image has been added.
    private static func add(on run: StoryRun, _ teller: Teller) throws -> VirtualMachine {
        try teller.install(on: run)
        let machine = try start(on: run, teller)
        try addSecond(run)
        return machine
    }

    /// Adds the second image from its medium.
    static func addSecond(_ run: StoryRun) throws {
        try run.shell.run("mkdir -p /run/medium && mount -o ro /dev/sr0 /run/medium")
        try run.shell.run(
            "slipway-host images add /run/medium/slipway/payload.update", seconds: 400)
        let list = try run.shell.run("slipway-host images list")
        for version in Media.versions {
            try expect(list.contains(version), "images list", list)
        }
        try run.shell.run("umount /run/medium")
    }

    /// Restarts the guest.
    private static func restart(_ machine: VirtualMachine, _ run: StoryRun) throws {
        // The connection ends with the system, sooner or later than the command.
        try run.shell.run("systemctl reboot", wanted: nil)
    }

    private static func expectStart(
        _ machine: VirtualMachine, _ run: StoryRun, image: String
    ) throws {
        try machine.await("slipway: image \(image)", seconds: 300)
        try machine.await("\(StoryAnswers.hostname) login:", seconds: 150)
        try run.shell.awaitLogin(seconds: 60)
    }
}

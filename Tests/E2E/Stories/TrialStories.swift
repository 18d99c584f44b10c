import Syscalls

/// Images on trial.
enum TrialStories {
    static let all = [
        Story(
            name: "update", summary: "a second image is added, tried, confirmed, and rolled back"
        ) { run, teller in
            let machine = try add(on: run, teller)
            try restart(run)
            try expectStart(machine, run, image: Media.versions[1])
            try expectConfirmed(run, image: Media.versions[1])
            try LifeStories.expectHealthy(run, image: Media.versions[1])
            try run.shell.run("slipway-host images rollback", seconds: 120)
            try restart(run)
            try expectStart(machine, run, image: Media.versions[0])
            try expectConfirmed(run, image: Media.versions[0])
            try LifeStories.expectHealthy(run, image: Media.versions[0])
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
            try restart(run)
            // It is tried twice.
            for _ in 0..<2 { try machine.await("Kernel panic", seconds: 180, unwanted: []) }
            try expectStart(machine, run, image: Media.versions[0])
            try expectGivenUp(run, image: Media.versions[1])
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "failing-services",
            summary: "an image whose services fail gives way to the one before"
        ) { run, teller in
            let machine = try add(on: run, teller)
            // What is in /etc stays: the services fail in the second image only. The first try ends
            // in emergency.target, the second at the end of the time that it has, here a minute.
            let tries = ["OnFailure=emergency.target", ""].enumerated().map { number, failure in
                """
                printf '%s\\n' '[Unit]' 'ConditionKernelCommandLine=slipway.try=\(1 - number)' \
                '\(failure)' '[Service]' 'Type=oneshot' 'ExecStart=false' '[Install]' \
                'WantedBy=multi-user.target' >/etc/systemd/system/fails-\(number).service \
                && systemctl enable fails-\(number).service

                """
            }
            try run.shell.run(
                "set -e\n" + tries.joined()
                    + """
                    mkdir /etc/systemd/system/slipway-confirm.service.d
                    printf '%s\\n' '[Service]' 'ExecStart=' \
                    'ExecStart=/usr/sbin/slipway-host confirm --wait 60' \
                    >/etc/systemd/system/slipway-confirm.service.d/soon.conf
                    sync
                    """)
            try restart(run)
            for _ in 0..<2 {
                try machine.await(
                    "slipway: image \(Media.versions[1])", seconds: 300, unwanted: [])
            }
            try machine.await(
                "slipway: image \(Media.versions[0])", seconds: 400, unwanted: [])
            try LifeStories.awaitLogin(machine, run)
            try expectGivenUp(run, image: Media.versions[1])
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
            // The loader says why it cannot write, and that is an error to it, too.
            try machine.await("the count of tries cannot be saved", seconds: 60, unwanted: [])
            try machine.await("slipway: image \(Media.versions[0])", seconds: 120)
            try LifeStories.awaitLogin(machine, run)
            try run.shell.run("slipway-host status", seconds: 180, wanted: 4)
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "full", summary: "a machine full of its user's data still takes an update"
        ) { run, teller in
            try teller.install(on: run)
            let machine = try start(on: run, teller)
            // All but a little is taken without being written, as that would take long; then real
            // bytes until nothing more goes in.
            try run.shell.run(
                """
                free=$(df --output=avail -B 1M /home | tail -n 1)
                fallocate -l $((free - 100))M /home/taken || exit
                dd if=/dev/urandom of=/home/full bs=1M 2>&1 | grep -q 'No space left' || exit
                sync
                """, seconds: 300)
            try addSecond(run)
            try restart(run)
            try expectStart(machine, run, image: Media.versions[1])
            try expectConfirmed(run, image: Media.versions[1])
            try LifeStories.expectHealthy(run, image: Media.versions[1])
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
        for version in Media.versions.prefix(2) {
            try expect(list.contains(version), "images list", list)
        }
        try run.shell.run("umount /run/medium")
    }

    /// Restarts the guest.
    private static func restart(_ run: StoryRun) throws {
        // The connection ends with the system, sooner or later than the command.
        try run.shell.run("systemctl reboot", wanted: nil)
    }

    private static func expectStart(
        _ machine: VirtualMachine, _ run: StoryRun, image: String
    ) throws {
        try machine.await("slipway: image \(image)", seconds: 300)
        try LifeStories.awaitLogin(machine, run)
    }

    /// Waits until the running image is the confirmed one, on all legs.
    static func expectConfirmed(_ run: StoryRun, image: String) throws {
        try awaitState(
            run, "grep -q '\"confirmed\": \"\(image)\"' $state && ! grep -q '\"trying\"' $state")
        try run.shell.run(
            "while systemctl is-active --quiet slipway-confirm; do sleep 1; done", seconds: 120)
    }

    /// Waits until an image has been given up.
    private static func expectGivenUp(_ run: StoryRun, image: String) throws {
        try awaitState(run, "! grep -q '\"trying\"' $state")
        let list = try run.shell.run("slipway-host images list")
        try expect(
            list.split(separator: "\n").contains {
                $0.hasPrefix(image) && $0.hasSuffix("  given up")
            }, "images list", list)
    }

    /// Waits until a command finds that what is started is as it should be.
    private static func awaitState(_ run: StoryRun, _ command: String) throws {
        try run.shell.run(
            "state=/run/slipway/boot/state/boot.json; until \(command); do sleep 1; done",
            seconds: 240)
    }
}

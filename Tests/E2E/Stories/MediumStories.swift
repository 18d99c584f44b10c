import LiveISO

/// What a medium does before anything is installed.
enum MediumStories {
    static let all = [
        Story(
            name: "check-medium", summary: "a good medium is found good, as CD and as stick"
        ) { run, teller in
            for bus in [Disk.Bus.disc, .stick] {
                let machine = try start(try teller.media.first(), bus, key: "k", on: run)
                try machine.await("slipway: medium check: all", seconds: 120)
                machine.cut()
            }
        },
        Story(
            name: "damaged-medium", summary: "a bit that flipped is found, and its file named"
        ) { run, teller in
            let file = LiveISOBuilder.Place.payload
            let machine = try start(
                try teller.media.damaged(in: file), .disc, key: "k", on: run)
            try machine.await("slipway: medium check: \(file) is damaged", seconds: 120)
            machine.cut()
        },
        Story(
            name: "shell", summary: "the medium's shell has the image, the payload and network"
        ) { run, teller in
            let medium = try teller.media.first()
            let machine = try startShell(medium, .stick, on: run)
            let release = try machine.type("cat /etc/os-release", seconds: 20)
            try expect(
                release.contains("IMAGE_VERSION=\"\(medium.version)\""), "os-release", release)
            try machine.type("slipway-host --version", seconds: 20)
            try machine.type("test -f /run/slipway/payload/manifest.json", seconds: 20)
            try machine.type(
                "systemctl is-system-running --wait || systemctl --failed", seconds: 60)
            try machine.type(
                "/usr/lib/systemd/systemd-networkd-wait-online --any --timeout=300", seconds: 120)
            try machine.type("poweroff", seconds: 60, wanted: nil)
            try machine.awaitEnd(seconds: 60)
        },
        Story(
            name: "memory", summary: "copied to memory, the medium can be pulled out"
        ) { run, teller in
            let disk = try teller.media.first().disk(.stick)
            let machine = try start(disk, key: "m", on: run)
            try machine.await("slipway: the medium can be taken out", seconds: 120)
            try machine.await("press Enter to install", seconds: 120)
            try machine.remove(disk)
            // End of input is a shell in place of the installer.
            try machine.console.type("\u{4}")
            try machine.type("sha256sum /run/slipway/payload.update", seconds: 60)
            machine.cut()
        },
    ]

    /// Starts the menu's entry of a letter.
    static func start(
        _ medium: Media.Medium, _ bus: Disk.Bus, key: String, on run: StoryRun
    ) throws -> VirtualMachine {
        try start(medium.disk(bus), key: key, on: run)
    }

    /// Starts the menu's entry of a letter.
    static func start(_ disk: Disk, key: String, on run: StoryRun) throws -> VirtualMachine {
        let machine = try run.start(medium: disk)
        try machine.choose(key)
        return machine
    }

    /// Starts the medium's shell and waits for it.
    static func startShell(
        _ medium: Media.Medium, _ bus: Disk.Bus, on run: StoryRun
    ) throws -> VirtualMachine {
        let machine = try start(medium, bus, key: "s", on: run)
        try machine.await("slipway: image \(medium.version)", seconds: 60)
        try machine.await("what can be done here", seconds: 120)
        // The prompt is there when a line comes back.
        try machine.type("true", seconds: 30)
        return machine
    }
}

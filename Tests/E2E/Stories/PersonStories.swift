/// What people do at a machine's console.
enum PersonStories {
    static let all = [
        Story(
            name: "interactive", summary: "a person installs over the serial line, screen by screen"
        ) { run, teller in
            let medium = try teller.media.first()
            let machine = try MediumStories.start(medium, .stick, key: "i", on: run)
            try answer(machine, "press Enter to install", "\n", seconds: 180)
            try answer(machine, "Arrow keys and Tab move", "\r")
            try answer(machine, "Which keyboard", "\r")
            // sd-nvme is the first of those that fit.
            try answer(machine, "What are the disks to be", "\r")
            try answer(machine, "Disk for card", "\r")
            try answer(machine, "Disk for nvme", "\r")
            try answer(machine, "Before and after", "\t\r")
            // Behind the name that is offered.
            try answer(machine, "What is this machine called", "-\(StoryAnswers.hostname)\r")
            try answer(machine, "How does this machine reach", "\r")
            try answer(machine, "Paste the public key", "\(teller.media.publicKey())\r")
            try answer(machine, "empty for none, so that only", "\r")
            try answer(machine, "Where is this machine", "\r")
            // Back is chosen until somebody chooses otherwise.
            try answer(machine, "Install now?", "\u{1B}[D\r")
            try answer(machine, "Take the medium out", "\r", seconds: 400)
            try machine.awaitEnd(seconds: 60)

            let installed = try LifeStories.start(on: run, image: medium.version)
            try run.shell.run("slipway-host status --prove", seconds: 240)
            try LifeStories.powerOff(installed, run)
        },
        Story(
            name: "boot-from-disk",
            summary: "with the medium left in, its menu starts the installed machine"
        ) { run, teller in
            try teller.install(on: run)
            let machine = try MediumStories.start(teller.media.first(), .stick, key: "d", on: run)
            try machine.await("slipway: image \(Media.versions[0])", seconds: 120)
            try LifeStories.awaitLogin(machine, run)
            try run.shell.run("grep -q slipway.leg=card /proc/cmdline")
            try LifeStories.powerOff(machine, run)
        },
    ]

    /// Waits for a screen, and answers it.
    private static func answer(
        _ machine: VirtualMachine, _ text: String, _ keys: String, seconds: Int = 60
    ) throws {
        try machine.await(text, seconds: seconds)
        // It takes keys when all of it is drawn.
        try machine.pause(seconds: 2)
        try machine.console.type(keys)
    }
}

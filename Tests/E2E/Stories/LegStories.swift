/// Legs that go and come.
enum LegStories {
    static let all = [
        Story(
            name: "recover-running",
            summary: "the card dies; a fresh one is recovered by the running host"
        ) { run, teller in
            try teller.install(on: run)
            let image = Media.versions[0]
            var machine = try LifeStories.start(on: run, image: image)
            let identity = try LifeStories.leaveTraces(run.shell)
            try machine.remove(run.card)
            try run.shell.run("echo more >/root/more && sync")
            try run.changeCard()
            try machine.insert(run.card)
            try run.shell.run("udevadm settle --timeout=60")
            try run.shell.run("slipway-host recover --yes", seconds: 300)
            try LifeStories.expectHealthy(run, image: image)
            try LifeStories.powerOff(machine, run)
            machine = try LifeStories.start(on: run, image: image)
            try LifeStories.expectHealthy(run, image: image)
            try LifeStories.expectTraces(run.shell, identity)
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "late-card", summary: "the card's reader appears late: the array waits for it"
        ) { run, teller in
            try teller.install(on: run)
            let machine = try run.start()
            // The loader has all that it needs; Linux finds the reader gone, for a while.
            try machine.awaitLoaded(from: run.card, atLeast: 20 << 20, seconds: 60)
            let card = run.card
            try machine.remove(card)
            try machine.pause(seconds: 10)
            try machine.insert(card)
            try machine.await("slipway: image \(Media.versions[0])", seconds: 120)
            try LifeStories.awaitLogin(machine, run)
            try LifeStories.expectHealthy(run, image: Media.versions[0])
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "lost-leg",
            summary: "an NVMe leg is gone at power on: degraded, and whole again when it is back"
        ) { run, teller in
            try teller.install(on: run)
            let image = Media.versions[0]
            var machine = try LifeStories.start(
                on: run, image: image, without: [run.large], isDegraded: true)
            try run.shell.run("slipway-host status", seconds: 180, wanted: 4)
            try run.shell.run("echo more >/root/more && sync")
            try LifeStories.powerOff(machine, run)
            machine = try LifeStories.start(on: run, image: image)
            try run.shell.run("slipway-host recover --yes", seconds: 300)
            try LifeStories.expectHealthy(run, image: image)
            try run.shell.run("grep -q more /root/more")
            try LifeStories.powerOff(machine, run)
        },
    ]
}

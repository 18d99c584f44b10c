import Glibc

/// Power that goes.
enum CutStories {
    static let all = [
        Story(
            name: "cut-install", summary: "the power goes while it installs; again, it finishes"
        ) { run, teller in
            let medium = try teller.media.unattended().disk(.disc)
            for share in [40 << 20, 200 << 20] as [Int64] {
                let machine = try run.start(medium: medium)
                try machine.await("Install slipway", seconds: 40)
                try machine.awaitWritten(share, to: run.card, seconds: 300)
                machine.cut()
            }
            try LifeStories.install(on: run, from: medium)
            try InstallStories.expectInstalled(run)
        },
        Story(
            name: "cut-add", summary: "the power goes while an image is added; again, it finishes"
        ) { run, teller in
            try teller.install(on: run)
            var machine = try TrialStories.start(on: run, teller)
            try run.shell.run("mkdir -p /run/medium && mount -o ro /dev/sr0 /run/medium")
            let before = try machine.bytesWritten(to: run.card)
            // Nobody waits for it.
            try run.shell.run(
                "systemd-run --quiet slipway-host images add /run/medium/slipway/payload.update")
            try machine.awaitWritten(before + 100 << 20, to: run.card, seconds: 300)
            machine.cut()
            machine = try TrialStories.start(on: run, teller)
            try LifeStories.expectHealthy(run, image: Media.versions[0])
            try TrialStories.addSecond(run)
            try LifeStories.powerOff(machine, run)
        },
        Story(
            name: "cut-recover", summary: "the power goes while a card is recovered; again, done"
        ) { run, teller in
            try teller.install(on: run)
            try run.changeCard()
            let medium = try teller.media.second()
            // The first cut is while it is made bootable, the second while it is mirrored.
            for share in [10 << 20, 150 << 20] as [Int64] {
                let machine = try MediumStories.startShell(medium, .disc, on: run)
                try machine.console.type("slipway-host recover --yes\n")
                try machine.awaitWritten(share, to: run.card, seconds: 300)
                machine.cut()
            }
            try LifeStories.recover(run, from: medium, .disc)
            try InstallStories.expectInstalled(run)
        },
    ]
}

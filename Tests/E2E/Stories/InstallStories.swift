import Bytes
import Digest

/// Installations that go another way than from start to end.
enum InstallStories {
    static let all = [
        Story(
            name: "answers-address",
            summary: "answers from where the kernel's words say, with their digest"
        ) { run, teller in
            let answers = Array(try teller.media.answers().utf8)
            let machine = try run.start(
                medium: teller.media.first().disk(.disc), served: answers)
            try machine.choose("c")
            try machine.await("grub>", seconds: 30)
            let digest = Hex.encode(Hasher.digest(answers))
            try machine.console.type(
                "start slipway.mode=install slipway.answers=http://10.0.2.100/answers.yaml"
                    + " slipway.answers.sha256=\(digest)\nboot\n")
            try machine.await("slipway: image \(Media.versions[0])", seconds: 90)
            try machine.awaitEnd(seconds: 400)
            try expectInstalled(run)
        },
        Story(
            name: "pulled-medium",
            summary: "the stick is pulled while it installs: it says so; again, it finishes"
        ) { run, teller in
            let medium = try teller.media.unattended().disk(.stick)
            // Once before anything is written, and once while the image is: with little memory, as
            // otherwise all of the medium is there by then, and pulling it does no harm.
            for (megabytes, isWriting) in [(2048, false), (768, true)] {
                let machine = try run.start(medium: medium, megabytes: megabytes)
                try machine.await("check checksums", seconds: 180)
                if isWriting { try machine.awaitWritten(100 << 20, to: run.card, seconds: 300) }
                try machine.remove(medium)
                try machine.await(
                    "slipway-host ended with status 1.", seconds: 180, unwanted: [])
                machine.cut()
            }
            try LifeStories.install(on: run, from: medium)
            try expectInstalled(run)
        },
    ]

    /// Wants what was installed to start, and to be as it should.
    static func expectInstalled(_ run: StoryRun) throws {
        let machine = try LifeStories.start(on: run, image: Media.versions[0])
        try LifeStories.expectHealthy(run, image: Media.versions[0])
        try LifeStories.powerOff(machine, run)
    }
}

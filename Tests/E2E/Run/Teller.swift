import Lab
import Syscalls

/// Tells stories one after the other, and keeps the logs of those that fail.
final class Teller {
    /// The media that there are.
    let media: Media

    private let places: StoryPlaces
    private let report = Report()
    private var installed: [Firmware: StoryRun] = [:]

    /// Prepares to tell.
    init(places: StoryPlaces) throws {
        self.places = places
        media = try Media(folder: places.media, program: places.program)
    }

    /// Tells stories on machines of some firmwares.
    ///
    /// - Returns: Whether all came out as they should.
    func tell(_ stories: [Story], on firmwares: [Firmware]) -> Bool {
        for firmware in firmwares {
            for story in stories { tell(story, on: firmware) }
            installed[firmware] = nil
        }
        return report.close()
    }

    private func tell(_ story: Story, on firmware: Firmware) {
        let stopwatch = Stopwatch()
        let name = "\(story.name)-\(firmware.rawValue)"
        do {
            try withMachine(story.name, firmware) { try story.tell($0, self) }
            report.passed(name, stopwatch)
        } catch {
            report.failed(name, stopwatch, reason: "\(error)", log: "\(places.logs)/\(name)")
        }
    }

    /// Does something with a machine of its own, whose logs stay when it fails.
    func withMachine<Value>(
        _ name: String, _ firmware: Firmware = .bios, _ work: (StoryRun) throws -> Value
    ) throws -> Value {
        let run = try StoryRun(name, firmware: firmware, media: media, places: places)
        let value: Value
        do {
            value = try work(run)
        } catch {
            run.stop(takingPicture: true)
            throw error
        }
        run.stop(takingPicture: false)
        try FileSystem.removeTree(run.logs)
        return value
    }

    /// Gives a story the disks of a machine on which the first version is installed.
    ///
    /// The first story that asks waits for the installation.
    func install(on run: StoryRun) throws {
        if installed[run.firmware] == nil {
            let base = try StoryRun(
                "installed", firmware: run.firmware, media: media, places: places)
            do {
                try LifeStories.install(on: base, from: media.unattended().disk(.disc))
            } catch {
                base.stop(takingPicture: true)
                throw error
            }
            base.stop(takingPicture: false)
            installed[run.firmware] = base
        }
        if let base = installed[run.firmware] { try run.copyDisks(of: base) }
    }
}

import Testing

@testable import Lab

@Suite struct StoryParserTests {
    @Test("a story is its disks, its statements and their lines")
    func wholeStory() throws {
        let story = try Story(
            parsing: """
                # A card that dies.
                limit 90s
                disk card 1GiB bus usb serial SD lun 1 model "SD Reader" removable
                disk fast 240GB

                boot with udev with faults
                run
                    mdadm --create /dev/md/boot \\
                        $card $fast
                    # for the shell
                cut power within 800ms of sleep 1 # too
                """, file: "stories/dead-card.story")
        #expect(story.name == "dead-card")
        #expect(story.limitSeconds == 90)
        #expect(story.base == nil)
        #expect(story.disks.map(\.name) == ["card", "fast"])
        #expect(story.disks.map(\.byteCount) == [1 << 30, 240_000_000_000])
        #expect(story.disks[0].model == "SD Reader")
        #expect(story.disks[0].lun == 1)
        #expect(story.disks[0].isRemovable)
        #expect(story.disks[1].serial == "FAST")
        #expect(story.lines.map(\.number) == [6, 7, 11])
        #expect(story.lines[0].statement == .boot([.udev, .faults]))
        let script = "mdadm --create /dev/md/boot \\\n    $card $fast\n# for the shell"
        #expect(story.lines[1].statement == .run(script: script, ending: .success))
        let cut = Statement.cutDuring(
            script: "sleep 1 # too", moment: .random(withinMilliseconds: 800))
        #expect(story.lines[2].statement == cut)
    }

    /// A line, and what it says.
    struct Sample: CustomTestStringConvertible {
        let line: String
        let statement: Statement
        var testDescription: String { line }
    }

    @Test(
        "every statement has its line",
        arguments: [
            Sample(line: "power off", statement: .powerOff),
            Sample(line: "cut power", statement: .cutPower),
            Sample(
                line: "cut power at \"step 3\" of apply",
                statement: .cutDuring(script: "apply", moment: .output("step 3"))),
            Sample(line: "cuts from here", statement: .cutsFromHere),
            Sample(line: "fails false", statement: .run(script: "false", ending: .failure)),
            Sample(line: "try false", statement: .run(script: "false", ending: .any)),
            Sample(
                line: "exits 3 slipway-host plan",
                statement: .run(script: "slipway-host plan", ending: .status(3))),
            Sample(line: "plan pair", statement: .plan(layout: "pair", options: "")),
            Sample(
                line: "refuse pair --disk card=$card",
                statement: .refuse(layout: "pair", options: "--disk card=$card")),
            Sample(line: "apply", statement: .apply),
            Sample(line: "converge pair", statement: .converge(layout: "pair", options: "")),
            Sample(
                line: "expect no step addLeg",
                statement: .expectStep(kind: "addLeg", isThere: false)),
            Sample(
                line: "expect nothing to do for pair",
                statement: .expectNothingToDo(layout: "pair", options: "")),
            Sample(line: "note used of echo 1", statement: .note(name: "used", script: "echo 1")),
            Sample(
                line: "write 8MiB to /mnt",
                statement: .write(byteCount: 8 << 20, folder: "/mnt")),
            Sample(line: "wait for boot", statement: .waitFor(array: "boot")),
            Sample(
                line: "fault card fails writes",
                statement: .fault(disk: "card", kind: .failsWrites)),
            Sample(
                line: "fault card has a bad sector at 8s",
                statement: .fault(disk: "card", kind: .badSector(offset: 4096))),
            Sample(line: "fault card is well", statement: .fault(disk: "card", kind: .none)),
            Sample(line: "blank card", statement: .blank(disk: "card", byteCount: nil)),
            Sample(line: "blank card 64MB", statement: .blank(disk: "card", byteCount: 64_000_000)),
            Sample(line: "keep card as old", statement: .keep(disk: "card", name: "old")),
            Sample(line: "put old into card", statement: .put(name: "old", disk: "card")),
            Sample(line: "remove card", statement: .remove(disk: "card")),
            Sample(line: "insert card", statement: .insert(disk: "card")),
            Sample(line: "protect card", statement: .protect(disk: "card", isProtected: true)),
            Sample(
                line: "damage 4KiB of card at 2048s",
                statement: .damage(disk: "card", offset: 1 << 20, byteCount: 4096)),
            Sample(
                line: "expect no output \"wrong\"",
                statement: .expectOutput(text: "wrong", isThere: false)),
            Sample(
                line: "expect json steps.0.kind is partition",
                statement: .expectJSON(path: "steps.0.kind", value: "partition")),
            Sample(
                line: "expect array boot read-auto",
                statement: .expectArray(name: "boot", state: .readAuto)),
            Sample(line: "expect files in /mnt", statement: .expectFiles(folder: "/mnt")),
        ])
    func statements(_ sample: Sample) throws {
        let story = try Story(parsing: sample.line, file: "one.story")
        #expect(story.lines.map(\.statement) == [sample.statement])
    }

    /// A line that cannot be read, and why.
    struct Mistake: CustomTestStringConvertible {
        let line: String
        let reason: String
        var testDescription: String { line }
    }

    @Test(
        "a mistake is told with its line",
        arguments: [
            Mistake(line: "reboot", reason: "no statement begins with \"reboot\""),
            Mistake(line: "boot now", reason: "\"now\" is too much"),
            Mistake(line: "disk Card 1GiB", reason: "\"Card\" is no name of a disk"),
            Mistake(line: "disk card 1G", reason: "\"1G\" is no size"),
            Mistake(line: "disk card 99999999TiB", reason: "\"99999999TiB\" is no size"),
            Mistake(line: "disk card 100B", reason: "a disk has whole sectors of 512 bytes"),
            Mistake(line: "disk card", reason: "size is missing"),
            Mistake(line: "disk card 1GiB shiny", reason: "a disk has no shiny"),
            Mistake(
                line: "fault card hums",
                reason: "a disk \"is well\", \"is dead\", \"fails writes\", \"drops writes\""
                    + " or \"has a bad sector at\" an offset"),
            Mistake(line: "run", reason: "a command is missing"),
            Mistake(line: "run true\n    false", reason: "a command stands here and below, too"),
            Mistake(line: "boot\n    now", reason: "nothing may be indented below this line"),
            Mistake(line: "expect output \"a", reason: "a quote is not closed"),
            Mistake(line: "expect array boot well", reason: "\"well\" is no state of an array"),
            Mistake(line: "expect sound card:0", reason: "\"card:0\" is no leg"),
            Mistake(line: "expect sun", reason: "\"sun\" is nothing that can be expected"),
            Mistake(
                line: "cut power on x of y", reason: "\"at\" is wanted, and here is \"on\""),
            Mistake(line: "boot\nfrom other", reason: "\"from\" has to stand first"),
        ])
    func mistakes(_ mistake: Mistake) {
        let line = mistake.line.hasPrefix("boot\nfrom") ? 3 : 2
        #expect(throws: LabError.badLine(file: "a.story", line: line, reason: mistake.reason)) {
            try Story(parsing: "# A story.\n" + mistake.line, file: "a.story")
        }
    }

    @Test("legs are disks or their partitions")
    func legs() throws {
        let story = try Story(
            parsing: """
                expect legs card:3 fast equal where used
                expect roles of card:3 is "active 0, spare"
                expect no superblock on fast
                count writes of card:3
                expect written fast <= 1.15 x used
                """, file: "one.story")
        let card = try #require(Leg("card:3"))
        let fast = try #require(Leg("fast"))
        #expect(
            story.lines.map(\.statement) == [
                .expectEqual(card, fast, usedOnly: true),
                .expectSuperblock(card, key: .roles, value: "active 0, spare"),
                .expectNoSuperblock(fast), .countWrites(card),
                .expectWritten(fast, factor: 1.15, note: "used"),
            ])
    }

    @Test("a disk stands once")
    func sameDiskTwice() {
        let error = LabError.badLine(
            file: "a.story", line: 2, reason: "there is a disk card already")
        #expect(throws: error) {
            try Story(parsing: "disk card 1MiB\ndisk card 1MiB", file: "a.story")
        }
    }
}

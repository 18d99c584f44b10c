import Command
import LiveISO
import Syscalls
import Testing

@Suite struct MediumMenuTests {
    @Test("answers are a first entry that does not wait long, and nothing without them")
    func answers() {
        let menu = MediumMenu(uuid: "u", title: "slipway 1", hasAnswers: true).text
        #expect(menu.contains("slipway.mode=install slipway.answers=medium"))
        #expect(menu.contains("set timeout=5\n"))
        let without = MediumMenu(uuid: "u", title: "slipway 1", hasAnswers: false).text
        #expect(!without.contains("slipway.answers"))
        #expect(without.contains("set timeout=15\n"))
    }

    @Test("every mode has an entry, with a letter of its own")
    func modes() {
        let menu = MediumMenu(uuid: "u", title: "slipway 1", hasAnswers: true).text
        for mode in ["install", "recover", "check", "shell"] {
            #expect(menu.contains("slipway.mode=\(mode)\n"))
        }
        let keys = menu.split(separator: "--hotkey=").dropFirst().map { $0.prefix(1) }
        #expect(keys.count == 7)
        #expect(Set(keys).count == keys.count)
    }

    @Test(
        "GRUB's own parser takes it",
        .enabled(if: Command("grub-script-check").locate() != nil, "needs grub-common"),
        arguments: [true, false])
    func syntax(hasAnswers: Bool) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/grub.cfg"
        let menu = MediumMenu(uuid: "2026-11-20-00-00-00-00", title: "a 1", hasAnswers: hasAnswers)
        try FileSystem.writeAtomically(menu.text, to: path)
        try Command("grub-script-check", [path]).runChecked()
    }
}

import Storage
import Testing
import YAML

@testable import Installation

@Suite struct AnswersTests {
    @Test("a file that says everything reads")
    func whole() throws {
        let answers = try AnswersSample.parse(AnswersSample.whole)
        #expect(answers.layout.name == "tvs-663")
        #expect(answers.disks["card"] == DiskSelector(serial: "SDREADER", lun: 0))
        #expect(answers.disks["nvme240"] == DiskSelector(path: "/dev/nvme0n1"))
        #expect(
            answers.disks["nvme128"]
                == DiskSelector(
                    match: DiskMatch(
                        size: .range(120_000_000_000...130_000_000_000), model: "Patriot P300*")))
        #expect(
            answers.erase == [
                DiskSelector(path: "/dev/disk/by-id/usb-SDREADER"),
                DiskSelector(serial: "P300128", wwn: "0x5001"),
            ])
        #expect(answers.hostname == "nas.example.org")
        #expect(answers.timezone == "Europe/Berlin")
        #expect(answers.keymap == "de")
        #expect(
            answers.network
                == .interfaces([
                    InterfaceAnswer(
                        match: .hardwareAddress("00:08:9b:01:02:03"), address: "192.0.2.10/24",
                        gateway: "192.0.2.1", nameServers: ["192.0.2.1"]),
                    InterfaceAnswer(match: .name("enp4s0")),
                ]))
        #expect(answers.authorizedKeys.map(\.line) == [AnswersSample.key])
        #expect(answers.passwordHash?.text == AnswersSample.hash)
        #expect(answers.kernelOptions == ["iommu=soft", "quiet"])
        #expect(answers.whenDone == .reboot)
    }

    @Test("what is not said has its standard")
    func least() throws {
        let answers = try AnswersSample.parse(AnswersSample.least)
        #expect(answers.timezone == "Etc/UTC")
        #expect(answers.keymap == nil)
        #expect(answers.network == .automatic)
        #expect(answers.whenDone == .powerOff)
        #expect(answers.letsSomebodyIn)
    }

    /// A line that is wrong, and what is said of it.
    struct Mistake: CustomTestStringConvertible {
        let line: String
        let replacing: String
        let error: String

        init(_ line: String, replacing: String = "", _ error: String) {
            self.line = line
            self.replacing = replacing
            self.error = error
        }

        var testDescription: String { line }
    }

    static let mistakes = [
        Mistake(
            "passwort: x",
            "a.yaml:5:1: unknown key \"passwort\"; known are disks, erase, "
                + "hostname, kernel-options, keymap, layout, network, password, ssh-keys, timezone, when-done"
        ),
        Mistake(
            "layout: singel", replacing: "layout: single",
            "a.yaml:1:9: layout: expected one of mirror, sd-nvme, single, tvs-663, or a layout "
                + "itself, got singel"),
        Mistake(
            "hostname: -x", replacing: "hostname: nas",
            "a.yaml:2:11: hostname: expected a name of letters, digits and \"-\", such as nas or "
                + "nas.example.org, of at most 64, got -x"),
        Mistake(
            "timezone: Europe/Bonn",
            "a.yaml:5:11: timezone: expected a zone, as Europe/Oslo, got Europe/Bonn"),
        Mistake(
            "keymap: ../x",
            "a.yaml:5:9: keymap: expected a keyboard, such as de or "
                + "de:nodeadkeys, got ../x"),
        Mistake(
            "network: {address: dhcp}", replacing: "network: dhcp",
            "a.yaml:3:10: network: expected either \"mac\" or \"name\", so that the interface is "
                + "known"),
        Mistake(
            "network: {name: eth0, address: 192.0.2.1}", replacing: "network: dhcp",
            "a.yaml:3:32: network.address: expected an address with the length of its prefix, such "
                + "as 192.0.2.10/24, got 192.0.2.1"),
        Mistake(
            "network: {name: eth0, address: 192.0.2.1/33}", replacing: "network: dhcp",
            "a.yaml:3:32: network.address: expected an address with the length of its prefix, such "
                + "as 192.0.2.10/24, got 192.0.2.1/33"),
        Mistake(
            "network: []", replacing: "network: dhcp",
            "a.yaml:3:10: network: expected at least one interface"),
        Mistake(
            "kernel-options: [root=/dev/sda1]",
            "a.yaml:5:18: kernel-options[0]: \"root\" is given by Slipway itself, got "
                + "root=/dev/sda1"),
        Mistake(
            "kernel-options: [\"a b\"]",
            "a.yaml:5:18: kernel-options[0]: expected one word of letters, digits and "
                + "-_.,:;=/+@%^~, such as iommu=soft, got text \"a b\""),
        Mistake(
            "disks: {card: /dev/sda}",
            "a.yaml:5:15: disks.card: the layout has no disk \"card\"; it has disk"),
        Mistake(
            "disks: {disk: {path: sda}}",
            "a.yaml:5:22: disks.disk.path: expected an absolute path, got sda"),
        Mistake(
            "disks: {disk: {}}",
            "a.yaml:5:15: disks.disk: expected at least one of path, serial, lun, wwn, bus, model, "
                + "size"),
        Mistake(
            "when-done: halt",
            "a.yaml:5:12: when-done: expected one of poweroff, reboot, shell, got halt"),
        Mistake(
            "ssh-keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgM]",
            "a.yaml:5:12: ssh-keys[0]: the key itself is damaged; was it copied as a whole?"),
    ]

    @Test("mistakes are told with line and column", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let text =
            mistake.replacing.isEmpty
            ? AnswersSample.least + "\n" + mistake.line
            : AnswersSample.least.replacing(mistake.replacing, with: mistake.line)
        let issues = #expect(throws: YAMLIssues.self) { try AnswersSample.parse(text) }
        #expect(issues?.description == mistake.error)
    }

    @Test(
        "a password that is no hash is refused, and never repeated",
        arguments: ["hunter2", "$1$abcdefgh$0123456789012345678901", "$6$short", "x!"])
    func plainPassword(_ password: String) throws {
        let text = AnswersSample.least.replacing(AnswersSample.hash, with: password)
        let issues = try #require(
            #expect(throws: YAMLIssues.self) { try AnswersSample.parse(text) })
        #expect(issues.description.hasPrefix("a.yaml:4:11: password: expected a hash"))
        #expect(!issues.description.contains(password))
    }

    @Test("a hash is never printed")
    func hashIsRedacted() throws {
        let answers = try AnswersSample.parse(AnswersSample.whole)
        #expect(!String(describing: answers).contains("qFmFH"))
        #expect(!String(reflecting: answers).contains("qFmFH"))
    }

    @Test("somebody has to be able to log in")
    func nobody() throws {
        let text = "layout: single\nhostname: nas\nnetwork: dhcp\n"
        let issues = #expect(throws: YAMLIssues.self) { try AnswersSample.parse(text) }
        #expect(
            issues?.description
                == "a.yaml:1:1: nobody could log in: give \"ssh-keys\", \"password\" or both")
    }

    @Test("a layout may stand in the file itself, and its mistakes are told there")
    func inlineLayout() throws {
        let layout = """
            layout:
              name: own
              disks:
                disk:
                  match: {size: 1 GB .. 9 GB}
                  firmware: [efi]
                  partitions:
                    - {name: bios, holds: bios-boot, size: 1 MiB}
                    - {name: esp, holds: esp, size: 256 MiB}
                    - {name: boot, holds: boot, size: rest}
              arrays:
                boot: {level: 1, metadata: "1.0", bitmap: 1 MiB}
              volumes:
                boot: {array: boot, filesystem: ext4, label: b, mount: /run/slipway/boot}
            """
        let text = AnswersSample.least.replacing("layout: single", with: layout)
        #expect(try AnswersSample.parse(text).layout.name == "own")
        let wrong = text.replacing("holds: boot, size: rest", with: "holds: root, size: rest")
        let issues = #expect(throws: YAMLIssues.self) { try AnswersSample.parse(wrong) }
        let lines = issues?.issues.map { "\($0.mark.line) \($0.path)" }
        #expect(lines?.contains("10 layout.disks.disk.partitions[2].holds") == true)
        let nowhere = text.replacing("mount: /run/slipway/boot", with: "mount: /srv")
        #expect(throws: YAMLIssues.self) { try AnswersSample.parse(nowhere) }
    }

    @Test("a file that is cut anywhere is refused or reads, and never traps")
    func truncated() throws {
        let bytes = Array(AnswersSample.whole.utf8)
        let catalog = try AnswersSample.catalog
        var readable = 0
        for count in 0..<bytes.count {
            do throws(YAMLIssues) {
                _ = try Answers(
                    parsing: Array(bytes[..<count]), file: "a", catalog: catalog)
                readable += 1
            } catch {
                #expect(!error.issues.isEmpty)
            }
        }
        #expect(readable > 0)
    }

    @Test("all that is wrong is told at once")
    func allAtOnce() throws {
        let text = "layout: x\nhostname: \"\"\nnetwork: 5\npassword: p\n"
        let issues = #expect(throws: YAMLIssues.self) { try AnswersSample.parse(text) }
        #expect(issues?.issues.map(\.mark.line) == [1, 2, 3, 4])
    }

    @Test("units for the network say what the answers do")
    func networkUnits() throws {
        let answers = try AnswersSample.parse(AnswersSample.whole)
        let units = answers.network.units
        #expect(units.map(\.name) == ["50-interface1.network", "50-interface2.network"])
        #expect(
            units[0].text == """
                [Match]
                PermanentMACAddress=00:08:9b:01:02:03

                [Network]
                Address=192.0.2.10/24
                Gateway=192.0.2.1
                DNS=192.0.2.1

                """)
        #expect(units[1].text == "[Match]\nName=enp4s0\n\n[Network]\nDHCP=yes\n")
    }
}

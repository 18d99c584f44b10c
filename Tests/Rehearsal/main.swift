// The installer's screens on a terminal, for a machine that is made up: nothing is installed. For
// tests, and for who wants to see them: `swift run installer-rehearsal .`

import Events
import Glibc
import Installation
import Storage

let tree = CommandLine.arguments.dropFirst().first ?? "."
let terminal = getenv("TERM").map { String(cString: $0) } ?? "linux"
let whiptail = Whiptail(backtitle: "Slipway 2026.11.21", terminal: terminal)
do {
    let machine = RehearsalMachine.tvs663(
        card: [.filesystem(type: "ext4", uuid: nil, label: "photos")])
    let answers = try Interview(
        whiptail, machine: machine, catalog: RehearsalMachine.catalog(ofTree: tree),
        release: "2026.11.21"
    ).run()
    let gauge = try ProgressGauge("Installing", by: whiptail)
    gauge.events.step("write a table of 3 partitions to card") { _ in }
    let progress = gauge.events.begin("image 2026.11.21", total: 400_000_000, unit: .bytes)
    for megabytes in 1...20 {
        usleep(100_000)
        progress.setDone(UInt64(megabytes) * 10_000_000)
    }
    // Until somebody has looked.
    _ = getchar()
    progress.finish()
    gauge.end()
    print("host \(answers.hostname), zone \(answers.timezone), erase \(answers.erase)")
} catch {
    print(error)
    exit(1)
}

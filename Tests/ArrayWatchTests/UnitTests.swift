import Command
import Testing

@Suite struct UnitTests {
    @Test(
        "the service can do little beside what it is for",
        .enabled(if: Command("systemd-analyze").locate() != nil, "needs systemd-analyze"))
    func exposure() throws {
        let unit =
            "packages/slipway-host/rootfs/usr/lib/systemd/system/slipway-watch.service"
        // In tenths; without any setting it would be 96.
        let result = try Command(
            "systemd-analyze", ["security", "--offline=yes", "--threshold=25", unit]
        ).run()
        #expect(result.isSuccess, "\(result.text.suffix(200))")
    }
}

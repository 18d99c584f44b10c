import Command
import Syscalls
import Testing

@testable import slipway

@Suite struct RemedyTests {
    @Test("errors of namespaces have a cure that names the user or the check")
    func isolation() throws {
        let noRange = try #require(
            Remedies.hint(for: IsolationError.noRange(file: "/etc/subuid", user: "anna")))
        #expect(noRange.contains("usermod --add-subuids"))
        #expect(noRange.hasSuffix("anna"))
        let failed = try #require(
            Remedies.hint(for: IsolationError.failed(step: "mount /proc", code: 1)))
        #expect(failed.contains("slipway validate"))
    }

    @Test("errors that nobody knows a cure for have none")
    func unknown() {
        #expect(Remedies.hint(for: CommandError.tooMuchOutput(command: "x", limit: 1)) == nil)
    }
}

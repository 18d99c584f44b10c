import CSyscalls
import Syscalls
import Testing

@testable import Installation

@Suite struct FirstBootFilesTests {
    static func answers() throws -> Answers { try AnswersSample.parse(AnswersSample.whole) }

    private func mode(_ path: String) throws -> UInt32? {
        try FileSystem.status(path).map { $0.st_mode & 0o7777 }
    }

    @Test("each value is a file, and secrets are root's alone")
    func write() throws {
        let volume = try TemporaryFolder()
        try FirstBootFiles(Self.answers()).write(below: volume.path)
        let folder = "\(volume.path)/state/slipway/first-boot"
        #expect(
            try FileSystem.list(folder) == [
                "authorized_keys", "hostname", "keymap", "network", "password-hash", "timezone",
            ])
        #expect(try FileSystem.readText("\(folder)/hostname") == "nas.example.org\n")
        #expect(try FileSystem.readText("\(folder)/password-hash") == AnswersSample.hash + "\n")
        #expect(try FileSystem.list("\(folder)/network").count == 2)
        for name in ["authorized_keys", "password-hash"] {
            #expect(try mode("\(folder)/\(name)") == 0o600)
        }
        #expect(try mode(folder) == 0o700)
    }

    @Test("written again, all is anew; on a system that has been started nothing is touched")
    func again() throws {
        let volume = try TemporaryFolder()
        try FirstBootFiles(Self.answers()).write(below: volume.path)
        var other = try AnswersSample.parse(AnswersSample.least)
        other.hostname = "other"
        try FirstBootFiles(other).write(below: volume.path)
        let folder = "\(volume.path)/state/slipway/first-boot"
        #expect(
            try FileSystem.list(folder) == ["hostname", "network", "password-hash", "timezone"])
        try FileSystem.makeDirectory("\(volume.path)/state/slipway/first-boot.done")
        try FirstBootFiles(Self.answers()).write(below: volume.path)
        #expect(try FileSystem.readText("\(folder)/hostname") == "other\n")
    }
}

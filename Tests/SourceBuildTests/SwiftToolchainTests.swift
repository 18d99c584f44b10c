import Command
import Events
import Glibc
import Syscalls
import Testing

@testable import SourceBuild

@Suite struct SwiftToolchainTests {
    /// A folder with a program that answers as Swift does.
    private struct Machine {
        let folder: TemporaryFolder
        let places: PackagePlaces

        init() throws {
            folder = try TemporaryFolder()
            places = PackagePlaces(root: folder.path)
            try FileSystem.makeDirectory("\(folder.path)/usr/bin")
            try FileSystem.makeDirectory("\(folder.path)/usr/lib/swift")
            try FileSystem.makeDirectory(places.folder)
            try FileSystem.writeAtomically("1", to: library)
            // A process that has the file open for writing while another thread forks would leave it
            // busy for as long; so another one writes it.
            let script = #"printf '#!/bin/sh\ncat "$0.answer"\n' >"$0" && chmod 755 "$0""#
            try Command("sh", ["-c", script, program]).runChecked()
            try answer(resources: "\(folder.path)/usr/lib/swift")
        }

        var program: String { "\(folder.path)/usr/bin/swift" }
        var library: String { "\(folder.path)/usr/lib/swift/library" }

        func answer(resources: String, version: String = "Swift version 6.3.1 (release)") throws {
            try answer(
                """
                {"compilerVersion": "\(version)", "paths": {"runtimeResourcePath": "\(resources)"}}
                """)
        }

        func answer(_ text: String) throws {
            try FileSystem.writeAtomically("\(text)\n", to: "\(program).answer")
        }

        func find() throws -> SwiftToolchain {
            try SwiftToolchain.find(
                path: "/nowhere:\(folder.path)/usr/bin", places: places, events: .discarding)
        }
    }

    @Test("it says where it is and what version, and all that is in it counts")
    func content() throws {
        let machine = try Machine()
        let first = try machine.find()
        #expect(first.folder == "\(machine.folder.path)/usr")
        #expect(first.version == "6.3.1 (release)")
        #expect(first.identity == "swift 6.3.1 (release) \(first.digest)")
        #expect(try machine.find() == first)
        try FileSystem.writeAtomically("2", to: machine.library)
        let second = try machine.find()
        #expect(second.digest != first.digest)
        try FileSystem.writeAtomically("1", to: machine.library)
        #expect(try machine.find() == first)
        try machine.answer(
            resources: "\(machine.folder.path)/usr/lib/swift", version: "Swift version 7")
        #expect(try machine.find().version == "7")
    }

    @Test("what has not changed is not read again")
    func known() throws {
        let machine = try Machine()
        while !FileSystem.exists(machine.places.toolchain) {
            _ = try machine.find()
            usleep(20_000)
        }
        let known = try machine.find()
        let text = try FileSystem.readText(machine.places.toolchain)
        try FileSystem.writeAtomically(
            String(text.replacing(known.digest, with: "kept")), to: machine.places.toolchain)
        #expect(try machine.find().digest == "kept")
    }

    @Test("none, one among all other programs, and one that answers something else are errors")
    func errors() throws {
        let machine = try Machine()
        #expect(throws: PackageBuildError.noSwift(path: "/nowhere")) {
            try SwiftToolchain.find(
                path: "/nowhere", places: machine.places, events: .discarding)
        }
        try machine.answer(resources: "/usr/lib/swift")
        #expect(throws: PackageBuildError.scatteredSwift(folder: "/usr")) { try machine.find() }
        try machine.answer("hello")
        #expect(
            throws: PackageBuildError.unexpectedSwift(
                program: "\(machine.folder.path)/usr/bin/swift", output: "hello\n")
        ) { try machine.find() }
    }
}

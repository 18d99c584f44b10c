import Command
import Deployment
import Testing

@testable import Installation

@Suite struct AnswersSourceTests {
    static let digest = String(repeating: "a", count: 64)

    @Test("the kernel's words say where answers are")
    func words() throws {
        #expect(try AnswersSource(KernelWords("quiet slipway.mode=install")) == nil)
        #expect(try AnswersSource(KernelWords("slipway.answers=medium")) == .medium)
        #expect(
            try AnswersSource(
                KernelWords("slipway.answers=https://a/b slipway.answers.sha256=\(Self.digest)"))
                == .address("https://a/b", digest: Self.digest))
    }

    @Test("an address without a digest is refused before anything is fetched")
    func noDigest() {
        #expect(throws: InstallationError.noDigest(address: "http://host/a")) {
            try AnswersSource(KernelWords("slipway.answers=http://me:secret@host/a?key=secret"))
        }
        #expect(throws: InstallationError.badDigest("abc")) {
            try AnswersSource(KernelWords("slipway.answers=http://a slipway.answers.sha256=abc"))
        }
    }

    @Test("what may be secret in an address is in no argument")
    func fetch() {
        let command = AnswersSource.fetch("https://me:secret@host/a\"b")
        #expect(!command.text.contains("secret"))
        #expect(
            String(decoding: command.input, as: UTF8.self)
                == "url = \"https://me:secret@host/a\\\"b\"\n")
    }

    @Test("console words and the medium are found, the first of each counts")
    func liveWords() {
        let words = KernelWords(
            "console=tty0 console=ttyS0,115200 slipway.medium=A slipway.medium=B")
        #expect(words.consoles == ["console=tty0", "console=ttyS0,115200"])
        #expect(words.medium == "A")
    }
}

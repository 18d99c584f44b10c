import Bytes
import Digest
import Release
import TestSamples
import Testing

@Suite struct MinisignTests {
    static let key = MinisignSecretKey.make()
    static let content = Array("content\n".utf8)

    /// The public key of minisign's own releases, from its documentation page.
    @Test("the key of minisign's documentation")
    func publishedKey() throws {
        let key = try MinisignPublicKey(
            base64: "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", source: "page")
        #expect(key.id.description == "E7620F1842B4E81F")
        #expect(try MinisignPublicKey(decoding: key.encode(), source: "again") == key)
    }

    @Test("a signature holds for its content, key and comment only")
    func verification() throws {
        let signature = try MinisignSignature(
            signing: Self.content, with: Self.key, trustedComment: "a\tb")
        let read = try MinisignSignature(decoding: signature.encode(), source: "s")
        #expect(read == signature)
        try read.verify(Self.content, with: Self.key.publicKey, source: "s")
        #expect(
            throws: MinisignError.invalidSignature(source: "s", key: Self.key.id)
        ) { try read.verify(Self.content + [0], with: Self.key.publicKey, source: "s") }
        let other = MinisignSecretKey.make().publicKey
        #expect(
            throws: MinisignError.otherKey(source: "s", signedBy: Self.key.id, wanted: other.id)
        ) { try read.verify(Self.content, with: other, source: "s") }
    }

    @Test("the trusted comment is signed")
    func trustedComment() throws {
        let signature = try MinisignSignature(
            signing: Self.content, with: Self.key, trustedComment: "version 1")
        let text = String(decoding: signature.encode(), as: UTF8.self)
        let forged = text.split(separator: "\n").map {
            $0 == "trusted comment: version 1" ? "trusted comment: version 2" : String($0)
        }.joined(separator: "\n")
        let read = try MinisignSignature(decoding: Array((forged + "\n").utf8), source: "s")
        #expect(throws: MinisignError.invalidTrustedComment(source: "s", key: Self.key.id)) {
            try read.verify(Self.content, with: Self.key.publicKey, source: "s")
        }
    }

    @Test("no flipped bit behind the untrusted comment goes unseen")
    func flippedBits() throws {
        let bytes = try MinisignSignature(
            signing: Self.content, with: Self.key, trustedComment: "version 1"
        ).encode()
        let start = (bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0)
        for index in start..<bytes.count {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[index] ^= 1 << UInt8(bit)
                #expect(throws: MinisignError.self, "byte \(index) bit \(bit)") {
                    try MinisignSignature(decoding: flipped, source: "s")
                        .verify(Self.content, with: Self.key.publicKey, source: "s")
                }
            }
        }
    }

    @Test("files cut short or with something after the end are refused")
    func shape() throws {
        let signature = try MinisignSignature(
            signing: Self.content, with: Self.key, trustedComment: "version 1"
        ).encode()
        for count in 0..<signature.count {
            #expect(throws: MinisignError.self) {
                try MinisignSignature(decoding: Array(signature[..<count]), source: "s")
            }
        }
        for tail in ["\n", " ", "x\n"] {
            #expect(throws: MinisignError.self) {
                try MinisignSignature(decoding: signature + Array(tail.utf8), source: "s")
            }
        }
        let publicKey = Self.key.publicKey.encode()
        for count in 0..<publicKey.count {
            #expect(throws: MinisignError.self) {
                try MinisignPublicKey(decoding: Array(publicKey[..<count]), source: "k")
            }
        }
    }

    @Test("mutations of signature and key files never trap", arguments: 0..<10)
    func mutations(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let signature = try MinisignSignature(
            signing: Self.content, with: Self.key, trustedComment: "version 1"
        ).encode()
        let (publicKey, secretKey) = (Self.key.publicKey.encode(), try Self.key.encode())
        for _ in 0..<100 {
            _ = try? MinisignSignature(decoding: mutate(signature, &random), source: "s")
                .verify(Self.content, with: Self.key.publicKey, source: "s")
            _ = try? MinisignPublicKey(decoding: mutate(publicKey, &random), source: "k")
            _ = try? MinisignSecretKey(decoding: mutate(secretKey, &random), source: "k")
        }
    }

    @Test("comments of several lines are not written")
    func comments() {
        for comment in ["a\nb", "a\rb", String(repeating: "x", count: 1024)] {
            #expect(throws: MinisignError.invalidComment(comment)) {
                try MinisignSignature(
                    signing: Self.content, with: Self.key, trustedComment: comment)
            }
        }
    }

    @Test("a plain secret key comes back, and a damaged one is refused")
    func plainKey() throws {
        let bytes = try Self.key.encode()
        let read = try MinisignSecretKey(decoding: bytes, source: "k")
        #expect(read.publicKey == Self.key.publicKey)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        var block = try #require(Base64.decode(lines[1]))
        block[70] ^= 1
        let damaged = "\(lines[0])\n\(Base64.encode(block))\n"
        #expect(throws: MinisignError.damagedKey(source: "k")) {
            try MinisignSecretKey(decoding: Array(damaged.utf8), source: "k")
        }
    }

    @Test("an encrypted secret key opens with its passphrase only")
    func encryptedKey() throws {
        // libsodium's least cost, so that the test is quick.
        let cost = Scrypt.Cost(operationLimit: 32768, memoryLimit: 16 << 20)
        let bytes = try Self.key.encode(passphrase: Array("secret".utf8), cost: cost)
        let read = try MinisignSecretKey(
            decoding: bytes, passphrase: Array("secret".utf8), source: "k")
        #expect(read.publicKey == Self.key.publicKey)
        #expect(throws: MinisignError.passphraseNeeded(source: "k")) {
            try MinisignSecretKey(decoding: bytes, source: "k")
        }
        for wrong in ["", "Secret"] {
            #expect(throws: MinisignError.wrongPassphrase(source: "k")) {
                try MinisignSecretKey(decoding: bytes, passphrase: Array(wrong.utf8), source: "k")
            }
        }
    }

    @Test("a key file that asks for absurd memory is refused at once")
    func absurdCost() throws {
        let cost = Scrypt.Cost(operationLimit: 32768, memoryLimit: 16 << 20)
        let bytes = try Self.key.encode(passphrase: [1], cost: cost)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        var block = try #require(Base64.decode(lines[1]))
        block[53] = 0xFF
        let absurd = "\(lines[0])\n\(Base64.encode(block))\n"
        #expect(throws: MinisignError.self) {
            try MinisignSecretKey(decoding: Array(absurd.utf8), passphrase: [1], source: "k")
        }
    }
}

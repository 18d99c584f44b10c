import Bytes
import Digest
import Testing

@Suite struct DigestTests {
    @Test(
        "digests of \"abc\" are the published ones",
        arguments: [
            // FIPS 180-4 examples and RFC 1321, appendix A.5.
            (
                HashAlgorithm.sha256,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.md5, "900150983cd24fb0d6963f7d28e17f72"),
        ])
    func published(algorithm: HashAlgorithm, expected: String) {
        #expect(Hex.encode(Hasher.digest(Array("abc".utf8), algorithm)) == expected)
    }

    @Test("BLAKE2b-512 of \"abc\" is RFC 7693's, appendix A")
    func blake2b() {
        var hasher = BLAKE2b()
        Array("abc".utf8).withUnsafeBytes { hasher.update($0) }
        #expect(
            Hex.encode(hasher.finalize()).hasPrefix("ba80a53f981c4d0d6a2797b69f12f6e94c212f14"))
    }

    @Test("a signature is valid for its message and key only")
    func signatures() {
        let pair = Ed25519.makeKeyPair()
        let message: [UInt8] = Array("slipway".utf8)
        let signature = Ed25519.sign(message, secretKey: pair.secretKey)
        #expect(Ed25519.isValid(signature, of: message, publicKey: pair.publicKey))
        #expect(!Ed25519.isValid(signature, of: message + [0], publicKey: pair.publicKey))
        #expect(
            !Ed25519.isValid(signature, of: message, publicKey: Ed25519.makeKeyPair().publicKey))
        #expect(!Ed25519.isValid([1, 2], of: message, publicKey: pair.publicKey))
    }

    @Test("Ed25519 of RFC 8032, test 1")
    func publishedSignature() throws {
        let key = try #require(
            Hex.decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        let signature = try #require(
            Hex.decode(
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                    + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"))
        #expect(Ed25519.isValid(signature, of: [], publicKey: key))
    }
}

import Digest
import JSON
import Release
import Testing

@testable import Payload

@Suite struct SoftwareBillOfMaterialsTests {
    static let packages = [
        InstalledPackage(
            name: "libstdc++6", version: "1:14.2.0-19", architecture: "amd64",
            source: "gcc-14 (14.2.0-19)", sha256: String(repeating: "ab", count: 32),
            byteCount: 100, path: "pool/main/g/gcc-14/libstdc++6_14.2.0-19_amd64.deb",
            maintainer: "Debian GCC Maintainers <gcc@example.org>",
            copyright: CopyrightFileTests.sample),
        InstalledPackage(
            name: "bash", version: "5.2.37-2+b1", architecture: "amd64", source: "bash",
            copyright: "free text"),
        InstalledPackage(
            name: "odd", version: "1", architecture: "all", source: "odd",
            copyright:
                "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
                + "Files: *\nLicense: Own-1 or GPL\n\nLicense: Own-1\n Do as you like.\n"),
    ]

    static func encode(_ packages: [InstalledPackage]) throws -> [UInt8] {
        let subject = SoftwareBillOfMaterials.Subject(
            name: try ReleaseName("slipway", field: "name"),
            version: try ReleaseName("1.0", field: "version"), date: 1_763_596_800,
            checksum: Checksum(sha256: Hasher.digest([1])),
            fileName: try ReleaseName("slipway-1.0.update", field: "filename"), suite: "trixie",
            tool: "slipway-0.1")
        return SoftwareBillOfMaterials(subject, packages: packages).encode()
    }

    @Test("the order of the input makes no difference")
    func order() throws {
        #expect(try Self.encode(Self.packages) == Self.encode(Self.packages.reversed()))
    }

    @Test("the fields that SPDX 2.3 requires")
    func document() throws {
        let document = try JSON(parsing: Self.encode(Self.packages))
        #expect(document["spdxVersion"] == "SPDX-2.3")
        #expect(document["dataLicense"] == "CC0-1.0")
        #expect(document["SPDXID"] == "SPDXRef-DOCUMENT")
        #expect(document["creationInfo"]?["created"] == "2025-11-20T00:00:00Z")
        let packages = try #require(document["packages"]?.array)
        #expect(packages.map { $0["name"] } == ["slipway", "bash", "libstdc++6", "odd"])
        for package in packages {
            for field in ["name", "SPDXID", "downloadLocation"] { #expect(package[field] != nil) }
        }
        #expect(packages[2]["SPDXID"] == "SPDXRef-Package-libstdc--6-amd64")
        #expect(packages[2]["licenseDeclared"] == "BSD-3-Clause AND GPL-2.0-or-later")
        #expect(
            packages[2]["supplier"]
                == "Organization: Debian GCC Maintainers (gcc@example.org)")
        #expect(packages[1]["licenseDeclared"] == "NOASSERTION")
        #expect(document["relationships"]?.array?.count == 4)
    }

    @Test("purls are percent-encoded")
    func purl() {
        #expect(
            PackageURL.text(Self.packages[0], suite: "trixie")
                == "pkg:deb/debian/libstdc%2B%2B6@1:14.2.0-19?arch=amd64&distro=trixie")
    }

    @Test("a licence that SPDX does not know is carried with its text")
    func extracted() throws {
        let document = try JSON(parsing: Self.encode(Self.packages))
        let extracted = try #require(document["hasExtractedLicensingInfos"]?.array)
        #expect(extracted.map { $0["name"] } == ["GPL", "Own-1"])
        #expect(extracted[1]["extractedText"] == "Do as you like.")
        let declared = try #require(document["packages"]?.array?.last?["licenseDeclared"]?.string)
        for license in extracted {
            #expect(declared.contains(try #require(license["licenseId"]?.string)))
        }
    }

    @Test("packages of one name and architecture keep identifiers of their own")
    func identifiers() throws {
        let twins = ["a+b", "a-b"].map {
            InstalledPackage(name: $0, version: "1", architecture: "all", source: $0)
        }
        let document = try JSON(parsing: Self.encode(twins))
        let identifiers = (document["packages"]?.array ?? []).compactMap { $0["SPDXID"]?.string }
        #expect(Set(identifiers).count == 3)
    }
}

import Bytes
import Digest
import JSON
package import Release

/// The list of what an image is made of, as SPDX 2.3 JSON
/// (https://spdx.github.io/spdx-spec/v2.3/): packages, checksums, purls, declared licences.
///
/// The same input gives the same bytes: the time is `SOURCE_DATE_EPOCH`, and the namespace, which
/// must be unique to a document, follows from its content.
package struct SoftwareBillOfMaterials: Sendable {
    /// What the document describes: the payload.
    package struct Subject: Sendable {
        /// The image's name.
        package var name: ReleaseName
        /// The release's version.
        package var version: ReleaseName
        /// Seconds since 1970.
        package var date: Int64
        /// The payload file's SHA-256.
        package var checksum: Checksum
        /// The payload file's name.
        package var fileName: ReleaseName
        /// The suite that the packages are of, such as `trixie`, for purls.
        package var suite: String
        /// The program that makes the document, with its version: `slipway-0.1`.
        package var tool: String

        /// Describes a payload.
        package init(
            name: ReleaseName, version: ReleaseName, date: Int64, checksum: Checksum,
            fileName: ReleaseName, suite: String, tool: String
        ) {
            self.name = name
            self.version = version
            self.date = date
            self.checksum = checksum
            self.fileName = fileName
            self.suite = suite
            self.tool = tool
        }
    }

    private static let noAssertion: JSON = "NOASSERTION"

    private let subject: Subject
    private let packages: [InstalledPackage]
    /// Licences that SPDX's list does not have: identifier → name and text.
    private var extracted: [String: (name: String, text: String)] = [:]
    private var usedIdentifiers: Set<String> = []

    /// Prepares a document.
    package init(_ subject: Subject, packages: [InstalledPackage]) {
        self.subject = subject
        self.packages = packages.sorted(by: InstalledPackage.precedes)
    }

    /// The document's text.
    package func encode() -> [UInt8] {
        var copy = self
        return Array(copy.makeDocument().text(.pretty).utf8)
    }

    private mutating func makeDocument() -> JSON {
        let payloadID = "SPDXRef-Payload"
        var elements: [JSON] = [describePayload(payloadID)]
        var relationships: [JSON] = [relate("SPDXRef-DOCUMENT", "DESCRIBES", payloadID)]
        for package in packages {
            let identifier = makeIdentifier(package)
            elements.append(describe(package, identifier))
            relationships.append(relate(payloadID, "CONTAINS", identifier))
        }
        let extractedTexts = extracted.sorted {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }.map { identifier, license -> JSON in
            [
                "licenseId": .string(identifier), "name": .string(license.name),
                "extractedText": .string(license.text),
            ]
        }
        let name = "\(subject.name)-\(subject.version)"
        let body = JSON.array(elements + extractedTexts).text()
        return JSON.makeObject([
            "spdxVersion": "SPDX-2.3",
            "dataLicense": "CC0-1.0",
            "SPDXID": "SPDXRef-DOCUMENT",
            "name": .string(name),
            "documentNamespace": .string(
                "https://spdx.org/spdxdocs/\(name)-\(SoftwareBillOfMaterials.makeUUID(body))"),
            "creationInfo": [
                "created": .string(ReleaseDate.text(subject.date) + "Z"),
                "creators": [.string("Tool: \(subject.tool)")],
            ],
            "documentDescribes": [.string(payloadID)],
            "packages": .array(elements),
            "hasExtractedLicensingInfos": extracted.isEmpty ? nil : .array(extractedTexts),
            "relationships": .array(relationships),
        ])
    }

    private func describePayload(_ identifier: String) -> JSON {
        [
            "name": .string(subject.name.text),
            "SPDXID": .string(identifier),
            "versionInfo": .string(subject.version.text),
            "packageFileName": .string(subject.fileName.text),
            "supplier": Self.noAssertion,
            "downloadLocation": Self.noAssertion,
            "filesAnalyzed": false,
            "checksums": [
                ["algorithm": "SHA256", "checksumValue": .string(subject.checksum.description)]
            ],
            "licenseConcluded": Self.noAssertion,
            "licenseDeclared": Self.noAssertion,
            "copyrightText": Self.noAssertion,
            "primaryPackagePurpose": "OPERATING-SYSTEM",
        ]
    }

    private mutating func describe(_ package: InstalledPackage, _ identifier: String) -> JSON {
        let source =
            ["built from source package \(package.source)"] + [package.path].compactMap(\.self)
        return JSON.makeObject([
            "name": .string(package.name),
            "SPDXID": .string(identifier),
            "versionInfo": .string(package.version),
            "packageFileName": package.path.map { path in
                .string(path.split(separator: "/").last.map(String.init) ?? path)
            },
            "supplier": Self.supplier(package.maintainer),
            "downloadLocation": Self.noAssertion,
            "filesAnalyzed": false,
            "checksums": package.sha256.map {
                [["algorithm": "SHA256", "checksumValue": .string($0)]]
            },
            "sourceInfo": .string(source.joined(separator: "; ")),
            "licenseConcluded": Self.noAssertion,
            "licenseDeclared": .string(declareLicense(package)),
            "copyrightText": Self.noAssertion,
            "externalRefs": [
                [
                    "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                    "referenceLocator": .string(PackageURL.text(package, suite: subject.suite)),
                ]
            ],
        ])
    }

    private func relate(_ element: String, _ type: String, _ other: String) -> JSON {
        [
            "spdxElementId": .string(element), "relationshipType": .string(type),
            "relatedSpdxElement": .string(other),
        ]
    }

    /// An identifier may hold letters, digits, `.` and `-` (section 3.2); others become `-`.
    private mutating func makeIdentifier(_ package: InstalledPackage) -> String {
        let base = "SPDXRef-Package-" + Self.idstring("\(package.name)-\(package.architecture)")
        var identifier = base
        var number = 2
        while !usedIdentifiers.insert(identifier).inserted {
            identifier = "\(base)-\(number)"
            number += 1
        }
        return identifier
    }

    private static func idstring(_ text: String) -> String {
        String(
            decoding: text.utf8.map { byte in
                PackageURL.isAlphanumeric(byte) || byte == UInt8(ascii: ".")
                    ? byte : UInt8(ascii: "-")
            }, as: UTF8.self)
    }

    private mutating func declareLicense(_ package: InstalledPackage) -> String {
        guard let text = package.copyright, let file = CopyrightFile(text),
            !file.synopses.isEmpty
        else { return "NOASSERTION" }
        let expression = LicenseExpression.makeAll(
            file.synopses.map(LicenseExpression.init(synopsis:)))
        var references: [String: String] = [:]
        for name in expression.otherNames.sorted() {
            references[name] = extract(name, from: file, of: package)
        }
        return expression.text { references[$0] ?? "NOASSERTION" }
    }

    /// Keeps a licence that SPDX does not know, under an identifier that its text decides: two
    /// packages often mean different things by one short name.
    private mutating func extract(
        _ name: String, from file: CopyrightFile, of package: InstalledPackage
    ) -> String {
        let text =
            file.texts[name.lowercased()]
            ?? "Named \"\(name)\" in /usr/share/doc/\(package.name)/copyright, with no text of its own"
        let digest = Hex.encode(Hasher.digest(Array(text.utf8)).prefix(4))
        let short = Self.idstring(String(name.prefix(40)))
        let identifier = "LicenseRef-\(short)-\(digest)"
        extracted[identifier] = (name, text)
        return identifier
    }

    private static func supplier(_ maintainer: String?) -> JSON {
        guard let maintainer else { return noAssertion }
        // SPDX's form is "Organization: name (address)"; Debian's "name <address>".
        let text = maintainer.replacing("<", with: "(").replacing(">", with: ")")
        return .string("Organization: \(text)")
    }

    /// A UUID made of a digest: version 8 of RFC 9562, whose bits are the maker's.
    private static func makeUUID(_ text: String) -> String {
        var bytes = Array(Hasher.digest(Array(text.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(Hex.encode(bytes))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
            .joined(separator: "-")
    }
}

/// Package URLs (https://github.com/package-url/purl-spec, type `deb`).
enum PackageURL {
    /// The purl of a Debian package.
    static func text(_ package: InstalledPackage, suite: String) -> String {
        "pkg:deb/debian/\(encode(package.name))@\(encode(package.version))"
            + "?arch=\(encode(package.architecture))&distro=\(encode(suite))"
    }

    /// Percent-encodes all but letters, digits and `. - _ ~ :`, as the specification has it.
    static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            isAlphanumeric(byte) || ".-_~:".utf8.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

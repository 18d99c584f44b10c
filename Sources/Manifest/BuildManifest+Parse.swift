package import YAML

extension BuildManifest {
    /// Reads a manifest.
    ///
    /// - Parameters:
    ///   - bytes: The file's bytes.
    ///   - file: How errors name the file.
    /// - Throws: `YAMLIssues` with everything that is wrong, not only the first.
    package init(parsing bytes: [UInt8], file: String) throws(YAMLIssues) {
        self = try YAMLDecoder.decode(bytes, file: file) { BuildManifest(decoding: $1) }
    }

    private static let keys = [
        "name", "train", "compatible", "compression", "components", "local-packages", "code_name",
        "debian_release", "identity_file_path_default", "apt-repos", "base-packages",
        "base-prune", "build-epoch", "apt_preferences", "additional-packages", "iso-packages",
        "sources", "extensions", "external-packages",
    ]

    /// Reads the top level; what is wrong is reported to the field's decoder.
    private init(decoding root: YAMLField) {
        let map = root.mapping(BuildManifest.keys)
        codeName = map.optional("code_name") { $0.nonEmptyString }
        name = BuildManifest.readName(map, codeName: codeName)
        let standard = name
        train = map.optional("train") { $0.releaseName } ?? standard
        compatible = map.optional("compatible") { $0.releaseName } ?? standard
        compression = map.optional("compression") { CompressionChoice(decoding: $0) } ?? .init()
        components =
            map.optional("components") { field in
                field.reportRepeats()
                return field.elements.map(\.releaseName)
            } ?? []
        localPackages =
            map.optional("local-packages") { field in
                field.reportRepeats()
                return field.elements.map { $0.packageName() }
            } ?? []
        debianRelease = map.required("debian_release", or: "") { $0.releaseName }
        identityFilePathDefault = map.optionalString("identity_file_path_default")
        let nowhere = AptRepositories(
            main: AptRepository(location: .host, distribution: "", components: [], line: 0),
            additional: [])
        aptRepositories = map.required("apt-repos", or: nowhere) { AptRepositories(decoding: $0) }
        basePackages = map.required("base-packages", or: []) { field in
            field.elements.map { PackageEntry(decoding: $0) }
        }
        additionalPackages =
            map.optional("additional-packages") { field in
                field.elements.map { PackageEntry(decoding: $0) }
            } ?? []
        isoPackages =
            map.optional("iso-packages") { field in
                field.reportRepeats()
                return field.elements.map { $0.packageName() }
            } ?? []
        basePrune =
            map.optional("base-prune") { field in
                field.reportRepeats()
                return field.elements.map { $0.packageName(isPattern: true) }
            } ?? []
        buildEpoch = map.optional("build-epoch") { $0.integer(in: 0...Int(Int32.max)) } ?? 0
        aptPreferences =
            map.optional("apt_preferences") { field in
                field.elements.map { AptPreference(decoding: $0) }
            } ?? []
        sources =
            map.optional("sources") { field in
                field.elements.map { SourceEntry(decoding: $0) }
            } ?? []
        extensions = map.optional("extensions") { readExtensions($0) } ?? [:]
        externalPackages =
            map.optional("external-packages") { field in
                field.entries.map { ExternalPackage(name: $0.key, decoding: $0.value) }
            } ?? []
        map.reportRepeatedPackages()
        map.reportUnknownSources(sources)
    }

    private static func readName(_ map: YAMLMapping, codeName: String?) -> String {
        if let name = map.optional("name", { $0.releaseName }) { return name }
        guard let codeName else {
            map.field.report("missing key \"name\"")
            return ""
        }
        let name = codeName.lowercased()
        if let flaw = ManifestRule.flaw(ofName: name) { map.report("code_name", "name \(flaw)") }
        return name
    }
}

private func readExtensions(_ field: YAMLField) -> [String: [String: String]] {
    var extensions: [String: [String: String]] = [:]
    for (name, _, channels) in field.entries {
        extensions[name] = channels.stringMap
    }
    return extensions
}

extension CompressionChoice {
    fileprivate init(decoding field: YAMLField) {
        self.init()
        if case .scalar = field.node.content {
            algorithm = field.choice(Algorithm.self) ?? .zstd
            return
        }
        let map = field.mapping(["algorithm", "level", "block-size"])
        let algorithm = map.required("algorithm", or: .zstd) {
            $0.choice(Algorithm.self) ?? .zstd
        }
        self.algorithm = algorithm
        level = map.optional("level") { level in
            guard let levels = algorithm.levels else {
                level.report("\(algorithm.rawValue) has no levels")
                return 0
            }
            return level.integer(in: levels)
        }
        blockSize = map.optional("block-size") { size in
            let value = size.integer(in: 4096...1_048_576)
            if value.nonzeroBitCount != 1 { size.report("expected a power of two, got \(value)") }
            return value
        }
    }
}

extension PackageEntry {
    /// Reads `name: x` with its companions, or the bare name.
    fileprivate init(decoding field: YAMLField) {
        line = field.mark.line
        if case .scalar = field.node.content {
            name = field.packageName()
            installRecommends = false
            return
        }
        let map = field.mapping(["name", "install_recommends", "comment"])
        name = map.required("name", or: "") { $0.packageName() }
        installRecommends = map.bool("install_recommends", default: false)
        comment = map.optionalString("comment")
    }
}

extension AptPreference {
    fileprivate init(decoding field: YAMLField) {
        let map = field.mapping(["Package", "Pin", "Pin-Priority"])
        package = map.required("Package", or: "") { $0.singleLine }
        pin = map.required("Pin", or: "") { $0.singleLine }
        priority = map.required("Pin-Priority", or: 0) { $0.integer(in: -32768...32767) }
    }
}

extension ExternalPackage {
    fileprivate init(name: String, decoding field: YAMLField) {
        self.name = name
        line = field.mark.line
        if let flaw = ManifestRule.flaw(ofPackage: name) { field.report("\"\(name)\" \(flaw)") }
        let map = field.mapping(["deb_version", "url_template", "sha256", "post_install_commands"])
        version = map.required("deb_version", or: "") { $0.word }
        urlTemplate = map.required("url_template", or: "") { $0.word }
        sha256 = map.optional("sha256") { field in
            let text = field.string
            if !ManifestRule.isSHA256(text) {
                field.report("expected 64 hexadecimal digits, got \(field.node.summary)")
            }
            return text.lowercased()
        }
        postInstallCommands =
            map.optional("post_install_commands") { field in
                field.elements.map { command in
                    let words = command.strings
                    if words.isEmpty { command.report("expected a program and its arguments") }
                    return words
                }
            } ?? []
    }
}

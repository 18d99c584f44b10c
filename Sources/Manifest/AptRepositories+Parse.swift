import YAML

extension AptRepositories {
    init(decoding field: YAMLField) {
        let map = field.mapping([
            "base-url", "base-url-internal", "url", "distribution", "components", "additional",
        ])
        func base(_ field: YAMLField) -> String {
            let url = field.word
            if !url.hasSuffix("/") { field.report("expected a URL that ends in a slash") }
            return url
        }
        let baseURL = map.optional("base-url", base)
        self.baseURL = baseURL
        baseURLInternal = map.optional("base-url-internal", base)
        main = AptRepository(
            location: map.required("url", or: .host) { Location(decoding: $0, base: baseURL) },
            distribution: map.required("distribution", or: "") { $0.word },
            components: map.required("components", or: []) { $0.words },
            line: field.mark.line)
        additional =
            map.optional("additional") { field in
                field.elements.map { AptRepository(decoding: $0, base: baseURL) }
            } ?? []
    }
}

extension AptRepositories.Location {
    /// Reads `host`, a URL, or what is relative to `base-url`.
    fileprivate init(decoding field: YAMLField, base: String?) {
        var text = field.word
        if text == "host" {
            self = .host
            return
        }
        if !text.contains("://") {
            if let base {
                text = base + text
            } else if !text.isEmpty {
                field.report("expected host, a URL, or a path relative to base-url")
            }
        }
        let schemes = ["http://", "https://", "file://"]
        if text.contains("://"), !schemes.contains(where: text.hasPrefix) {
            field.report("expected a URL of http, https or file, got \(text)")
        }
        while text.hasSuffix("/") { text.removeLast() }
        self = .url(text)
    }
}

extension AptRepository {
    fileprivate init(decoding field: YAMLField, base: String?) {
        let map = field.mapping(["url", "distribution", "component", "key"])
        location = map.required("url", or: .host) { .init(decoding: $0, base: base) }
        distribution = map.required("distribution", or: "") { $0.word }
        components = map.required("component", or: []) { $0.words }
        key = map.optional("key") { $0.innerPath }
        line = field.mark.line
    }
}

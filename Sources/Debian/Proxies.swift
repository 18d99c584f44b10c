import Glibc

/// The caller's proxy settings, the one thing of its environment that programs which fetch need.
package enum Proxies {
    /// What of it is set.
    package static var environment: [String: String] {
        var found: [String: String] = [:]
        for name in ["http_proxy", "https_proxy", "no_proxy"] {
            if let value = getenv(name) { found[name] = String(cString: value) }
        }
        return found
    }
}

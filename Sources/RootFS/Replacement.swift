import Debian

/// Which of several packages with the same file is the one that it comes from.
///
/// dpkg's rule (src/main/archives.c, `tarobject` and `does_replace`; deb-control(5), `Replaces`): a
/// package takes over the files of those that it names, in versions that it names, whichever is
/// unpacked first. Where two name each other the order decides, and where nobody names anybody dpkg
/// refuses: both are nobody's choice here.
struct Replacement {
    /// One relation of a `Replaces` field.
    private struct Relation {
        let name: String
        let architecture: String?
        let test: (operation: String, version: DebianVersion)?
    }

    /// Whether a package takes over the files of another.
    static func replaces(_ package: Stanza, _ other: Stanza) -> Bool {
        relations(package["Replaces"] ?? "").contains { relation in
            guard relation.name == other["Package"] else { return false }
            if let architecture = relation.architecture, architecture != "any",
                architecture != other["Architecture"]
            {
                return false
            }
            guard let test = relation.test else { return true }
            let version = DebianVersion(other["Version"] ?? "")
            switch test.operation {
            case "<<": return version < test.version
            // A lone sign means "or equal" (deb-control(5), obsolete spellings).
            case "<=", "<": return !(test.version < version)
            case ">>": return test.version < version
            case ">=", ">": return !(version < test.version)
            default: return !(version < test.version) && !(test.version < version)
            }
        }
    }

    /// The one of some packages that takes over a file from all others; nil where none or more than
    /// one does.
    static func winner(among packages: [Stanza]) -> Int? {
        let winners = packages.indices.filter { index in
            packages.indices.allSatisfy { other in
                other == index
                    || replaces(packages[index], packages[other])
                        && !replaces(packages[other], packages[index])
            }
        }
        return winners.count == 1 ? winners[0] : nil
    }

    /// Reads `name[:architecture] [(operation version)], …`.
    private static func relations(_ field: String) -> [Relation] {
        field.split(separator: ",").compactMap { text in
            let text = String(text.map { $0.isWhitespace ? " " : $0 })
            let parts = text.split(separator: "(", maxSplits: 1)
            let words = parts.first?.split(separator: " ") ?? []
            guard let names = words.first?.split(separator: ":", maxSplits: 1) else { return nil }
            var test: (String, DebianVersion)?
            if parts.count == 2 {
                let inner = parts[1].prefix { $0 != ")" }.filter { $0 != " " }
                let operation = inner.prefix { "<>=".contains($0) }
                test = (String(operation), DebianVersion(String(inner.dropFirst(operation.count))))
            }
            return Relation(
                name: String(names[0]), architecture: names.count == 2 ? String(names[1]) : nil,
                test: test)
        }
    }
}

package import Storage
import Syscalls

/// What the running image offers to choose from.
package struct InstallationCatalog: Sendable {
    /// The shipped layouts, by their names.
    package var layouts: [String: Layout]
    /// Time zones, sorted.
    package var timezones: [String]
    /// Keyboards, in the order of the list that they come from; empty where there is none.
    package var keymaps: [Keymap]

    /// A keyboard that can be chosen.
    package struct Keymap: Sendable, Equatable {
        /// XKB's layout, such as `de`, or layout and variant, such as `de:nodeadkeys`.
        package var name: String
        /// What people call it.
        package var title: String

        /// Makes one.
        package init(name: String, title: String) {
            self.name = name
            self.title = title
        }
    }

    /// Makes a catalog.
    package init(layouts: [String: Layout], timezones: [String], keymaps: [Keymap]) {
        self.layouts = layouts
        self.timezones = timezones
        self.keymaps = keymaps
    }

    /// Where an image keeps its layouts.
    package static let layoutFolder = "/usr/lib/slipway/layouts"
    private static let zoneTable = "usr/share/zoneinfo/tzdata.zi"
    private static let keyboardList = "usr/share/X11/xkb/rules/base.lst"

    /// Reads what an image has.
    ///
    /// - Parameters:
    ///   - root: The image's root; empty for the running one.
    ///   - layoutFolder: Where the layouts are, below the root.
    /// - Throws: `YAMLIssues` for a layout that is wrong, `SystemError` when a folder cannot be read.
    package init(root: String = "", layoutFolder: String = layoutFolder) throws {
        layouts = [:]
        let folder = root + layoutFolder
        for name in try FileSystem.list(folder) where name.hasSuffix(".yaml") {
            let path = "\(folder)/\(name)"
            let layout = try Layout(parsing: FileSystem.read(path), file: path)
            // Others are observed and recovered, not installed.
            if layout.bootVolume != nil { layouts[String(name.dropLast(5))] = layout }
        }
        timezones = try InstallationCatalog.timezones(root)
        keymaps = try InstallationCatalog.keymaps(root)
    }

    /// The zones and links of tzdata.zi (zic(8)), in which a line is `Z name …` or `L target name`.
    private static func timezones(_ root: String) throws -> [String] {
        let path = "\(root)/\(zoneTable)"
        guard FileSystem.exists(path) else { return [Answers.standardTimezone] }
        let names = try FileSystem.readText(path).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return switch words.first {
            case "Z" where words.count > 1: String(words[1])
            case "L" where words.count > 2: String(words[2])
            default: nil as String?
            }
        }
        return names.filter { FileSystem.exists("\(root)/usr/share/zoneinfo/\($0)") }.sorted()
    }

    /// The layouts and variants of XKB's list, whose sections begin with `! layout` and
    /// `! variant`; a variant's line is `name  layout: title`.
    private static func keymaps(_ root: String) throws -> [Keymap] {
        let path = "\(root)/\(keyboardList)"
        guard FileSystem.exists(path) else { return [] }
        var section: Substring = ""
        var layouts: [Keymap] = []
        var variants: [String: [Keymap]] = [:]
        for line in try FileSystem.readText(path).split(separator: "\n") {
            if line.hasPrefix("! ") {
                section = line.dropFirst(2)
                continue
            }
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let title = String(words[1]).trimmingBlanks
            switch section {
            case "layout": layouts.append(Keymap(name: String(words[0]), title: title))
            case "variant":
                let parts = title.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                variants[String(parts[0]), default: []].append(
                    Keymap(
                        name: "\(parts[0]):\(words[0])",
                        title: String(parts[1]).trimmingBlanks))
            default: break
            }
        }
        return layouts.sorted { $0.name < $1.name }.flatMap { [$0] + (variants[$0.name] ?? []) }
    }
}

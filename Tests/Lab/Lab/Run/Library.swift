import Syscalls

/// The stories of a folder, and which stand on which.
package struct Library: Sendable {
    /// The stories by name, in the order of their names.
    package let stories: [Story]

    /// Reads all `*.story` files of a folder.
    ///
    /// - Throws: `LabError` for a story that cannot be read or stands on one that is not there.
    package init(folder: String) throws {
        let names = try FileSystem.list(folder).filter { $0.hasSuffix(".story") }
        try self.init(
            names.map { name in
                let path = "\(folder)/\(name)"
                return try Story(parsing: FileSystem.readText(path), file: path)
            })
    }

    /// Puts stories together.
    package init(_ stories: [Story]) throws(LabError) {
        self.stories = stories
        for story in stories { _ = try chain(to: story.name) }
    }

    /// The stories that have to be told for one, that one last.
    ///
    /// - Throws: `LabError.badStory` when one of them is not there or they stand on one another.
    package func chain(to name: String) throws(LabError) -> [Story] {
        var chain: [Story] = []
        var next: String? = name
        while let current = next {
            guard let story = stories.first(where: { $0.name == current }) else {
                let reason = chain.last.map { "\($0.name) begins with it" } ?? "asked for"
                throw .badStory(name: current, reason: "there is none (\(reason))")
            }
            guard !chain.contains(story) else {
                throw .badStory(name: current, reason: "it begins with itself")
            }
            chain.append(story)
            next = story.base
        }
        return chain.reversed()
    }

    /// The stories that have to be told for some, each after those that it stands on, in levels:
    /// those of a level need nothing of one another.
    ///
    /// - Parameter names: The stories that are wanted; all when there are none.
    /// - Returns: The levels, and in them the stories, each once.
    /// - Throws: `LabError.badStory` when there is no such story.
    package func levels(for names: [String]) throws(LabError) -> [[Story]] {
        var levels: [[Story]] = []
        for name in names.isEmpty ? stories.map(\.name) : names {
            for (depth, story) in try chain(to: name).enumerated() {
                if depth == levels.count { levels.append([]) }
                if !levels[depth].contains(story) { levels[depth].append(story) }
            }
        }
        return levels
    }
}

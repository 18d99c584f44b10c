/// Something that happens to a machine, from end to end.
struct Story: Sendable {
    /// What it is called.
    let name: String
    /// What it shows, in one line.
    let summary: String
    /// What happens; throws when something is not as it should be.
    let tell: @Sendable (StoryRun, Teller) throws -> Void
}

extension Story {
    /// All stories, in the order in which they are told.
    static let all: [Story] =
        LifeStories.all + MediumStories.all + InstallStories.all + PersonStories.all
        + LegStories.all + TrialStories.all + CutStories.all
}

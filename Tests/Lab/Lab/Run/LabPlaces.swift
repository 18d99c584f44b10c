/// Where a lab finds what it needs.
package struct LabPlaces: Sendable {
    /// An empty folder that the machines' root is mounted on.
    package var mountPoint: String
    /// The tree of the lab's manifest.
    package var tree: String
    /// The tree that the kernel is taken from.
    package var kernelTree: String
    /// The folder of the programs under test.
    package var programs: String
    /// The folders of layouts for stories.
    package var layouts: [String]
    /// Where logs are kept.
    package var logs: String
    /// How large the images are that stand in for real ones.
    package var imageSizes = StandInSizes()

    /// Names the places.
    package init(
        mountPoint: String, tree: String, kernelTree: String, programs: String, layouts: [String],
        logs: String
    ) {
        self.mountPoint = mountPoint
        self.tree = tree
        self.kernelTree = kernelTree
        self.programs = programs
        self.layouts = layouts
        self.logs = logs
    }
}

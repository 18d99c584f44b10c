/// Whether the machine could be started from one boot leg, and what keeps it from that.
///
/// That an array is whole says nothing about it: the firmware reads boot code and EFI system
/// partition, which are no part of any array.
package struct BootProof: Sendable, Equatable {
    /// The role of the disk.
    package var role: String
    /// The disk; nil when it is not there.
    package var disk: String?
    /// Whether firmware starts from it, or it only holds a copy of the images.
    package var startsFirmware: Bool
    /// What is wrong with table, boot code, core image or EFI system partition.
    package var loaderProblems: [String]
    /// What is wrong with the images that are started, on this leg; nil when that was not looked
    /// at.
    package var imageProblems: [String]?

    /// Makes a proof.
    package init(
        role: String, disk: String?, startsFirmware: Bool, loaderProblems: [String],
        imageProblems: [String]? = nil
    ) {
        self.role = role
        self.disk = disk
        self.startsFirmware = startsFirmware
        self.loaderProblems = loaderProblems
        self.imageProblems = imageProblems
    }

    /// All that is wrong.
    package var problems: [String] {
        (disk == nil ? ["no disk is there"] : []) + loaderProblems + (imageProblems ?? [])
    }

    /// Whether nothing is wrong that was looked at.
    package var isGood: Bool { problems.isEmpty }

    /// Whether firmware starts the machine from it.
    package var isBootable: Bool { startsFirmware && disk != nil && loaderProblems.isEmpty }
}

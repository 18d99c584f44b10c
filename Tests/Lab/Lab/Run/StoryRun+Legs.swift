import Command
import DiskFormats
import Syscalls

extension StoryRun {
    /// A leg's bytes, from outside.
    ///
    /// - Throws: `Complaint` while the machine is on: it may hold back what was written.
    private func region(_ leg: Leg) throws -> DiskRegion {
        guard machine == nil else {
            throw Complaint(reason: "the machine is on: disks are compared while it is off")
        }
        let image = try DiskRegion(image: shelf.path(try shelf.disk(leg.disk)))
        return try leg.partition.map { try image.partition($0) } ?? image
    }

    /// Compares the data of two legs, or only what the filesystem on them uses.
    func checkEqual(_ left: Leg, _ right: Leg, usedOnly: Bool) throws {
        var regions = try [left, right].map { try region($0).data() }
        if usedOnly {
            regions = try zip(["left", "right"], regions).map { name, region in
                try usedPart(of: region, name: name)
            }
        }
        if let offset = try regions[0].firstDifference(from: regions[1]) {
            throw Complaint(reason: "\(left) and \(right) differ at byte \(offset)")
        }
    }

    /// Looks for damage in a leg's filesystem without changing it.
    func checkFilesystem(_ leg: Leg) throws {
        let data = try region(leg).data()
        try runOutside("e2fsck", ["-f", "-n", try place(of: data)])
    }

    /// Compares a value of a leg's superblock, in the words of this lab.
    func checkSuperblock(_ leg: Leg, _ key: SuperblockKey, _ wanted: String) throws {
        let superblock = try region(leg).superblock()
        let found: String
        switch (key, superblock) {
        case (.role, _): found = "\(superblock.role)"
        case (.events, _): found = "\(superblock.events)"
        case (.version, _): found = "\(superblock.version)"
        case (.state, _): found = superblock.isClean ? "clean" : "dirty"
        case (.roles, .version1(let superblock)):
            let roles = superblock.deviceRoles
            let last = roles.lastIndex { $0 != .spare } ?? 0
            found = roles.prefix(max(Int(superblock.raidDisks), last + 1)).map(\.description)
                .joined(separator: ", ")
        case (.recovery, .version1(let superblock)):
            found =
                superblock.features.contains(.recoveryOffset)
                ? "at \(superblock.recoveryOffset)" : "none"
        case (.roles, .version090), (.recovery, .version090):
            throw Complaint(reason: "superblocks of 0.90 have no \(key.rawValue)")
        }
        guard found == wanted else {
            throw Complaint(reason: "\(key.rawValue) of \(leg) is \(found), wanted is \(wanted)")
        }
    }

    /// Says whether a leg has a superblock that can be read.
    func checkNoSuperblock(_ leg: Leg) throws {
        let findings = MDMember.findings(in: try region(leg))
        guard findings.isEmpty else {
            throw Complaint(reason: "\(leg) has a superblock of \(findings[0].version)")
        }
    }

    /// What a filesystem uses of a region, with holes for all else.
    private func usedPart(of region: DiskRegion, name: String) throws -> DiskRegion {
        let target = "\(folder)/\(name).used"
        try FileSystem.removeFile(setting.root.outside(target))
        // All of a raw copy's blocks: e2image(8), -r and -a.
        try runOutside(
            "e2image",
            [
                "-r", "-a", "-o", String(region.extent.lowerBound), inside(region.file.path),
                target,
            ])
        return try DiskRegion(image: setting.root.outside(target))
    }

    /// A region as e2fsprogs name it (e2fsck(8)): the device, and where it begins there.
    private func place(of region: DiskRegion) throws -> String {
        "\(inside(region.file.path))?offset=\(region.extent.lowerBound)"
    }

    /// A path inside the root, of one from outside.
    private func inside(_ path: String) -> String {
        String(path.dropFirst(setting.root.path.count))
    }

    /// Runs a program of the lab's tree, outside of any machine.
    private func runOutside(_ program: String, _ arguments: [String]) throws {
        let command = Command("chroot", [setting.root.path, program] + arguments)
        let result = try command.run()
        try write(result.text + result.errorText)
        guard result.isSuccess else {
            throw Complaint(
                reason: "\(program): \(result.ending): "
                    + result.text.split(separator: "\n").suffix(3).joined(separator: " / "))
        }
    }
}

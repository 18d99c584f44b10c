import Command
import CSyscalls
import Glibc
import JSON
import Release
import Syscalls

/// The folder that machines have for their root: the lab's tree with the programs under test over
/// it, and the disks of the stories.
///
/// All of it is mounted in the caller's mount namespace and goes with it, disks included: they lie
/// in memory.
struct LabRoot: Sendable {
    /// The root, as seen from outside.
    let path: String
    /// Where it keeps disks, as seen from inside.
    static let runs = "/lab/runs"
    /// Where the programs under test are, as seen from inside.
    static let programs = "/lab/bin"

    /// Where images are, each in a folder that is called after its version, as seen from inside.
    static let images = "/lab/images"
    /// A boot volume with these images, from which boot legs are made unless a story says otherwise.
    static let bootVolume = "/lab/boot"
    /// Where the key is that has signed them, as seen from inside.
    static let keys = "/lab/keys"
    /// Where layouts are, as seen from inside.
    static let layouts = "/lab/layouts"
    /// Where payloads are: `1.0.update`, `2.0.update` and some that must be refused.
    static let payloads = "/lab/payloads"
    /// A folder that stands for a running image: what it is, whom it trusts, its layouts.
    static let live = "/lab/live"

    /// Puts the root together.
    ///
    /// - Throws: `LabError.missing`, and `SystemError` when something cannot be mounted.
    init(_ places: LabPlaces) throws {
        for tree in [places.tree, places.kernelTree]
        where !FileSystem.exists("\(tree)/usr/bin/linux.uml") {
            throw LabError.missing(path: "\(tree)/usr/bin/linux.uml", cure: "run make lab")
        }
        let base = places.mountPoint
        try FileSystem.makeDirectory(base)
        try Mount.temporary(at: base, size: "75%")
        self.path = "\(base)/root"
        for name in ["root", "upper", "work"] { try FileSystem.makeDirectory("\(base)/\(name)") }
        try Mount.overlay(
            lower: [places.tree], upper: "\(base)/upper", work: "\(base)/work", at: self.path)
        try showKernel(of: places.kernelTree, over: places.tree)
        try show(places.programs, at: LabRoot.programs)
        try FileSystem.makeDirectory(outside(LabRoot.layouts))
        for folder in places.layouts {
            for name in try FileSystem.list(folder) {
                try FileSystem.writeAtomically(
                    FileSystem.read("\(folder)/\(name)"),
                    to: outside("\(LabRoot.layouts)/\(name)"))
            }
        }
        let key = MinisignSecretKey.make()
        for version in ["1.0", "2.0"] {
            try StandInImage(version: version, sizes: places.imageSizes).write(
                to: outside("\(LabRoot.images)/\(version)"), signing: key)
        }
        try FileSystem.makeDirectory(outside("\(LabRoot.bootVolume)/state"))
        try FileSystem.makeLink(outside("\(LabRoot.bootVolume)/images"), to: LabRoot.images)
        // docs/images.md.
        let state: JSON = [
            "format": 1, "generation": 1, "confirmed": "1.0", "failed": [], "options": "",
            "legs": [:],
        ]
        try FileSystem.writeAtomically(
            state.text(.pretty), to: outside("\(LabRoot.bootVolume)/state/boot.json"))
        try FileSystem.makeDirectory(outside(LabRoot.keys))
        try FileSystem.writeAtomically(
            key.publicKey.encode(), to: outside("\(LabRoot.keys)/lab.pub"))
        try makePayloads(signing: key, places.imageSizes)
        try makeLive()
        try showSystem()
        // The disks are next to the overlay, not in it: copying one is then a matter of memory.
        try FileSystem.makeDirectory("\(base)/runs")
        for folder in [LabRoot.runs, Agent.folder] {
            try FileSystem.makeDirectory(outside(folder))
        }
        try Mount.bind("\(base)/runs", at: outside(LabRoot.runs))
    }

    private func makePayloads(signing key: MinisignSecretKey, _ sizes: StandInSizes) throws {
        try FileSystem.makeDirectory(outside(LabRoot.payloads))
        let payloads: [(name: String, image: StandInImage, key: MinisignSecretKey?)] = [
            ("1.0", StandInImage(version: "1.0", sequence: 1, sizes: sizes), key),
            ("2.0", StandInImage(version: "2.0", sequence: 2, sizes: sizes), key),
            ("unsigned", StandInImage(version: "1.0"), nil),
            ("foreign", StandInImage(version: "1.0"), MinisignSecretKey.make()),
            ("other", StandInImage(version: "1.0", compatible: "other"), key),
        ]
        for payload in payloads {
            try payload.image.writePayload(
                to: outside("\(LabRoot.payloads)/\(payload.name).update"), signing: payload.key)
        }
    }

    private func makeLive() throws {
        let folder = outside("\(LabRoot.live)/usr/lib/slipway")
        try FileSystem.makeDirectory(folder)
        let image: JSON = ["name": "lab", "version": "1.0", "train": "lab", "compatible": "lab"]
        try FileSystem.writeAtomically(image.text(.pretty), to: "\(folder)/manifest.json")
        try FileSystem.makeLink("\(folder)/keys", to: LabRoot.keys)
        try FileSystem.makeLink("\(folder)/layouts", to: LabRoot.layouts)
    }

    /// The path from outside of something inside.
    func outside(_ inside: String) -> String { path + inside }

    private func showKernel(of kernelTree: String, over tree: String) throws {
        if kernelTree != tree {
            try Mount.bind("\(kernelTree)/usr/bin/linux.uml", at: outside("/usr/bin/linux.uml"))
            try Mount.bind("\(kernelTree)/usr/lib/uml/modules", at: outside("/usr/lib/uml/modules"))
        }
        // Debian keeps the modules apart from those of kernels that boot machines.
        for release in try FileSystem.list(outside("/usr/lib/uml/modules")) {
            try FileSystem.makeDirectory(outside("/usr/lib/modules"))
            try FileSystem.makeLink(
                outside("/usr/lib/modules/\(release)"), to: "../uml/modules/\(release)")
        }
    }

    private func show(_ folder: String, at target: String) throws {
        try FileSystem.makeDirectory(outside(target))
        try Mount.bind(folder, at: outside(target))
    }

    private func showSystem() throws {
        try Mount.processes(at: outside("/proc"))
        try Mount.temporary(at: outside("/tmp"), mode: "1777")
        try Mount.temporary(at: outside("/dev"))
        for name in ["null", "zero", "full", "random", "urandom", "tty"] {
            _ = try File.create(outside("/dev/\(name)"))
            try Mount.bind("/dev/\(name)", at: outside("/dev/\(name)"))
        }
        // User-Mode Linux keeps the machine's memory there.
        try FileSystem.makeDirectory(outside("/dev/shm"))
        try Mount.temporary(at: outside("/dev/shm"), mode: "1777")
    }
}

import BootLoader
import Deployment
import DiskFormats
import PayloadFile
import Release
import Storage
import Syscalls
import Testing

@Suite(.enabled(if: hasTools, "needs dosfstools and mtools"))
struct DeployerTests {
    private func name(_ text: String) throws -> ReleaseName {
        try ReleaseName(text, field: "version")
    }

    private let onTrial = "slipway.image=2.0 slipway.leg=card slipway.try=1"

    @Test("an update is tried, confirmed, and the image before is kept")
    func update() throws {
        let machine = try Machine()
        try machine.install("1.0")
        let (image, publication) = try machine.add(machine.payload("2.0", sequence: 2))
        #expect(image.version.text == "2.0")
        let state = try #require(publication?.state)
        #expect(publication?.written == ["card", "nvme"])
        #expect(state.trying?.text == "2.0" && state.confirmed?.text == "1.0")
        for role in ["card", "nvme"] {
            let variables = try #require(try machine.environment(role))
            #expect(variables["confirmed"] == "1.0" && variables["trying"] == "2.0")
            #expect(variables["left"] == "2" && variables["leg"] == role)
            #expect(variables["array"] == Machine.uuid && variables["options"] == "quiet")
            #expect(variables["generation"] == String(state.generation))
            #expect(state.legs[role]?.generation == state.generation)
            #expect(try machine.files(role).contains("images/2.0/initrd.img"))
        }
        let old = try FileSystem.read("\(machine.volume.path)/images/1.0/loader/grub.cfg")
        #expect(old != (try FileSystem.read("\(machine.volume.path)/images/2.0/loader/grub.cfg")))

        // The same again changes nothing.
        #expect(try machine.add(machine.payload("2.0", sequence: 2)).publication == nil)
        #expect(try machine.deployer().state() == state)

        let deployer = machine.deployer(onTrial)
        #expect(try deployer.isTry())
        let confirmed = try deployer.confirm().state
        #expect(confirmed.confirmed?.text == "2.0")
        #expect(confirmed.previous?.text == "1.0" && confirmed.trying == nil)
        #expect(try !machine.deployer(onTrial).isTry())
        // The third: the first goes from the legs, not yet from the volume.
        try machine.add(machine.payload("3.0", sequence: 3), words: onTrial)
        let last = machine.deployer("slipway.image=3.0 slipway.leg=card slipway.try=0")
        _ = try last.confirm()
        #expect(try machine.images() == ["1.0", "2.0", "3.0"])
        #expect(try !machine.files("card").contains { $0.hasPrefix("images/1.0/") })
        #expect(try last.remove(name("1.0")) == nil)
        #expect(try machine.images() == ["2.0", "3.0"])
    }

    @Test("what is refused changes nothing")
    func refused() throws {
        let machine = try Machine()
        try machine.install("1.0")
        let before = try machine.deployer().state()
        func expect(_ error: PayloadError, _ file: String) throws {
            #expect(throws: error) { try machine.add(file) }
        }
        var file = try machine.payload("2.0", isSigned: false)
        try expect(.unsigned(file: file), file)
        file = try machine.payload("2.1", compatible: "other")
        try expect(
            .badManifest(file: file, cause: .incompatible(payload: "other", system: "test")), file)
        file = try machine.payload("2.2", sequence: 0)
        try expect(
            .badManifest(file: file, cause: .downgrade(payload: 0, system: 1)), file)
        let cut = try machine.payload("2.3", leavingOut: "initrd.img")
        #expect(throws: DeploymentError.incomplete(payload: cut, path: "initrd.img")) {
            try machine.add(cut)
        }
        let other = try machine.payload("1.0", salt: 1)
        #expect(
            throws: DeploymentError.otherImage(
                try name("1.0"), folder: "\(machine.volume.path)/images/1.0")
        ) { try machine.add(other) }
        #expect(try machine.deployer().state() == before)
        #expect(try machine.images() == ["1.0"])
        // The same, with consent.
        file = try machine.payload("2.0", isSigned: false)
        #expect(try machine.add(file, allowsUnsigned: true).image.version == name("2.0"))
    }

    @Test("a payload whose files are damaged leaves no image")
    func damagedPayload() throws {
        let machine = try Machine()
        try machine.install("1.0")
        let file = try machine.payload("2.0")
        var bytes = try FileSystem.read(file)
        bytes[150_000] ^= 1
        try FileSystem.writeAtomically(bytes, to: file)
        #expect(throws: PayloadError.self) { try machine.add(file) }
        #expect(try machine.deployer().state().trying == nil)
        #expect(try machine.images() == [".incoming-2.0", "1.0"])
        // What is half there goes with the next one.
        try machine.add(machine.payload("3.0"))
        #expect(try machine.images() == ["1.0", "3.0"])
    }

    @Test("an image that is damaged is written anew")
    func damagedImage() throws {
        let machine = try Machine()
        try machine.install("1.0")
        let path = "\(machine.volume.path)/images/1.0/rootfs.squashfs"
        let good = try FileSystem.read(path)
        var bytes = good
        bytes[9] ^= 1
        try FileSystem.writeAtomically(bytes, to: path)
        try machine.add(machine.payload("1.0"))
        #expect(try FileSystem.read(path) == good)
        #expect(try machine.images() == ["1.0"])
    }

    @Test("a leg that was away keeps its images, and is brought up when it is back")
    func away() throws {
        let machine = try Machine()
        try machine.install("1.0")
        machine.keep(["card"])
        let publication = try #require(
            try machine.add(machine.payload("2.0", sequence: 2)).publication)
        #expect(publication.written == ["card"])
        let deployer = machine.deployer(onTrial)
        _ = try deployer.confirm()
        try machine.add(machine.payload("3.0", sequence: 3), words: onTrial)
        let third = machine.deployer("slipway.image=3.0 slipway.leg=card slipway.try=1")
        _ = try third.confirm()
        // The NVMe still starts it.
        #expect(
            throws: DeploymentError.inUse(
                try name("1.0"),
                reason: "boot files on nvme name it, and could not be changed")
        ) { try third.remove(name("1.0")) }
        #expect(try machine.environment("nvme")?["confirmed"] == "1.0")
        machine.keep(["card", "nvme"])
        let settled = try #require(try third.settle())
        #expect(settled.givenUp == nil && settled.publication.written == ["nvme"])
        #expect(try machine.environment("nvme")?["confirmed"] == "3.0")
        #expect(try third.settle() == nil)
        _ = try third.remove(name("1.0"))
        #expect(try machine.images() == ["2.0", "3.0"])
    }

    @Test("a leg that fails is named, and the others go on")
    func failing() throws {
        let machine = try Machine()
        try machine.install("1.0")
        try FileSystem.writeAtomically(
            [UInt8](repeating: 0, count: 4096), to: machine.disk("nvme"))
        let publication = try #require(try machine.add(machine.payload("2.0")).publication)
        #expect(publication.written == ["card"])
        #expect(publication.failures.keys.sorted() == ["nvme"])
        // It may name what it named before, and what it was to name.
        #expect(publication.state.legs["nvme"]?.images.map(\.text) == ["1.0", "2.0"])
        machine.keep(["nvme"])
        #expect(throws: DeploymentError.self) { try machine.deployer().rollBack() }
    }

    @Test("an image is given up once GRUB has counted and started another")
    func givenUp() throws {
        let machine = try Machine()
        try machine.install("1.0")
        try machine.add(machine.payload("2.0"))
        let after = machine.deployer("slipway.image=1.0 slipway.leg=card")
        // Nothing was started since.
        #expect(try after.settle() == nil)
        try machine.count("0", on: "card")
        // The NVMe was not counted on.
        #expect(try machine.deployer("slipway.image=1.0 slipway.leg=nvme").settle() == nil)
        let settled = try #require(try after.settle())
        #expect(settled.givenUp?.text == "2.0")
        #expect(settled.publication.state.failed == [try name("2.0")])
        #expect(settled.publication.state.trying == nil)
        #expect(try machine.environment("card")?["trying"] == nil)
        #expect(try after.settle() == nil)
        // It may be tried again.
        try machine.add(machine.payload("2.0"))
        #expect(try after.state().failed.isEmpty)
        #expect(try machine.environment("card")?["left"] == "2")
    }

    @Test("going back tries the previous image; what is on trial is given up")
    func rollBack() throws {
        let machine = try Machine()
        try machine.install("1.0")
        #expect(throws: DeploymentError.noPrevious) { try machine.deployer().rollBack() }
        try machine.add(machine.payload("2.0"))
        #expect(try machine.deployer().rollBack().state.failed == [name("2.0")])
        try machine.add(machine.payload("2.0"))
        _ = try machine.deployer(onTrial).confirm()
        let back = try machine.deployer("slipway.image=2.0").rollBack().state
        #expect(back.trying?.text == "1.0" && back.confirmed?.text == "2.0")
        let first = machine.deployer("slipway.image=1.0 slipway.leg=card slipway.try=1")
        let state = try first.confirm().state
        #expect(state.confirmed?.text == "1.0" && state.previous?.text == "2.0")
        #expect(
            throws: DeploymentError.inUse(try name("1.0"), reason: "it is the confirmed image")
        ) { try first.remove(name("1.0")) }
        #expect(try first.remove(name("2.0"))?.state.previous == nil)
        #expect(try machine.images() == ["1.0"])
        #expect(
            throws: DeploymentError.noImage(
                try name("2.0"), folder: "\(machine.volume.path)/images")
        ) { try first.remove(name("2.0")) }
    }
}

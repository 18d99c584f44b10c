import BootLoader
import Deployment
import Release
import Storage
import Syscalls
import Testing

@Suite struct BootVolumeTests {
    @Test("a folder that nothing was made in is no boot volume")
    func empty() throws {
        let folder = try TemporaryFolder()
        #expect(throws: DeploymentError.noBootVolume(folder.path)) {
            try BootVolume(at: folder.path)
        }
        let volume = try BootVolume.make(at: folder.path)
        #expect(try volume.bootState() == nil)
        #expect(throws: DeploymentError.noLayout(folder.path)) { try volume.layout() }
    }

    @Test("the state is read back; a damaged one is named")
    func state() throws {
        let folder = try TemporaryFolder()
        let volume = try BootVolume.make(at: folder.path)
        let state = BootState(generation: 3, options: "quiet")
        try volume.write(state)
        #expect(try volume.bootState() == state)
        let path = "\(folder.path)/state/boot.json"
        try FileSystem.writeAtomically("{}", to: path)
        #expect(throws: DeploymentError.badFile(path, .missing(".format"))) {
            try volume.bootState()
        }
    }

    @Test("the kernel's words are found, and what stands behind them does not replace them")
    func words() throws {
        let words = KernelWords(
            "BOOT_IMAGE=/x slipway.image=1.0 slipway.array=a:b slipway.leg=card slipway.try=1 "
                + "panic=30 slipway.image=2.0\n")
        #expect(words.image?.text == "1.0")
        #expect(words.array == "a:b")
        #expect(words.leg == "card")
        #expect(words.triesLeft == 1)
        let none = KernelWords("quiet slipway.try= slipway.image=../x")
        #expect(none == KernelWords(""))
    }
}

import Command
import Syscalls
import Testing

/// What keys of an entry do to a build.
extension PackagesTests {
    @Test("with supports_ccache the second build takes from the cache what the first compiled")
    func compilerCache() throws {
        try FileSystem.removeTree("\(tree.path)/work/packages/ccache")
        for hitCount in 0...1 {
            try tree.forget("compiles")
            try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "compiles"]))
            let log = try FileSystem.readText("\(tree.path)/work/packages/logs/compiles.log")
            #expect(log.contains("\ndirect_cache_hit\t\(hitCount)\n"))
            #expect(log.contains("\ncache_miss\t1\n"))
        }
    }

    @Test("with network: true a build has the manifest's archives")
    func networkOfEntry() throws {
        try tree.forget("fetches")
        try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "fetches"]))
        let file = "./usr/share/fetches/fetches-file"
        let inner = "dpkg-deb --fsys-tarfile \"$1\" | tar -xO \(file) | dpkg-deb -f - Package"
        #expect(try Command("sh", ["-c", inner, "sh", deb("fetches")]).run().text == "hello\n")
    }

    @Test("a subpackage is built from its source's checkout, each by its own keys")
    func subpackage() throws {
        try tree.forget("fork")
        try tree.forget("manual")
        try tree.expectSuccess(tree.slipway(["packages", "--lock=auto", "manual"]))
        // By deps_path the control file is found; the version stays that of Debian.
        #expect(try deb("fork").hasSuffix("/fork_1.0_all.deb"))
        #expect(try deb("manual").contains("/manual_1.0+git20250615150640."))
        #expect(!FileSystem.exists("\(tree.path)/work/sources/manual"))
    }
}

import Compression
import Release
import SquashFS
import Syscalls

@testable import Payload

/// A small payload made of made-up parts by the real builder, in a folder of its own.
struct SamplePayload {
    static let epoch: Int64 = 1_763_596_800

    let folder: TemporaryFolder
    let key: MinisignSecretKey
    let outputs: PayloadOutputs

    var path: String { outputs.payload }
    var trustedKeys: TrustedKeys {
        get throws { try TrustedKeys([key.publicKey], source: "test") }
    }

    /// Builds it.
    ///
    /// - Parameters:
    ///   - isSigned: Whether the manifest and the index are signed.
    ///   - version: The release's version.
    ///   - rootfs: More entries of the root filesystem.
    ///   - status: The root filesystem's package database.
    ///   - change: Changes the release before it is built.
    /// - Throws: What building throws.
    init(
        isSigned: Bool = true, version: String = "1.0", rootfs: [SquashFS.Entry] = [],
        status: String = Self.status, _ change: (inout PayloadRelease) -> Void = { _ in }
    ) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        key = MinisignSecretKey.make()
        let parts = folder.path + "/parts"
        let contents = try Self.makeParts(in: parts, rootfs: rootfs, status: status)
        var release = try Self.release(version: version)
        change(&release)
        outputs = try PayloadBuilder(
            release: release, contents: contents,
            packages: SoftwareBillOfMaterialsTests.packages, signingKey: isSigned ? key : nil,
            tool: "slipway-test"
        ).build(into: folder.path + "/out")
    }

    static let status = """
        Package: bash
        Status: install ok installed
        Architecture: amd64
        Version: 5.2.37-2

        Package: gone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1

        Package: tzdata
        Status: install ok installed
        Architecture: all
        Version: 2025b-1

        """

    static func release(version: String) throws -> PayloadRelease {
        PayloadRelease(
            version: try ReleaseName(version, field: "version"),
            train: try ReleaseName("stable", field: "train"), sequence: 7,
            compatible: try ReleaseName("sample", field: "compatible"),
            kernelVersion: try ReleaseName("6.12.57", field: "kernel_version"),
            suite: try ReleaseName("trixie", field: "suite"), changelog: "First.",
            buildInfo: BuildInfo(
                name: try ReleaseName("slipway", field: "name"), sourceDateEpoch: epoch,
                tools: ["slipway": "test"], libraries: ["libzstd": "1.5"]))
    }

    /// Writes the parts of a payload.
    static func makeParts(
        in folder: String, rootfs: [SquashFS.Entry] = [], status: String = Self.status
    ) throws -> PayloadContents {
        let loader = folder + "/loader"
        try FileSystem.makeDirectory(loader)
        let entries =
            [
                SquashFS.Entry(
                    path: "usr/lib/sysimage/dpkg/status",
                    kind: .regular(.bytes(Array(status.utf8))), mode: 0o644),
                SquashFS.Entry(
                    path: "etc/motd", kind: .regular(.bytes(Array("hello\n".utf8))), mode: 0o644),
                SquashFS.Entry(
                    path: "bin", kind: .symlink(target: Array("usr/bin".utf8)), mode: 0o777),
            ] + rootfs
        try SquashFS.pack(
            [.entries(entries)], to: folder + "/rootfs",
            options: SquashFS.WriterOptions(
                compression: .zstd(level: 3), blockSize: 4096, clampTime: UInt32(epoch)))
        for name in LoaderBuilder.fileNames {
            try FileSystem.writeAtomically("\(name)\n", to: "\(loader)/\(name)")
        }
        for name in ["kernel", "initramfs", "installer"] {
            try FileSystem.writeAtomically("the \(name)\n", to: "\(folder)/\(name)")
        }
        return try PayloadContents(
            rootfs: folder + "/rootfs", kernel: folder + "/kernel",
            initramfs: folder + "/initramfs", loader: loader, installer: folder + "/installer")
    }
}

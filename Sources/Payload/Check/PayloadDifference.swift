package import JSON
package import PayloadFile
import Release
import SquashFS
import Syscalls

/// What changed from one payload to another; neither is verified.
package struct PayloadDifference: Sendable, Equatable {
    /// A package in another version.
    package struct PackageChange: Sendable, Equatable {
        /// The package as it was.
        package let old: RootfsSummary.Package
        /// The package as it is.
        package let new: RootfsSummary.Package
    }

    /// A file of the payload itself.
    package struct FileChange: Sendable, Equatable {
        /// The path in the payload.
        package let path: String
        /// Bytes before; nil when it is new.
        package let oldByteCount: UInt64?
        /// Bytes now; nil when it is gone.
        package let newByteCount: UInt64?
    }

    /// The older payload.
    package let old: PayloadInspection
    /// The newer payload.
    package let new: PayloadInspection
    /// Packages that only the new one has.
    package let addedPackages: [RootfsSummary.Package]
    /// Packages that only the old one has.
    package let removedPackages: [RootfsSummary.Package]
    /// Packages in another version.
    package let changedPackages: [PackageChange]
    /// Files of the payload whose digests differ.
    package let payloadFiles: [FileChange]
    /// What differs in the root filesystem.
    package let rootfs: RootfsDifference

    /// Compares two payloads.
    ///
    /// - Parameters:
    ///   - old: The older payload's path.
    ///   - new: The newer payload's path.
    ///   - includesTimes: Whether a time alone makes a path of the root filesystem differ.
    /// - Throws: `PayloadError`.
    package init(old: String, new: String, includesTimes: Bool = false) throws(PayloadError) {
        let (oldPayload, newPayload) = (try OpenPayload(old), try OpenPayload(new))
        let (before, after) = (
            try PayloadInspection(oldPayload), try PayloadInspection(newPayload)
        )
        let images = (
            try oldPayload.openNested(PayloadVerifier.rootfsPath),
            try newPayload.openNested(PayloadVerifier.rootfsPath)
        )
        do {
            rootfs = RootfsDifference(
                try SquashFS.difference(
                    from: images.0, to: images.1, threads: Processors.count),
                includesTimes: includesTimes)
        } catch {
            throw PayloadError(error, file: "\(old), \(new)", path: PayloadVerifier.rootfsPath)
        }
        var earlier: [String: RootfsSummary.Package] = [:]
        for package in before.rootfs.packages ?? [] { earlier[package.key] = package }
        var added: [RootfsSummary.Package] = []
        var changed: [PackageChange] = []
        for package in after.rootfs.packages ?? [] {
            guard let match = earlier.removeValue(forKey: package.key) else {
                added.append(package)
                continue
            }
            if match.version != package.version {
                changed.append(PackageChange(old: match, new: package))
            }
        }
        addedPackages = added
        changedPackages = changed
        removedPackages = RootfsSummary.sorted(earlier.values)
        payloadFiles = PayloadDifference.compareFiles(before, after)
        self.old = before
        self.new = after
    }

    private static func compareFiles(_ old: PayloadInspection, _ new: PayloadInspection)
        -> [FileChange]
    {
        func sizes(_ inspection: PayloadInspection) -> [String: UInt64] {
            Dictionary(inspection.files.map { ($0.path, $0.byteCount) }) { first, _ in first }
        }
        let (oldSizes, newSizes) = (sizes(old), sizes(new))
        let (oldSums, newSums) = (old.manifest.checksums, new.manifest.checksums)
        return Set(oldSums.keys).union(newSums.keys).sorted().compactMap { path in
            guard oldSums[path] != newSums[path] else { return nil }
            return FileChange(
                path: path.text, oldByteCount: oldSizes[path.text],
                newByteCount: newSizes[path.text])
        }
    }

    /// The difference as JSON.
    package var json: JSON {
        func describe(_ package: RootfsSummary.Package) -> JSON {
            [
                "name": .string(package.name), "architecture": .string(package.architecture),
                "version": .string(package.version),
            ]
        }
        func size(_ value: UInt64?) -> JSON { value.map { .integer(Int64(clamping: $0)) } ?? .null }
        func pair(_ old: JSON, _ new: JSON) -> JSON { ["old": old, "new": new] }
        return [
            "version": pair(
                .string(old.manifest.version.text), .string(new.manifest.version.text)),
            "kernel_version": pair(
                .string(old.manifest.kernelVersion.text),
                .string(new.manifest.kernelVersion.text)),
            "size": pair(size(old.byteCount), size(new.byteCount)),
            "packages": [
                "added": .array(addedPackages.map(describe)),
                "removed": .array(removedPackages.map(describe)),
                "changed": .array(
                    changedPackages.map {
                        [
                            "name": .string($0.new.name),
                            "architecture": .string($0.new.architecture),
                            "old": .string($0.old.version), "new": .string($0.new.version),
                        ]
                    }),
            ],
            "payload_files": .array(
                payloadFiles.map {
                    [
                        "path": .string($0.path), "old_size": size($0.oldByteCount),
                        "new_size": size($0.newByteCount),
                    ]
                }),
            "rootfs": rootfs.json,
        ]
    }
}

extension RootfsSummary.Package {
    /// What makes it the same package in two images: one name may be there for two architectures.
    fileprivate var key: String { "\(name):\(architecture)" }
}

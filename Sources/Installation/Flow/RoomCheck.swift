import PayloadFile
import Release
import SquashFS
import Storage

/// Whether a payload has room where it is to go, which is known before anything is written.
struct RoomCheck {
    /// What the image takes on the boot volume, in bytes.
    let imageByteCount: UInt64
    /// What it takes on each boot leg, in bytes: kernel, initramfs, loader.
    let bootByteCount: UInt64

    /// What a new volume keeps for itself and for what is written on it later, in bytes.
    private static let volumeReserve: UInt64 = 32 << 20
    /// What tables and folders of an EFI system partition take, in bytes.
    private static let systemPartitionReserve: UInt64 = 4 << 20

    init(imageByteCount: UInt64, bootByteCount: UInt64) {
        self.imageByteCount = imageByteCount
        self.bootByteCount = bootByteCount
    }

    /// Measures a payload that has been checked.
    init(_ release: ReleaseManifest, _ payload: OpenPayload) {
        imageByteCount = release.size
        bootByteCount = payload.files.filter {
            ["vmlinuz", "initrd.img"].contains($0.key) || $0.key.hasPrefix("loader/")
        }.reduce(0) { $0 + $1.value.byteCount }
    }

    /// What speaks against a plan.
    ///
    /// An array that exists is not judged: its filesystem says itself how much is free.
    func refusals(_ storage: Plan, _ layout: Layout) -> [Refusal] {
        let wanted = imageByteCount + RoomCheck.volumeReserve
        let arrays = storage.steps.compactMap { step -> Refusal? in
            // mke2fs takes 2 % for what it keeps of files, at most.
            guard case .createArray(let array) = step.action,
                array.name == layout.bootVolume?.array,
                array.dataByteCount / 100 * 98 < wanted
            else { return nil }
            return Refusal(
                "array \(array.name) would have \(ByteSize.shortText(array.dataByteCount)), and "
                    + "the image needs \(ByteSize.shortText(wanted))",
                cure: "take larger disks, or another layout")
        }
        let least = bootByteCount + RoomCheck.systemPartitionReserve
        let partitions = layout.bootDisks.compactMap { role -> Refusal? in
            guard case .bytes(let byteCount) = role.slice(holding: .esp)?.size, byteCount < least
            else { return nil }
            return Refusal(
                "the EFI system partition of \(role.name) has \(ByteSize.shortText(byteCount)), "
                    + "and kernel, initramfs and loader need \(ByteSize.shortText(least))",
                cure: "make it larger in the layout")
        }
        return arrays + partitions
    }
}

package import DiskFormats

/// The writes that bring boot code and core image onto a disk; each is flushed before the next.
///
/// Boot code must never point to a core image that is half there: it would run it. So while the
/// core image changes, the boot code is one that passes on to the next disk.
package enum BootCodeWrites {
    /// Says what to write.
    ///
    /// - Parameters:
    ///   - loader: What is to be there.
    ///   - coreStart: The first byte of the BIOS boot partition.
    ///   - code: The boot code that is there.
    ///   - core: What is there in place of the core image.
    /// - Returns: No writes when all is right.
    package static func writes(
        _ loader: GrubBIOSLoader, coreStart: UInt64, code: [UInt8], core: [UInt8]
    ) -> [ByteWrite] {
        let wantedCode = loader.bootCode(coreLBA: coreStart / 512)
        let wantedCore = loader.core(coreLBA: coreStart / 512)
        var writes: [ByteWrite] = []
        if core != wantedCore {
            // A blank disk's code points nowhere.
            if code.contains(where: { $0 != 0 }), code != GrubBIOSLoader.passOn {
                writes.append(ByteWrite(offset: 0, bytes: GrubBIOSLoader.passOn))
            }
            writes.append(ByteWrite(offset: coreStart, bytes: wantedCore))
        }
        if core != wantedCore || code != wantedCode {
            writes.append(ByteWrite(offset: 0, bytes: wantedCode))
        }
        return writes
    }
}

package import DiskFormats

/// Something on a boot leg that is not as it should be.
package enum BootLegDifference: Sendable, Equatable, CustomStringConvertible {
    /// The disk has no GPT that can be read.
    case noTable(FormatFault)
    /// The BIOS boot partition is not where the loader's boot code looks.
    case biosBootPlace(byte: UInt64, wanted: UInt64)
    /// The leg starts from a BIOS, and no BIOS boot partition was named.
    case noBIOSBoot
    /// The table has no such partition there, of that type and, where one is needed, number.
    case noPartition(what: String, byte: UInt64, number: Int?)
    /// A BIOS loader counts sectors of 512 bytes.
    case largeSectors(UInt32)
    /// The first sector's boot code differs, from this byte on.
    case bootCode(byte: Int)
    /// The core image differs, from this byte of it on.
    case coreImage(byte: Int)
    /// The EFI system partition has no filesystem that can be read.
    case filesystem(FormatFault)
    /// Something in the filesystem is damaged.
    case damaged(path: String, problem: String)
    /// Space is taken by nothing, or the tables differ: a write was cut.
    case unclean(lostByteCount: UInt64)
    /// A file is missing.
    case missing(path: String)
    /// A file has another length.
    case length(path: String, byteCount: UInt64, wanted: UInt64)
    /// A file differs, from this byte on.
    case content(path: String, byte: UInt64)
    /// GRUB's variables cannot be read.
    case environment(FormatFault)
    /// GRUB's variables say something else.
    case variable(name: String, value: String?, wanted: String?)

    package var description: String {
        switch self {
        case .noTable(let fault): fault.description
        case .biosBootPlace(let byte, let wanted):
            "the BIOS boot partition starts at byte \(byte), the loader looks at \(wanted)"
        case .noBIOSBoot: "no BIOS boot partition"
        case .noPartition(let what, let byte, let number):
            (number.map { "partition \($0) is not" } ?? "no partition is")
                + " the \(what) at byte \(byte)"
        case .largeSectors(let byteCount):
            "sectors of \(byteCount) bytes, a BIOS starts only from 512"
        case .bootCode(let byte): "the boot code differs from byte \(byte) on"
        case .coreImage(let byte): "the core image differs from byte \(byte) on"
        case .filesystem(let fault): fault.description
        case .damaged(let path, let problem): "\(path): \(problem)"
        case .unclean(let lostByteCount):
            "a write was cut: \(lostByteCount) bytes belong to nothing, or the tables differ"
        case .missing(let path): "\(path): missing"
        case .length(let path, let byteCount, let wanted):
            "\(path): \(byteCount) bytes, should have \(wanted)"
        case .content(let path, let byte): "\(path): differs from byte \(byte) on"
        case .environment(let fault): fault.description
        case .variable(let name, let value, let wanted):
            "grubenv: \(name) is \(value.map { "\"\($0)\"" } ?? "not set"), should be "
                + (wanted.map { "\"\($0)\"" } ?? "not set")
        }
    }
}

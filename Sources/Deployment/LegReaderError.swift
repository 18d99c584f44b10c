package import Syscalls

/// Why a file cannot be read from one leg of its volume.
package enum LegReaderError: Error, Equatable, CustomStringConvertible {
    /// The kernel does not tell what a folder's filesystem lies on.
    case noDevice(folder: String, number: String)
    /// The filesystem lies on an array whose legs do not each have all data.
    case noMirror(array: String, level: String)
    /// The kernel does not tell where an array's data start in a leg.
    case noDataOffset(array: String, leg: String)
    /// Where a file's bytes lie cannot be found out.
    case noPlaces(SystemError)
    /// A part of a file lies where its bytes cannot be read from the disk.
    case notPlain(file: String, byte: UInt64, flags: UInt32)
    /// The kernel tells a file's runs in no order, or beyond all limits.
    case badPlaces(file: String, byte: UInt64)
    /// A leg's disk cannot be opened.
    case noLeg(leg: String, cause: SystemError)
    /// A leg does not give a file's bytes.
    case unreadable(leg: String, file: String, byte: UInt64, cause: String)
    /// A file is longer than what was asked for may be.
    case tooLong(leg: String, file: String, byteCount: UInt64, limit: UInt64)

    package var description: String {
        switch self {
        case .noDevice(let folder, let number):
            "\(folder): lies on no block device that sysfs knows (\(number))"
        case .noMirror(let array, let level):
            "\(array): an array of level \(level), only legs of raid1 have all data"
        case .noDataOffset(let array, let leg):
            "\(array): sysfs does not tell where data start in \(leg)"
        case .noPlaces(let cause): cause.description
        case .notPlain(let file, let byte, let flags):
            "\(file): byte \(byte) lies where it cannot be read from the disk "
                + "(fiemap flags 0x\(String(flags, radix: 16)))"
        case .badPlaces(let file, let byte):
            "\(file): the kernel's list of its places makes no sense at byte \(byte)"
        case .noLeg(let leg, let cause): "\(leg): \(cause)"
        case .unreadable(let leg, let file, let byte, let cause):
            "\(leg): \(file): byte \(byte) cannot be read: \(cause)"
        case .tooLong(let leg, let file, let byteCount, let limit):
            "\(leg): \(file): \(byteCount) bytes, more than \(limit)"
        }
    }
}

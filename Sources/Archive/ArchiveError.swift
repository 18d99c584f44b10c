/// Why an archive could not be read.
package enum ArchiveError: Error, Equatable, CustomStringConvertible {
    /// libarchive's own words about a place in an archive.
    case unreadable(archive: String, reason: String)
    /// The file is not a Debian package: what was wanted and at which byte.
    case notADebianPackage(path: String, expected: String, offset: UInt64)
    /// A Debian package has no such member.
    case missingMember(path: String, member: String)

    package var description: String {
        switch self {
        case .unreadable(let archive, let reason): "\(archive): \(reason)"
        case .notADebianPackage(let path, let expected, let offset):
            "\(path): not a Debian package: expected \(expected) at byte \(offset)"
        case .missingMember(let path, let member): "\(path): no \(member) in it"
        }
    }
}

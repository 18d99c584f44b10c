import Calendar
import Syscalls

/// The version that a build gives its packages, and the changelog that says so.
///
/// dpkg takes the version from the first line of `debian/changelog` (deb-changelog(5)), so a version
/// of ours is an entry on top of it. It follows from the changelog and the commit alone:
/// `<changelog version>+git<YYYYMMDDhhmmss of the commit, UTC>.<12 digits of the commit>`. Of the
/// manifest's own tree, whose commits do not count, it is the lock's date and the content.
package struct PackageVersion: Sendable, Equatable {
    /// The source package's name.
    package let source: String
    /// The version of the changelog's newest entry.
    package let version: String
    /// The distribution of that entry.
    package let distribution: String

    /// Reads the newest entry of a changelog.
    ///
    /// - Parameters:
    ///   - changelog: The text.
    ///   - unit: What messages call it.
    /// - Throws: `PackageBuildError.badChangelog`.
    package init(changelog: String, unit: String) throws(PackageBuildError) {
        let line =
            changelog.split(separator: "\n").first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        let head = line.prefix { $0 != ";" }.split(separator: " ")
        guard line.contains(";"), head.count >= 3, head[1].first == "(", head[1].last == ")",
            head[1].count > 2
        else { throw .badChangelog(unit: unit, line: String(line.prefix(80))) }
        source = String(head[0])
        version = String(head[1].dropFirst().dropLast())
        distribution = String(head[2])
    }

    /// The version of a build of a commit.
    ///
    /// - Parameters:
    ///   - commit: The commit, in hexadecimal.
    ///   - time: When it was made, in seconds since 1970.
    ///   - content: The digest of the files where they are not the commit's; nil where they are.
    /// - Returns: The version.
    package func generated(commit: String, time: Int64, content: String?) -> String {
        let moment = UTCTime(secondsSince1970: time)
        let local = content.map { ".local\($0.prefix(12))" } ?? ""
        return "\(version)+git\(moment.date(""))\(moment.time("")).\(commit.prefix(12))\(local)"
    }

    /// The version of a build of files of the manifest's own tree.
    ///
    /// - Parameters:
    ///   - digest: The digest of the files.
    ///   - date: The date of the lock, in seconds since 1970.
    /// - Returns: The version.
    package func generated(ownTree digest: String, date: Int64) -> String {
        let moment = UTCTime(secondsSince1970: date)
        return "\(version)+tree\(moment.date(""))\(moment.time("")).\(digest.prefix(12))"
    }

    /// The changelog's entry for a version.
    ///
    /// - Parameters:
    ///   - version: The version.
    ///   - reason: What the entry says.
    ///   - maintainer: Name and address.
    ///   - time: The entry's date, in seconds since 1970.
    /// - Returns: The text to go before the changelog.
    package func entry(_ version: String, reason: String, maintainer: String, time: Int64)
        -> String
    {
        """
        \(source) (\(version)) \(distribution); urgency=medium

          * \(reason)

         -- \(maintainer)  \(PackageVersion.date(time))


        """
    }

    /// A date as a changelog has it, in UTC: `Fri, 20 Nov 2026 08:00:00 +0000`.
    static func date(_ seconds: Int64) -> String {
        let time = UTCTime(secondsSince1970: seconds)
        // The first day of 1970 was a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let day = Int(((seconds - ((seconds % 86400) + 86400) % 86400) / 86400 % 7 + 7) % 7)
        let number = time.day < 10 ? "0\(time.day)" : "\(time.day)"
        return "\(days[day]), \(number) \(months[Int(time.month) - 1]) \(time.year) "
            + "\(time.time(":")) +0000"
    }
}

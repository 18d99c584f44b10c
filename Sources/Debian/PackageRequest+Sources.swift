import Calendar

extension PackageRequest {
    /// Where the archives' files can be had: each archive's own URL, then a snapshot service's.
    ///
    /// - Parameters:
    ///   - snapshot: A service with all states of the archives; nil for none.
    ///   - date: The date of the state that is asked for, in seconds since 1970.
    /// - Returns: A source for each archive.
    /// - Throws: `AptError.noHostMirror`, `CommandError`.
    package func sources(snapshot: String?, at date: Int64) throws -> [ArchiveSource] {
        let time = UTCTime(secondsSince1970: date)
        let timestamp = "\(time.date(""))T\(time.time(""))Z"
        return try repositories.map { repository in
            let dated = snapshot.map { "\($0)/archive/\(repository.archive)/\(timestamp)" }
            return ArchiveSource(
                archive: repository.archive,
                urls: [try repository.location.resolve()] + [dated].compactMap { $0 })
        }
    }
}

import Syscalls

extension SquashFS.TreeBuilder {
    /// Adds the entries of a stream; what files hold goes to the spool.
    ///
    /// A later entry of the same path wins, as tar(1) has it.
    mutating func read(
        _ stream: any SquashFS.EntryStream, spool: SquashFS.Spool
    ) throws(SquashFSError) {
        var builder = self
        defer { self = builder }
        do {
            try stream.forEachEntry { entry, content in
                var entry = entry
                if let content {
                    entry.kind = .regular(try builder.keep(content, in: spool))
                }
                try builder.add(entry)
            }
        } catch let error as SquashFSError {
            throw error
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            throw .stream(reason: "\(error)")
        }
    }

    private mutating func keep(
        _ content: SquashFS.StreamedContent, in spool: SquashFS.Spool
    ) throws -> SquashFS.Entry.Content {
        let start = try spool.begin()
        try content.forEachPiece { piece, offset in try spool.write(piece, at: start + offset) }
        spool.end(at: start + content.byteCount)
        count(bytes: content.byteCount)
        return .slice(path: spool.path, offset: start, byteCount: content.byteCount)
    }
}

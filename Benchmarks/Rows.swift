/// All rows, in the order of the table.
enum Rows {
    static var all: [Row] {
    static var all: [Row] {
        RootFSRows.all + BuildRows.all + SquashRows.all + StorageRows.all + SourceRows.all
            + MachineRows.all
    }
    }
}

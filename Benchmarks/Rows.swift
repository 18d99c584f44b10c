/// All rows, in the order of the table.
enum Rows {
    static var all: [Row] {
        RootFSRows.all + BuildRows.all + SourceRows.all + PackageRows.all
            + SquashRows.all + StorageRows.all + MachineRows.all
    }
}

import Glibc

@testable import Storage

/// Layout files of the tree.
enum LayoutFile {
    /// The layouts that ship.
    static let shipped = ["tvs-663", "sd-nvme", "mirror", "single", "xcpng-tvs-663"]

    /// The folder of the tree.
    static let root = String(
        #filePath.prefix(
            upTo: #filePath.firstRange(of: "/Tests/")?.lowerBound ?? #filePath.endIndex))

    static func path(ofShipped name: String) -> String { "\(root)/conf/layouts/\(name).yaml" }

    static let faulty = "\(root)/Tests/StorageTests/Fixtures/xcpng-tvs-663-first.yaml"

    static func shipped(_ name: String) throws -> Layout {
        try Layout(parsing: read(path(ofShipped: name)), file: name)
    }

    /// Reads a file whole; a file that is not there is empty, which no test expects.
    static func read(_ path: String) -> [UInt8] {
        guard let stream = fopen(path, "r") else { return [] }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, stream)
        return Array(bytes[..<count])
    }
}

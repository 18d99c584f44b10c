/// A layout whose places are all known, in bytes.
package struct ResolvedLayout: Sendable, Equatable {
    /// What was resolved.
    package let layout: Layout
    /// The place of each slice, by its reference; of a whole disk that is a leg, the whole disk.
    package let extents: [DeviceReference: Extent]
    /// The size of each array's data, in bytes, by its name.
    package let arrayByteCounts: [String: UInt64]
    /// The least size that each disk needs, by its role.
    package let leastByteCounts: [String: UInt64]

    /// Makes one of what has been worked out.
    package init(
        layout: Layout, extents: [DeviceReference: Extent], arrayByteCounts: [String: UInt64],
        leastByteCounts: [String: UInt64]
    ) {
        self.layout = layout
        self.extents = extents
        self.arrayByteCounts = arrayByteCounts
        self.leastByteCounts = leastByteCounts
    }
}

extension ResolvedLayout {
    /// The layout as it was installed: places and sizes said outright, the very disks and arrays.
    ///
    /// How disks are recognised stays, for the next disk.
    ///
    /// - Parameters:
    ///   - identities: The disks, by role; a role without one stays without.
    ///   - arrayUUIDs: The arrays' UUIDs, by name.
    /// - Returns: A layout that resolves to the same places.
    package func narrowed(
        identities: [String: DiskIdentity], arrayUUIDs: [String: String]
    ) -> Layout {
        var layout = layout
        for index in layout.disks.indices {
            let role = layout.disks[index].name
            layout.disks[index].identity = identities[role] ?? layout.disks[index].identity
            layout.disks[index].division = layout.disks[index].division.mapSlices { slice in
                var slice = slice
                if let extent = extents[.slice(disk: role, slice: slice.name)] {
                    slice.start = extent.start
                    slice.size = .bytes(extent.byteCount)
                }
                return slice
            }
        }
        for index in layout.arrays.indices {
            let name = layout.arrays[index].name
            layout.arrays[index].uuid = arrayUUIDs[name] ?? layout.arrays[index].uuid
            if let byteCount = arrayByteCounts[name] {
                layout.arrays[index].size = .bytes(byteCount)
            }
        }
        return layout
    }
}

/// A run of bytes on a disk.
package struct Extent: Sendable, Hashable {
    /// The first byte.
    package let start: UInt64
    /// How many there are.
    package let byteCount: UInt64

    /// The byte after the last.
    package var end: UInt64 { start + byteCount }

    /// Makes an extent that ends within 64 bits.
    package init(start: UInt64, byteCount: UInt64) {
        precondition(!start.addingReportingOverflow(byteCount).overflow)
        self.start = start
        self.byteCount = byteCount
    }
}

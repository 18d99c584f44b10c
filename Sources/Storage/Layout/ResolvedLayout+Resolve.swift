extension ResolvedLayout {
    /// Works out where everything lies.
    ///
    /// Partitions lie in the order of the layout, from 1 MiB on, aligned to 1 MiB, and leave 1 MiB
    /// at the disk's end for the backup GPT. Regions of a whole-disk leg lie between the array's
    /// data and its superblock.
    ///
    /// - Parameters:
    ///   - layout: What is to be placed.
    ///   - diskByteCounts: The sizes of the disks that are there, by role.
    ///   - existingArrayByteCounts: The data sizes of arrays that exist; they stand for `rest`.
    /// - Throws: `LayoutErrors` with all that contradicts, does not fit, or that the geometry
    ///   linter finds.
    package init(
        resolving layout: Layout, diskByteCounts: [String: UInt64],
        existingArrayByteCounts: [String: UInt64] = [:]
    ) throws(LayoutErrors) {
        let placed = try ResolvedLayout(
            placing: layout, diskByteCounts: diskByteCounts,
            existingArrayByteCounts: existingArrayByteCounts)
        let disks = placed.geometries(diskByteCounts: diskByteCounts)
        if let errors = LayoutErrors(geometry: disks) { throw errors }
        self = placed
    }

    /// Works out where everything lies, and leaves it at that: what the linter would find is in it
    /// and can be drawn.
    ///
    /// - Parameters:
    ///   - layout: What is to be placed.
    ///   - diskByteCounts: The sizes of the disks that are there, by role.
    ///   - existingArrayByteCounts: The data sizes of arrays that exist; they stand for `rest`.
    /// - Throws: `LayoutErrors` with all that contradicts or does not fit.
    package init(
        placing layout: Layout, diskByteCounts: [String: UInt64],
        existingArrayByteCounts: [String: UInt64] = [:]
    ) throws(LayoutErrors) {
        let contradictions = layout.contradictions
        guard contradictions.isEmpty else { throw LayoutErrors(contradictions) }
        var resolver = LayoutResolver(
            layout: layout, diskByteCounts: diskByteCounts,
            existingArrayByteCounts: existingArrayByteCounts)
        resolver.checkSizesGiven()
        if resolver.errors.isEmpty { resolver.sizeArrays() }
        if resolver.errors.isEmpty { resolver.placeSlices() }
        if resolver.errors.isEmpty { resolver.checkLegs() }
        guard resolver.errors.isEmpty else { throw LayoutErrors(resolver.errors) }
        self.init(
            layout: layout, extents: resolver.extents,
            arrayByteCounts: resolver.arrayByteCounts,
            leastByteCounts: resolver.leastByteCounts)
    }
}

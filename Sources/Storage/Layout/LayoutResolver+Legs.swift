import DiskFormats

extension LayoutResolver {
    /// Checks that each leg holds its array, each bitmap its bits, and that boot legs are alike.
    mutating func checkLegs() {
        for array in layout.arrays {
            let dataByteCount = arrayByteCounts[array.name] ?? 0
            if dataByteCount == 0 {
                errors.append(
                    LayoutError(
                        "arrays.\(array.name)",
                        .contradiction("its smallest leg has no room for data")))
            }
            for leg in layout.legs(of: array.name) {
                guard let extent = extents[leg] else { continue }
                let room = array.roomByteCount(
                    legByteCount: extent.byteCount, exists: exists(array))
                if room < dataByteCount {
                    errors.append(
                        LayoutError(
                            layout.path(of: leg),
                            .legTooSmall(room: room, array: array.name, needed: dataByteCount)))
                }
            }
            checkBitmap(of: array, dataByteCount: dataByteCount)
        }
        checkBootLegs()
    }

    /// A bitmap's bits must fit into the room that mdadm keeps for them.
    private mutating func checkBitmap(of array: ArraySpec, dataByteCount: UInt64) {
        guard let wanted = array.bitmapChunkByteCount else { return }
        let leg = array.legByteCount(dataByteCount: dataByteCount)
        func fits(_ chunk: UInt64) -> Bool {
            do throws(FormatFault) {
                _ = try array.planned(
                    legByteCount: leg, dataByteCount: dataByteCount, bitmapChunkByteCount: chunk)
                return true
            } catch {
                guard case .badField(.mdBitmap, _, _, _) = error else { return true }
                return false
            }
        }
        guard !fits(wanted) else { return }
        var chunk = wanted
        while chunk < 1 << 30, !fits(chunk) { chunk *= 2 }
        errors.append(
            LayoutError(
                "arrays.\(array.name).bitmap",
                .contradiction(
                    "\(ByteSize.text(wanted)) a bit is too fine for "
                        + "\(ByteSize.text(dataByteCount)); allowed is \(ByteSize.text(chunk)) "
                        + "or more")))
    }

    /// All boot legs have loader, ESP and leg in the same places, so that one set of boot code
    /// fits all.
    private mutating func checkBootLegs() {
        guard let name = layout.bootArray?.name else { return }
        let disks = layout.legs(of: name).compactMap { $0.disk.flatMap(layout.disk) }
        guard let first = disks.first else { return }
        for content in [Slice.Content.biosBoot, .esp, .leg(array: name)] {
            let firstPlace = place(of: content, on: first)
            for disk in disks.dropFirst() {
                let place = place(of: content, on: disk)
                guard place != firstPlace else { continue }
                let index = disk.division.slices.firstIndex { $0.content == content }
                let path = index.map { disk.path(ofSlice: $0) } ?? "disks.\(disk.name)"
                errors.append(
                    LayoutError(
                        path, .otherPlace(place, first: first.name, firstPlace)))
            }
        }
    }

    private func place(of content: Slice.Content, on disk: DiskRole) -> Extent? {
        disk.division.slices.first { $0.content == content }
            .flatMap { extents[.slice(disk: disk.name, slice: $0.name)] }
    }
}

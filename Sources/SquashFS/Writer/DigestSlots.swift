extension SquashFS {
    /// Finds elements of an array by their digest.
    ///
    /// The array has the digests; here is only where each element is, in 8 to 16 bytes, as there may
    /// be millions. Open addressing; SHA-256 is hash enough.
    struct DigestSlots {
        private var slots: [Int32] = Array(repeating: -1, count: 64)
        private var count = 0

        /// The element with a digest.
        ///
        /// - Parameters:
        ///   - digest: The digest.
        ///   - digestOf: The digest of an element that was inserted.
        /// - Returns: Its place in the array; nil when there is none.
        func find(_ digest: BlockDigest, _ digestOf: (Int32) -> BlockDigest) -> Int32? {
            let element = slots[slot(of: digest, digestOf)]
            return element >= 0 ? element : nil
        }

        /// Adds an element whose digest no other has.
        ///
        /// - Parameters:
        ///   - element: Its place in the array.
        ///   - digestOf: The digest of an element; of this one too.
        mutating func insert(_ element: Int32, _ digestOf: (Int32) -> BlockDigest) {
            slots[slot(of: digestOf(element), digestOf)] = element
            count += 1
            if count * 2 > slots.count { grow(digestOf) }
        }

        /// The slot that holds a digest's element, or the free one where it would be.
        private func slot(of digest: BlockDigest, _ digestOf: (Int32) -> BlockDigest) -> Int {
            var slot = Int(truncatingIfNeeded: digest.firstWord) & (slots.count - 1)
            while slots[slot] >= 0, digestOf(slots[slot]) != digest {
                slot = (slot + 1) & (slots.count - 1)
            }
            return slot
        }

        private mutating func grow(_ digestOf: (Int32) -> BlockDigest) {
            let elements = slots
            slots = Array(repeating: -1, count: elements.count * 2)
            for element in elements where element >= 0 {
                slots[slot(of: digestOf(element), digestOf)] = element
            }
        }
    }
}

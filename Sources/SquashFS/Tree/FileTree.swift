extension SquashFS {
    /// The merged entries of all sources: names that point to inodes.
    ///
    /// Made of flat arrays with 32-bit indices, because a tree may have millions of files and
    /// each of them would otherwise cost several allocations.
    struct FileTree: Sendable {
        /// One name in a directory.
        struct Node: Sendable {
            var nameStart: Int
            var nameCount: UInt16
            var isRemoved = false
            /// The node of the directory that it is in; the root is its own parent.
            var parent: Int32
            /// The directory's next node, in no order, or -1.
            var sibling: Int32
            var inode: Int32
        }

        /// What a name points to.
        struct Inode: Sendable {
            enum Kind: Sendable {
                case directory
                case regular(content: Int32)
                case symlink(target: Int32)
                case device(isBlock: Bool, number: UInt32)
                case fifo
                case socket
            }

            var kind: Kind
            var mode: UInt16
            var uid: UInt32
            var gid: UInt32
            var modificationTime: UInt32
            /// The index in `xattrSets`, or -1.
            var xattrs: Int32 = -1
            /// The first node of a directory, or -1.
            var firstChild: Int32 = -1
        }

        /// Where a regular file's bytes are.
        enum Content: Sendable {
            /// In the folder with this index, under the path that the first name has in the tree.
            case source(Int32, node: Int32)
            /// Anywhere else.
            case other(Entry.Content)
        }

        private(set) var nodes: [Node] = []
        private(set) var inodes: [Inode] = []
        private(set) var contents: [Content] = []
        private(set) var targets: [[UInt8]] = []
        private(set) var xattrSets: [[Xattr]] = []
        private var names: [UInt8] = []
        private var slots: [Int32] = Array(repeating: -1, count: 64)
        private var xattrIndices: [[Xattr]: Int32] = [:]

        /// A tree with a root that belongs to root and has mode 755.
        init() {
            inodes.append(
                Inode(kind: .directory, mode: 0o755, uid: 0, gid: 0, modificationTime: 0))
            nodes.append(Node(nameStart: 0, nameCount: 0, parent: 0, sibling: -1, inode: 0))
        }

        /// The node of the root.
        static let root: Int32 = 0

        // MARK: Looking

        func inode(of node: Int32) -> Inode { inodes[Int(nodes[Int(node)].inode)] }

        func isDirectory(_ node: Int32) -> Bool {
            if case .directory = inode(of: node).kind { true } else { false }
        }

        /// The bytes of a node's name.
        func name(of node: Int32) -> ArraySlice<UInt8> {
            let node = nodes[Int(node)]
            return names[node.nameStart..<(node.nameStart + Int(node.nameCount))]
        }

        /// The path of a node from the root, without a leading slash.
        func path(of node: Int32) -> [UInt8] {
            var chain: [Int32] = []
            var current = node
            while current != Self.root {
                chain.append(current)
                current = nodes[Int(current)].parent
            }
            var path: [UInt8] = []
            for node in chain.reversed() {
                if !path.isEmpty { path.append(UInt8(ascii: "/")) }
                path += name(of: node)
            }
            return path
        }

        /// The node of a name in a directory.
        func child(of parent: Int32, named name: ArraySlice<UInt8>) -> Int32? {
            let node = slots[slot(parent, name)]
            return node >= 0 && !nodes[Int(node)].isRemoved ? node : nil
        }

        /// A directory's nodes, sorted by the bytes of their names.
        func children(of directory: Int32) -> [Int32] {
            var children: [Int32] = []
            var node = inode(of: directory).firstChild
            while node >= 0 {
                if !nodes[Int(node)].isRemoved { children.append(node) }
                node = nodes[Int(node)].sibling
            }
            names.withUnsafeBufferPointer { names in
                nodes.withUnsafeBufferPointer { nodes in
                    children.sort { Self.precedes(nodes[Int($0)], nodes[Int($1)], names) }
                }
            }
            return children
        }

        private static func precedes(
            _ left: Node, _ right: Node, _ names: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            let count = Int(min(left.nameCount, right.nameCount))
            for index in 0..<count {
                let (a, b) = (names[left.nameStart + index], names[right.nameStart + index])
                if a != b { return a < b }
            }
            return left.nameCount < right.nameCount
        }

        // MARK: Changing

        /// Adds an inode without a name.
        mutating func add(_ inode: Inode) -> Int32 {
            inodes.append(inode)
            return Int32(inodes.count - 1)
        }

        /// Replaces an inode's attributes and kind; the nodes of a directory stay.
        mutating func update(_ inode: Int32, with new: Inode) {
            let firstChild = inodes[Int(inode)].firstChild
            inodes[Int(inode)] = new
            inodes[Int(inode)].firstChild = firstChild
        }

        /// Keeps a content and returns its index.
        mutating func add(_ content: Content) -> Int32 {
            contents.append(content)
            return Int32(contents.count - 1)
        }

        /// Puts another content in a content's place.
        mutating func replace(_ index: Int32, with content: Content) {
            contents[Int(index)] = content
        }

        /// Keeps a symlink's target and returns its index.
        mutating func add(target: [UInt8]) -> Int32 {
            targets.append(target)
            return Int32(targets.count - 1)
        }

        /// Keeps a set of xattrs, once for all that have the same, and returns its index.
        mutating func add(xattrs: [Xattr]) -> Int32 {
            guard !xattrs.isEmpty else { return -1 }
            let sorted = xattrs.sorted { $0.name.lexicographicallyPrecedes($1.name) }
            if let index = xattrIndices[sorted] { return index }
            xattrSets.append(sorted)
            let index = Int32(xattrSets.count - 1)
            xattrIndices[sorted] = index
            return index
        }

        /// Points a name of a directory to an inode, in place of what it pointed to.
        ///
        /// - Returns: The name's node.
        @discardableResult
        mutating func link(_ inode: Int32, in parent: Int32, as name: ArraySlice<UInt8>) -> Int32 {
            let slot = slot(parent, name)
            if slots[slot] >= 0 {
                let node = slots[slot]
                remove(node)
                nodes[Int(node)].isRemoved = false
                nodes[Int(node)].inode = inode
                return node
            }
            let node = Int32(nodes.count)
            let directory = Int(nodes[Int(parent)].inode)
            nodes.append(
                Node(
                    nameStart: names.count, nameCount: UInt16(name.count), parent: parent,
                    sibling: inodes[directory].firstChild, inode: inode))
            names += name
            inodes[directory].firstChild = node
            slots[slot] = node
            if nodes.count * 2 > slots.count { growSlots() }
            return node
        }

        /// Removes a name with all that is below it.
        mutating func remove(_ node: Int32) {
            var pending = [node]
            while let node = pending.popLast() {
                nodes[Int(node)].isRemoved = true
                if isDirectory(node) { pending += linkedNodes(of: node) }
            }
        }

        /// Removes all names of a directory.
        mutating func removeChildren(of directory: Int32) {
            for node in linkedNodes(of: directory) { remove(node) }
        }

        private func linkedNodes(of directory: Int32) -> [Int32] {
            var nodes: [Int32] = []
            var node = inode(of: directory).firstChild
            while node >= 0 {
                if !self.nodes[Int(node)].isRemoved { nodes.append(node) }
                node = self.nodes[Int(node)].sibling
            }
            return nodes
        }

        // MARK: The index of names

        /// The slot that holds a name of a directory, or the free one where it would be.
        private func slot(_ parent: Int32, _ name: ArraySlice<UInt8>) -> Int {
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325 &+ UInt64(parent) &* 0x9e37_79b9_7f4a_7c15
            name.withUnsafeBufferPointer { bytes in
                for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            }
            var slot = Int((hash ^ hash >> 29) & UInt64(slots.count - 1))
            while slots[slot] >= 0 {
                let node = slots[slot]
                if nodes[Int(node)].parent == parent, node != Self.root,
                    self.name(of: node) == name
                {
                    break
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            return slot
        }

        private mutating func growSlots() {
            slots = Array(repeating: -1, count: slots.count * 2)
            for node in nodes.indices.dropFirst() {
                slots[slot(nodes[node].parent, name(of: Int32(node)))] = Int32(node)
            }
        }
    }
}

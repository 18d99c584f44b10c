extension SquashFS {
    /// The order in which a tree is written, and what follows from it: numbers and link counts.
    ///
    /// Folders come after the folders in them; a folder's names follow each other, so that their
    /// inodes lie together and few directory headers are needed. Files are packed in this order.
    struct TreePlan {
        /// The nodes of all folders, in order; the root is the last.
        private(set) var folders: [Int32] = []
        private var childLists: [Int32] = []
        private var childRanges: [Int32: Range<Int>] = [:]
        private var numbers: [UInt32]
        private var linkCounts: [UInt32]
        private var firstNodes: [Int32]
        /// How many inodes have a name.
        private(set) var inodeCount = 0

        init(_ tree: FileTree) throws(SquashFSError) {
            numbers = Array(repeating: 0, count: tree.inodes.count)
            linkCounts = Array(repeating: 0, count: tree.inodes.count)
            firstNodes = Array(repeating: -1, count: tree.inodes.count)
            var stack: [(folder: Int32, children: [Int32], next: Int)] = [
                (FileTree.root, tree.children(of: FileTree.root), 0)
            ]
            while let top = stack.last {
                if let index = top.children[top.next...].firstIndex(where: tree.isDirectory) {
                    stack[stack.count - 1].next = index + 1
                    let folder = top.children[index]
                    stack.append((folder, tree.children(of: folder), 0))
                } else {
                    add(top.folder, top.children, tree)
                    stack.removeLast()
                }
            }
            let root = Int(tree.nodes[Int(FileTree.root)].inode)
            number(root, FileTree.root)
            guard inodeCount < UInt32.max else {
                throw .limit(
                    what: "inodes", value: UInt64(inodeCount), limit: UInt64(UInt32.max) - 1)
            }
        }

        private mutating func add(_ folder: Int32, _ children: [Int32], _ tree: FileTree) {
            folders.append(folder)
            childRanges[folder] = childLists.count..<(childLists.count + children.count)
            childLists += children
            var subfolderCount: UInt32 = 0
            for node in children {
                let inode = Int(tree.nodes[Int(node)].inode)
                if firstNodes[inode] < 0 { number(inode, node) }
                if tree.isDirectory(node) { subfolderCount += 1 } else { linkCounts[inode] += 1 }
            }
            linkCounts[Int(tree.nodes[Int(folder)].inode)] = 2 + subfolderCount
        }

        private mutating func number(_ inode: Int, _ node: Int32) {
            inodeCount += 1
            numbers[inode] = UInt32(truncatingIfNeeded: inodeCount)
            firstNodes[inode] = node
        }

        /// A folder's nodes in the order of their names.
        func children(of folder: Int32) -> ArraySlice<Int32> {
            childLists[childRanges[folder] ?? 0..<0]
        }

        /// Whether a node is the first name of its inode.
        func isFirst(_ node: Int32, of inode: Int32) -> Bool { firstNodes[Int(inode)] == node }

        /// An inode's number, from 1.
        func number(of inode: Int32) -> UInt32 { numbers[Int(inode)] }

        /// How many names an inode has; of a folder, 2 more than it has folders in it.
        func linkCount(of inode: Int32) -> UInt32 { linkCounts[Int(inode)] }

        /// The number of the folder above; above the root, one more than there are inodes.
        func parentNumber(of folder: Int32, in tree: FileTree) -> UInt32 {
            guard folder != FileTree.root else { return UInt32(inodeCount + 1) }
            let parent = tree.nodes[Int(folder)].parent
            return number(of: tree.nodes[Int(parent)].inode)
        }
    }
}

extension SquashFS.TreePlan {
    /// The inodes of the regular files, in the order in which they are packed.
    func regularFiles(of tree: SquashFS.FileTree) -> [Int32] {
        var files: [Int32] = []
        for folder in folders {
            for node in children(of: folder) {
                let inode = tree.nodes[Int(node)].inode
                if isFirst(node, of: inode), case .regular = tree.inodes[Int(inode)].kind {
                    files.append(inode)
                }
            }
        }
        return files
    }
}

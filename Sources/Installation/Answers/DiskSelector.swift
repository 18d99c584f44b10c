package import Storage

/// A disk, by what is known of it; all that is said must fit.
package struct DiskSelector: Sendable, Equatable {
    /// Its device, or a link to it such as `/dev/disk/by-id/…`.
    package var path: String?
    /// The serial number that it, or its reader, reports.
    package var serial: String?
    /// The logical unit: a reader with two slots has two.
    package var lun: UInt32?
    /// The world-wide name.
    package var wwn: String?
    /// How it hangs on the machine, its model and its size.
    package var match: DiskMatch

    /// Makes a selector.
    package init(
        path: String? = nil, serial: String? = nil, lun: UInt32? = nil, wwn: String? = nil,
        match: DiskMatch = DiskMatch()
    ) {
        self.path = path
        self.serial = serial
        self.lun = lun
        self.wwn = wwn
        self.match = match
    }

    /// The disks that are meant.
    ///
    /// - Parameters:
    ///   - disks: Those that are there.
    ///   - resolve: Follows the links of a path.
    /// - Returns: Those that fit; one without a medium never does.
    package func disks(
        among disks: [ObservedDisk], resolving resolve: (String) -> String = { $0 }
    ) -> [ObservedDisk] {
        disks.filter { disk in
            guard match.accepts(disk) else { return false }
            if let path, path != disk.path, resolve(path) != disk.path { return false }
            if let serial, serial != disk.serial { return false }
            if let lun, lun != disk.lun { return false }
            if let wwn, wwn != disk.wwn { return false }
            return true
        }
    }

    /// Whether it says more than a reader's serial, which is the same for every card in it.
    package var namesTheMedium: Bool {
        path != nil || wwn != nil || match.size != nil
    }
}

extension DiskSelector: CustomStringConvertible {
    package var description: String {
        var words: [String] = []
        if let path { words.append(path) }
        if let serial { words.append("serial \(serial)") }
        if let lun { words.append("unit \(lun)") }
        if let wwn { words.append("WWN \(wwn)") }
        if match != DiskMatch() { words.append(match.text) }
        return words.joined(separator: ", ")
    }
}

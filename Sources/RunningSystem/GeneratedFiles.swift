package import Storage
package import Syscalls

/// What the running system is told of the layout that its disks were given: a mount unit for each
/// volume but the boot volume, which the initramfs has mounted, and a line of mdadm.conf for each
/// array.
package struct GeneratedFiles: Sendable, Equatable {
    /// A unit of systemd.
    package struct Unit: Sendable, Equatable {
        /// Its name, such as `srv-vms.mount`.
        package let name: String
        /// Its text.
        package let text: String
    }

    /// The mount units, in the order of the layout's volumes.
    package let units: [Unit]
    /// Lines of mdadm.conf(5); with `AUTO -all` no other array is assembled.
    package let arrays: String

    /// Makes the files of a layout.
    ///
    /// - Parameters:
    ///   - layout: A layout as it was recorded.
    ///   - source: The path that it was read from, for whoever reads the units.
    package init(layout: Layout, source: String) {
        arrays = layout.arrays.compactMap { array in
            array.uuid.map { "ARRAY /dev/md/\(array.name) UUID=\($0)\n" }
        }.joined()
        units = layout.volumes.compactMap { GeneratedFiles.unit(of: $0, source: source) }
    }

    /// Writes them.
    ///
    /// - Parameters:
    ///   - unitFolder: The folder that systemd gives a generator for its units.
    ///   - arrayFile: The file for the lines of the arrays.
    /// - Throws: `SystemError`.
    package func write(toUnits unitFolder: String, arrays arrayFile: String) throws(SystemError) {
        // First, as udev has mdadm look there for every leg that it finds.
        try FileSystem.writeAtomically(arrays, to: arrayFile)
        if units.isEmpty { return }
        let wants = "\(unitFolder)/local-fs.target.wants"
        try FileSystem.makeDirectory(wants)
        for unit in units {
            try FileSystem.writeAtomically(unit.text, to: "\(unitFolder)/\(unit.name)")
            try FileSystem.makeLink("\(wants)/\(unit.name)", to: "../\(unit.name)")
        }
    }

    private static func unit(of volume: VolumeSpec, source: String) -> Unit? {
        guard let mountPoint = volume.mountPoint, mountPoint != Layout.bootMountPoint,
            volume.filesystem == .ext4
        else { return nil }
        // mdadm gives an array the name of its ARRAY line.
        let device =
            volume.array.map { "/dev/md/\($0)" }
            ?? "/dev/disk/by-label/\(UnitName.escape(label: volume.label))"
        // A volume that is not there must not keep the machine from starting: systemd.mount(5) has
        // local-fs.target neither need nor wait for one with nofail.
        var options = volume.options
        for option in ["noatime", "nofail"] where !options.contains(option) {
            options.append(option)
        }
        let check = "systemd-fsck@\(UnitName.escape(path: device)).service"
        let text = """
            # Made by slipway-host from \(source)
            [Unit]
            Description=Volume \(literal(volume.name))
            SourcePath=\(literal(source))
            Requires=\(check)
            After=\(check)

            [Mount]
            What=\(literal(device))
            Where=\(literal(mountPoint))
            Type=ext4
            Options=\(literal(options.joined(separator: ",")))

            """
        return Unit(name: UnitName.escape(path: mountPoint) + ".mount", text: text)
    }

    /// Text that means itself in a unit file, where a percent sign begins a specifier.
    ///
    /// A layout that was applied has no line breaks and quotes in what comes here.
    private static func literal(_ text: String) -> String {
        text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
    }
}

extension Action {
    /// What is done, in a few words: for people, the log and the journal.
    package var text: String {
        switch self {
        case .stopArray(let path, _): "stop \(path)"
        case .startArray(let name, _, let legs): "start array \(name) from \(Action.list(legs))"
        case .wipe(let role, let extent):
            "erase signatures of \(role) at \(extent.start), \(extent.byteCount) bytes"
        case .writeTable(let role, _, let partitions):
            "write a table of \(partitions.count) partitions to \(role)"
        case .makeRegion(let region, _): "make a loop device for \(region)"
        case .createArray(let array): "create array \(array.name)"
        case .removeLeg(let array, _, _, let device):
            "remove \(device ?? "the vanished leg") from array \(array)"
        case .addLegUsedOnly(let array, _, let slot, let leg, _):
            "add \(leg) to array \(array) as leg \(slot), used blocks only"
        case .addLeg(let array, _, let leg, _): "add \(leg) to array \(array)"
        case .reAddLeg(let array, _, let leg): "put \(leg) back into array \(array)"
        case .replaceLeg(let array, _, let device, let leg, _):
            "replace \(device) of array \(array) by \(leg)"
        case .growArray(let array, _, let byteCount):
            "grow array \(array) to \(byteCount) bytes"
        case .makeFilesystem(let volume, let device, _, _):
            "make the filesystem of volume \(volume) on \(device)"
        case .writeSystemPartition(let leg): "write the EFI system partition of \(leg.disk)"
        case .writeBootCode(let leg): "write the boot code of \(leg.disk)"
        case .waitForSync(let array, _): "wait until array \(array) is whole"
        case .recordIdentities: "write down which disk is which"
        }
    }

    private static func list(_ devices: [DeviceReference]) -> String {
        devices.map(\.description).joined(separator: ", ")
    }
}

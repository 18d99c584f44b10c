extension Observer {
    /// What was observed before, with the arrays as the kernel has them now.
    ///
    /// Reads sysfs alone: no disk is read, and none that sleeps is woken.
    ///
    /// - Parameter known: What was observed before.
    /// - Returns: Nil when there are other arrays than before; all has to be observed then.
    package func refreshed(_ known: Observation) -> Observation? {
        let now = KernelArray.all(in: system)
        guard Set(now.map(\.device.path)) == Set(known.arrays.map(\.path)) else { return nil }
        var observation = known
        for index in observation.arrays.indices {
            guard let array = now.first(where: { $0.device.path == known.arrays[index].path })
            else { continue }
            observation.arrays[index].raidDisks = array.raidDisks
            observation.arrays[index].state = array.state
            observation.arrays[index].syncAction = array.syncAction
            observation.arrays[index].syncPosition = array.syncPosition
            observation.arrays[index].syncEnd = array.syncEnd
            observation.arrays[index].members = array.members
        }
        return observation
    }
}

extension ObservedDisk {
    /// A name that the disk keeps wherever it is put: its table's GUID, as a USB reader reports its
    /// own serial for every card; or else its serial; or else where it is now.
    package var lastingName: String {
        if case .gpt(let table) = table { return table.guid }
        return serial ?? path
    }
}

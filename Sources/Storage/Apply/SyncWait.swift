import Events
import Syscalls

/// Waits until the legs of an array are whole, by polling sysfs.
///
/// Never by `mdadm --wait`: that hangs for ever on an array that waits for its first write, or whose
/// copy does not move.
struct SyncWait {
    private let system: SystemTree
    private let stallSeconds: Int

    /// Prepares to wait.
    ///
    /// - Parameters:
    ///   - system: The kernel's files.
    ///   - stallSeconds: How long a copy may stand still before that is an error.
    init(in system: SystemTree, stallSeconds: Int) {
        self.system = system
        self.stallSeconds = stallSeconds
    }

    /// Waits.
    ///
    /// - Parameters:
    ///   - path: The array's device.
    ///   - progress: Told how far the copy is.
    /// - Throws: `ApplyError.stalled`, `.legFailed`, or `.noArray` when it is stopped meanwhile.
    func wait(for path: String, _ progress: StepProgress) throws(ApplyError) {
        let attributes = MDAttributes(of: path, in: system)
        try attributes.makeWritable()
        let name = SystemTree.kernelName(of: path)
        var last: KernelArray?
        var quarters = 0
        while true {
            guard let array = KernelArray.all(in: system).first(where: { $0.device.path == path })
            else { throw .noArray(uuid: name) }
            try failed(array, since: last)
            if array.isQuiet { return }
            if array.syncAction == "frozen" {
                // Somebody who was killed had stopped it.
                try attributes.write("idle", to: "sync_action")
            }
            if let total = array.syncEnd { progress.setTotal(total) }
            progress.note(array.syncAction)
            progress.setDone(array.syncPosition ?? 0)
            // Another array of the same disk is copied first.
            let waitsForOther = attributes.text("sync_completed") == "delayed"
            quarters = array == last && !waitsForOther ? quarters + 1 : 0
            guard quarters < stallSeconds * 4 else {
                throw .stalled(
                    array: path, action: array.syncAction, position: array.syncPosition,
                    seconds: stallSeconds)
            }
            last = array
            Pause.milliseconds(250)
        }
    }

    private func failed(_ array: KernelArray, since last: KernelArray?) throws(ApplyError) {
        guard let last else { return }
        for member in array.members where member.flags.contains("faulty") {
            let wasFaulty = last.members.contains {
                $0.device == member.device && $0.flags.contains("faulty")
            }
            // A member that was replaced becomes faulty, which is how md lets it go.
            let wasReplaced = last.members.contains {
                $0.device == member.device && $0.flags.contains("want_replacement")
            }
            if !wasFaulty, !wasReplaced {
                throw .legFailed(array: array.device.path, device: member.device)
            }
        }
    }
}

extension KernelArray {
    /// Whether nothing is being copied and no leg waits for it.
    var isQuiet: Bool {
        syncAction == "idle" && members.isQuiet
    }
}

/// What smartd tells the program that `-M exec` names, by its environment (smartd.conf(5)).
package struct SmartReport: Sendable, Equatable {
    /// The disk, such as `/dev/sda`.
    package let device: String
    /// What is wrong, in smartd's word for it.
    package let failure: String
    /// What is wrong, in a sentence.
    package let message: String

    /// Whether smartd only tries whether anybody hears it.
    package var isTest: Bool { failure == "EmailTest" }

    /// Reads it; nil when the environment is not smartd's.
    package init?(_ environment: [String: String]) {
        guard let device = environment["SMARTD_DEVICE"], device.hasPrefix("/dev/"),
            let failure = environment["SMARTD_FAILTYPE"], !failure.isEmpty
        else { return nil }
        self.device = device
        self.failure = failure
        let message = environment["SMARTD_MESSAGE"] ?? ""
        let line = String(message.prefix(500).map { $0.isNewline ? " " : $0 })
        self.message = line.isEmpty ? failure : line
    }
}

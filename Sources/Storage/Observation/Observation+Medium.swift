extension Observation {
    /// The disks without the medium that the live system was started from, which nothing is
    /// to be written to.
    ///
    /// - Parameter volume: The medium's volume UUID; nil for no live system.
    /// - Returns: What is left.
    package func withoutMedium(_ volume: String?) -> Observation {
        var observation = self
        observation.disks.removeAll { disk in
            disk.areas.contains { area in
                area.mountPoints.contains("/run/slipway/medium")
                    || area.signatures.contains { $0.isMedium(volume) }
            }
        }
        return observation
    }
}

extension Signature {
    fileprivate func isMedium(_ volume: String?) -> Bool {
        guard let volume, case .filesystem("iso9660", let uuid, _) = self else { return false }
        return uuid == volume
    }
}

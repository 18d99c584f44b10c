/// Scripts that call slipway-host as people do.
enum HostScripts {
    /// Where a plan is kept while the machine runs.
    static let planFile = "/tmp/plan.json"

    /// Plans; the exit status says what came out of it.
    static func plan(_ layout: String, _ options: String) -> String {
        """
        rm -f \(planFile)
        slipway-host plan --layout $LAYOUTS/\(layout).yaml --disks $DISKS \
            --boot-volume \(LabRoot.bootVolume) --output \(planFile) \(options)
        """
    }

    /// Does what was planned last.
    static let apply = """
        slipway-host apply --disks $DISKS --boot-volume \(LabRoot.bootVolume) \
            --log-format plain \(planFile)
        """

    /// Plans, does that, and plans again: then nothing may be left.
    static func converge(_ layout: String, _ options: String) -> String {
        """
        status=0
        { \(plan(layout, options)); } || status=$?
        case $status in
        0) exit 0 ;;
        3) ;;
        *) exit $status ;;
        esac
        \(apply)
        \(plan(layout, options))
        """
    }
}

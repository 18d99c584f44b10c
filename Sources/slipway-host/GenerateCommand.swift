import CommandLine
import Deployment
import RunningSystem
import Storage

/// `slipway-host generate`: what systemd's generator does (systemd.generator(7)).
enum GenerateCommand {
    /// Where mdadm.conf.d of the image points to.
    private static let arrayFile = "/run/slipway/mdadm.conf"

    static let spec = CommandSpec(
        name: "generate",
        abstract: "Tell systemd and mdadm of the layout's volumes and arrays",
        discussion: """
            systemd runs this before it starts anything. Writes a mount unit for each volume but \
            the boot volume, and lines of mdadm.conf for the arrays.
            """,
        operands: [
            OperandSpec(name: "UNITS", help: "The folder for units", kind: .directory),
            OperandSpec(
                name: "OTHER", help: "systemd's folders for early and late units; not used",
                arity: .any, kind: .directory),
        ],
        isHidden: true
    ) { arguments in
        let volume = try BootVolume()
        try GeneratedFiles(
            layout: volume.layout(), source: "\(volume.path)/\(RecordedLayout.path)"
        ).write(toUnits: arguments.operands[0], arrays: arrayFile)
        return ExitCode.done
    }
}

import CommandLine
import Deployment

/// `slipway-host reserve`: keeps room for images.
enum ReserveCommand {
    static let spec = CommandSpec(
        name: "reserve",
        abstract: "Keep room for two more images on the boot volume",
        discussion: """
            Runs at every start. However full the volume gets then, the next image still fits.
            """,
        isHidden: true
    ) { _ in
        try ImageReserve(of: BootVolume()).keep()
        return ExitCode.done
    }
}

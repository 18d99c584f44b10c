import CommandLine

/// The table of everything that `slipway-host` can be asked.
enum Commands {
    static let program: CommandSpec = CommandSpec(
        name: "slipway-host",
        abstract: "Install, watch and repair the boot array of an appliance",
        version: "0.1.0",
        subcommands: [
            StatusCommand.spec, ImagesCommand.spec, ConfirmCommand.spec, InstallCommand.spec,
            ScrubCommand.spec, RecoverCommand.spec, AlarmsCommand.spec,
            ObserveCommand.spec, PlanCommand.spec, ApplyCommand.spec, LayoutCommand.spec,
            HalCommand.spec, WatchCommand.spec, AlarmCommand.spec, GenerateCommand.spec,
            ReserveCommand.spec,
        ] + CommandSpec.documentation(of: "slipway-host", section: 8) { Commands.program })
}

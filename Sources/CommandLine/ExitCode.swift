/// The exit codes of every program of ours.
package enum ExitCode {
    /// What was asked for is done.
    package static let done: Int32 = 0
    /// It failed; standard error says why.
    package static let failed: Int32 = 1
    /// The command line was wrong; nothing was tried.
    package static let usage: Int32 = 2
    /// A dry run: it would change something.
    package static let wouldChange: Int32 = 3
    /// It works, but with less than it should have: a leg is missing, rotten, or cannot be booted.
    package static let degraded: Int32 = 4
    /// The machine would not start again.
    package static let notBootable: Int32 = 5
}

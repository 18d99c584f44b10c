import Command
import Debian
import Glibc
import ImageBuild
import RootFS
import SourceBuild
import Syscalls
import YAML

/// What a person can do about an error; the libraries only say what happened.
enum Remedies {
    /// One sentence, or nil when there is nothing better to say than the error itself.
    static func hint(for error: any Error) -> String? {
        switch error {
        case CommandError.notFound(program: "dot"):
            "the package graphviz draws graphs"
        case CommandError.notFound:
            "'slipway validate' prints the line that installs what is missing"
        case let error as IsolationError:
            isolationHint(error)
        case let error as SystemError where error.code == ENOSPC:
            "free some space; 'slipway clean' removes what can be made again"
        case let error as SystemError where error.code == EACCES || error.code == EPERM:
            "run as root, or give this user the rights to \(error.subject)"
        case BuildError.noLock, BuildError.badLock:
            "'slipway lock' makes one"
        case BuildError.staleLock:
            "'slipway lock' makes one that answers it, and prints what changed"
        case BuildError.clockBeforeEpoch:
            "set the clock, or SOURCE_DATE_EPOCH to an earlier time"
        case BuildError.noKey:
            "'slipway keygen' makes a key; --unsigned builds without a signature"
        case is MissingPackages:
            "--lock=auto takes other versions of them; 'slipway lock --update' pins what the"
                + " archives have now; SLIPWAY_SNAPSHOT names a service that keeps old ones"
        case is PoolError:
            "nothing was kept of it; when the mirror gives the same again, do not trust it, and"
                + " compare the lock with an earlier one"
        case AptError.noHostMirror:
            "SLIPWAY_MIRROR names a mirror of Debian"
        case AptError.cannotUpdate, AptError.missingKeyring:
            "the keyring of Debian's archives is in the package debian-archive-keyring; another"
                + " archive's is named by its 'key'"
        case RootFSError.scriptFailed:
            "--debug opens a shell in the tree where it failed"
        case RootFSError.newIDs:
            "build once with --lock=auto and commit the file"
        case ExternalPackageError.wrongContent:
            "nothing was kept of it; when the file was meant to change, write its new sha256 into"
                + " the manifest"
        case is ExternalPackageError:
            "see the package under 'external-packages' in the manifest; nothing was kept of it"
        case RootFSError.fileConflict, RootFSError.cannotPrune:
            "change the packages of the manifest"
        case LocalPackageError.missingProduct:
            "'make tools' builds it"
        case LocalPackageError.unknownLibrary:
            "'slipway lock' finds its package"
        case let error as PackageBuildError:
            packageHint(error)
        case BuiltPackageError.notBuilt, BuiltPackageError.otherCommit,
            BuiltPackageError.otherContent:
            "'slipway packages' builds it"
        case BuiltPackageError.lockedElsewhere:
            "'slipway lock' takes it from what was built"
        case let error as SourceBuildError:
            sourceHint(error)
        case let error as SourceFailures:
            error.errors.lazy.compactMap { hint(for: $0) }.first
        case is YAMLIssues:
            "'slipway validate' checks a manifest without building"
        default:
            PayloadRemedy.text(for: error)
        }
    }

    private static func packageHint(_ error: PackageBuildError) -> String? {
        switch error {
        case .noLock, .staleLock, .badLock:
            "'slipway lock' makes one that answers; --lock=auto does so, too"
        case .badResults(let path, _):
            "remove \(path); 'slipway packages' makes it anew from what was built"
        case .noCheckout:
            "'slipway checkout' brings it"
        case .failed(let failures, _):
            failures.count == 1 ? "--debug NAME opens a shell in the tree where it failed" : nil
        case .noSwift, .scatteredSwift:
            "unpack a toolchain of swift.org into a folder of its own, and put its usr/bin into PATH"
        case .noControl:
            "name its folder by deps_path, or build by buildcmd"
        default: nil
        }
    }

    private static func sourceHint(_ error: SourceBuildError) -> String? {
        switch error {
        case .otherSource, .noReference, .unreachable:
            "'slipway checkout --update' takes what the manifest names now, and prints what changed"
        case .notLocked, .notCheckedOut, .otherCommit:
            "'slipway checkout' brings the sources to the lock's commits"
        case .dirty(let name, let folder):
            "commit and push them, or 'slipway checkout --local \(name)=\(folder)' builds them as"
                + " they are"
        case .unsaved(let name, let folder, _):
            "put it on a branch, or 'slipway checkout --local \(name)=\(folder)' builds it as it is"
        case .cycle:
            "'slipway graph --json' has the units; explicit_deps in the manifest and Build-Depends in"
                + " debian/control are what can be changed"
        case .samePackage:
            "'build_constraints' builds one of them only; or change what they make"
        default: nil
        }
    }

    private static func isolationHint(_ error: IsolationError) -> String {
        switch error {
        case .noRange(_, let user):
            "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(user)"
        case .failed:
            "run as root, or see 'slipway validate' for what namespaces of a user need"
        }
    }
}

// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: the language as strict as it gets, warnings are errors.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // One view of the C library's headers in all modules: its GNU and Linux names included.
    .unsafeFlags(["-Xcc", "-D_GNU_SOURCE"]),
]

/// A library target of ours.
func module(_ name: String, _ dependencies: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) },
        swiftSettings: strict)
}

/// A program: a thin face over the modules.
func program(_ name: String, _ dependencies: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) },
        swiftSettings: strict)
}

/// The tests of a module.
func tests(_ name: String, _ dependencies: [String] = [], fixtures: Bool = false) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: ([name] + dependencies).map { .init(stringLiteral: $0) },
        // Read from where they lie: a bundle would bring Foundation in.
        exclude: fixtures ? ["Fixtures"] : [], swiftSettings: strict)
}

/// A C library of Debian's, found through pkg-config.
func library(_ name: String, _ pkgConfig: String, apt package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "slipway",
    products: [
        .executable(name: "slipway", targets: ["slipway"]),
        .executable(name: "slipway-host", targets: ["slipway-host"]),
        .executable(name: "slipway-bench", targets: ["Benchmarks"]),
    ],
    targets: [
        // C
        .target(name: "CSyscalls"),
        library("CArchive", "libarchive", apt: "libarchive-dev"),
        library("CLZMA", "liblzma", apt: "liblzma-dev"),
        library("CZstd", "libzstd", apt: "libzstd-dev"),
        library("CDeflate", "libdeflate", apt: "libdeflate-dev"),
        library("CLZ4", "liblz4", apt: "liblz4-dev"),
        library("CCrypto", "libcrypto", apt: "libssl-dev"),
        library("CSodium", "libsodium", apt: "libsodium-dev"),
        library("CYAML", "yaml-0.1", apt: "libyaml-dev"),

        // Ground
        module("Bytes"),
        module("JSON"),
        module("Syscalls", ["CSyscalls"]),
        module("Digest", ["Bytes", "CCrypto", "CSodium", "Syscalls"]),
        module("Compression", ["CLZMA", "CZstd", "CDeflate", "CLZ4"]),
        module("Command", ["CSyscalls", "Syscalls"]),
        module("Archive", ["CArchive", "Syscalls"]),
        module("YAML", ["CYAML"]),
        module("Calendar"),
        module("Events", ["Calendar", "JSON"]),
        module("CommandLine"),

        module("HAL", ["Bytes", "JSON", "Syscalls", "YAML"]),
        module("Stages", ["Bytes", "Digest", "JSON", "Syscalls"]),

        // Formats
        module("Manifest", ["Bytes", "YAML"]),
        module(
            "Debian",
            [
                "Archive", "Bytes", "Calendar", "Command", "Digest", "Events", "JSON", "Stages",
                "Syscalls",
            ]),
        module("SquashFS", ["Bytes", "Compression", "Digest", "Events", "Syscalls"]),
        module("SquashTar", ["Archive", "SquashFS", "Syscalls"]),
        module("Release", ["Bytes", "CSyscalls", "Calendar", "Digest", "JSON", "Syscalls"]),
        module("PayloadFile", ["Digest", "Events", "Release", "SquashFS", "Syscalls"]),
        module("DiskFormats", ["Bytes"]),

        // Build side
        module(
            "RootFS",
            [
                "Archive", "Bytes", "CSyscalls", "Command", "Debian", "Digest", "Events", "JSON",
                "Stages", "Syscalls",
            ]),
        module(
            "SourceBuild",
            [
                "Bytes", "CSyscalls", "Calendar", "Command", "Debian", "Digest", "Events", "JSON",
                "Manifest", "RootFS", "Stages", "Syscalls",
            ]),
        module(
            "Payload",
            [
                "Bytes", "Compression", "Digest", "DiskFormats", "JSON", "PayloadFile", "Release",
                "SquashFS", "Syscalls",
            ]),

        module(
            "LiveISO",
            ["Bytes", "Calendar", "Command", "Digest", "Payload", "Release", "Syscalls"]),

        module(
            "ImageBuild",
            [
                "Bytes", "Calendar", "Command", "Compression", "Debian", "Digest", "Events", "JSON",
                "LiveISO", "Payload", "Release", "RootFS", "SquashFS", "Stages", "Syscalls",
            ]),

        // Host side
        module(
            "Storage",
            [
                "Bytes", "Command", "Digest", "DiskFormats", "Events", "JSON", "Syscalls",
                "YAML",
            ]),

        module(
            "BootLoader",
            ["CSyscalls", "Command", "DiskFormats", "JSON", "Release", "Storage", "Syscalls"]),
        module(
            "Deployment",
            [
                "BootLoader", "CSyscalls", "Digest", "DiskFormats", "Events", "JSON",
                "PayloadFile", "Release", "SquashFS", "Storage", "Syscalls",
            ]),

        module("RunningSystem", ["Storage", "Syscalls"]),

        module(
            "Installation",
            [
                "BootLoader", "Bytes", "CSyscalls", "Command", "Deployment", "Digest",
                "DiskFormats", "Events", "JSON", "PayloadFile", "Release", "SquashFS", "Storage",
                "Syscalls", "YAML",
            ]),

        module("Alarms", ["JSON", "Storage", "Syscalls"]),

        module(
            "Recovery",
            [
                "BootLoader", "CSyscalls", "Calendar", "Command", "Deployment", "Digest",
                "DiskFormats", "Events", "JSON", "Release", "Storage", "Syscalls",
            ]),

        module(
            "ArrayWatch",
            [
                "Alarms", "Bytes", "CSyscalls", "Calendar", "Command", "Deployment", "HAL", "JSON",
                "Recovery", "Storage", "Syscalls", "YAML",
            ]),

        // Faces
        program(
            "slipway",
            [
                "Command", "CommandLine", "Compression", "Debian", "Digest", "Events",
                "ImageBuild", "JSON", "Manifest", "Payload", "PayloadFile", "Release", "RootFS",
                "SourceBuild", "SquashFS", "SquashTar", "Stages", "Syscalls", "YAML",
            ]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CSyscalls", "Command", "CommandLine", "Compression", "Debian", "Events", "JSON",
                "LiveISO", "RootFS", "SquashFS", "Storage", "Syscalls",
            ], path: "Benchmarks", swiftSettings: strict),
        program(
            "slipway-host",
            [
                "Alarms", "ArrayWatch", "BootLoader", "Calendar", "Command", "CommandLine",
                "Deployment", "Events", "HAL", "Installation", "JSON", "PayloadFile", "Recovery",
                "Release", "RunningSystem", "Storage", "Syscalls", "YAML",
            ]),

        // Fuzzing
        .target(
            name: "ImageMutation", dependencies: ["Compression", "SquashFS", "Syscalls"],
            path: "Tests/Fuzz/ImageMutation", swiftSettings: strict),
        .executableTarget(
            name: "fuzz-images", dependencies: ["ImageMutation", "Syscalls"],
            path: "Tests/Fuzz/fuzz-images", swiftSettings: strict),

        // The lab
        .target(
            name: "Lab",
            dependencies: [
                "Bytes", "CSyscalls", "Command", "Compression", "Digest", "DiskFormats", "JSON",
                "PayloadFile", "Release", "SquashFS", "Syscalls",
            ],
            path: "Tests/Lab/Lab", swiftSettings: strict),
        .executableTarget(
            name: "slipway-lab", dependencies: ["CommandLine", "Lab", "Syscalls"],
            path: "Tests/Lab/slipway-lab", swiftSettings: strict),

        // From end to end
        .executableTarget(
            name: "slipway-e2e",
            dependencies: [
                "Bytes", "CSyscalls", "Command", "CommandLine", "Digest", "JSON", "Lab", "LiveISO",
                "Syscalls",
            ], path: "Tests/E2E", swiftSettings: strict),

        // Tests
        .target(
            name: "TestSamples", dependencies: ["Command", "Syscalls"], path: "Tests/Samples",
            swiftSettings: strict),
        tests("Bytes"),
        tests("Calendar"),
        tests("Compression"),
        tests(
            "SquashFS",
            [
                "Bytes", "Command", "CSyscalls", "Compression", "Digest", "ImageMutation",
                "SquashTar", "Syscalls",
            ]),
        tests("CommandLine", ["TestSamples"]),
        tests("Events", ["JSON"]),
        tests("Benchmarks", ["Command", "CommandLine", "JSON"]),
        tests("JSON"),
        tests("Syscalls"),
        tests("Command"),
        tests("Archive", ["Command", "Syscalls"]),
        tests("Debian", ["Command", "Syscalls", "TestSamples"]),
        tests("Stages", ["Syscalls"]),
        tests("Alarms", ["CSyscalls", "JSON", "Storage", "Syscalls", "TestSamples"]),
        tests(
            "ArrayWatch",
            [
                "Alarms", "Command", "Deployment", "HAL", "JSON", "Recovery", "Storage", "Syscalls",
                "TestSamples", "YAML",
            ], fixtures: true),
        tests("HAL", ["JSON", "Syscalls", "TestSamples", "YAML"]),
        tests(
            "RootFS",
            ["Bytes", "Command", "Debian", "Digest", "Events", "Syscalls", "TestSamples"]),
        tests(
            "SourceBuild",
            ["Command", "Debian", "Events", "Manifest", "Stages", "Syscalls", "TestSamples"],
            fixtures: true),
        tests("Digest", ["Bytes"]),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "Bytes", "Command", "Debian", "Digest", "Events", "JSON", "Syscalls",
                "TestSamples",
            ], exclude: ["Fixtures"], swiftSettings: strict),
        tests("Lab", ["CSyscalls", "JSON", "Syscalls"]),
        tests("YAML"),
        tests("Manifest", ["YAML"], fixtures: true),
        tests(
            "slipway",
            ["CommandLine", "Manifest", "Payload", "PayloadFile", "Release", "Syscalls"]),
        tests("slipway-host", ["CommandLine", "HAL", "Storage", "Syscalls"]),
        tests("RunningSystem", ["Command", "Storage", "Syscalls"]),
        .executableTarget(
            name: "installer-rehearsal", dependencies: ["Events", "Installation", "Storage"],
            path: "Tests/Rehearsal", swiftSettings: strict),
        tests(
            "Installation",
            [
                "CSyscalls", "Command", "Deployment", "Storage", "Syscalls", "TestSamples", "YAML",
                "installer-rehearsal",
            ]),
        tests(
            "Storage",
            [
                "Bytes", "Command", "DiskFormats", "Events", "JSON", "Syscalls", "TestSamples",
                "YAML",
            ], fixtures: true),
        tests(
            "Deployment",
            [
                "BootLoader", "CSyscalls", "Command", "Digest", "DiskFormats", "Events", "JSON",
                "PayloadFile", "Release", "SquashFS", "Storage", "Syscalls", "TestSamples",
            ]),
        tests(
            "Recovery",
            [
                "BootLoader", "CSyscalls", "Deployment", "Digest", "Events", "JSON", "Release",
                "Storage", "Syscalls",
            ]),
        tests(
            "BootLoader",
            [
                "CSyscalls", "Command", "DiskFormats", "JSON", "Payload", "Release", "Storage",
                "Syscalls", "TestSamples",
            ]),
        tests("LiveISO", ["Command", "Digest", "Payload", "Release", "Syscalls"]),
        tests(
            "DiskFormats", ["CSyscalls", "Command", "Syscalls", "TestSamples"], fixtures: true),
        tests(
            "Release",
            ["Bytes", "CSyscalls", "Command", "Digest", "JSON", "Syscalls", "TestSamples"]),
        tests(
            "Payload",
            [
                "Bytes", "CSyscalls", "Command", "Compression", "Digest", "JSON", "PayloadFile",
                "Release", "RootFS", "SquashFS", "Syscalls",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// libFuzzer brings its own main, which no other build can link.
if Context.environment["SLIPWAY_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "libfuzz-images", dependencies: ["ImageMutation"],
            path: "Tests/Fuzz/libfuzz-images",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}

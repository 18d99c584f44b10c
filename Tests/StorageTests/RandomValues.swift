import Storage
import TestSamples

/// Random values of what is saved, edge cases included.
struct RandomValues {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
    mutating func flag() -> Bool { below(2) == 0 }

    mutating func number() -> UInt64 {
        [0, 1, UInt64(Int64.max), .max, generator.next()][below(5)]
    }

    mutating func text() -> String {
        ["", "card", "a b", "\"\\", "\u{7}\n", "schön", "/dev/sda3"][below(7)]
            + String(below(1000))
    }

    mutating func optional<Value>(_ make: (inout RandomValues) -> Value) -> Value? {
        flag() ? make(&self) : nil
    }

    mutating func list<Value>(_ make: (inout RandomValues) -> Value) -> [Value] {
        (0..<below(4)).map { _ in make(&self) }
    }

    mutating func any<Value: CaseIterable>(_: Value.Type) -> Value {
        let all = Array(Value.allCases)
        return all[below(all.count)]
    }

    mutating func extent() -> Extent {
        let start = number()
        return Extent(start: start, byteCount: min(number(), .max - start))
    }

    mutating func identity() -> DiskIdentity {
        DiskIdentity(
            serial: optional { $0.text() }, wwn: optional { $0.text() },
            lun: optional { UInt32($0.below(9)) }, byteCount: number(),
            tableGUID: optional { $0.text() }, memberUUIDs: list { $0.text() })
    }
}

extension RandomValues {
    mutating func observation() -> Observation {
        Observation(
            disks: list { $0.disk() }, arrays: list { $0.array() },
            recordedIdentities: optional { random in
                Dictionary(
                    random.list { ($0.text(), $0.identity()) }, uniquingKeysWith: { $1 })
            })
    }

    private mutating func disk() -> ObservedDisk {
        ObservedDisk(
            path: text(), byteCount: number(), sectorByteCount: flag() ? 512 : 4096,
            bus: any(Bus.self), isRemovable: flag(), isReadOnly: flag(),
            model: optional { $0.text() }, serial: optional { $0.text() },
            wwn: optional { $0.text() }, lun: optional { UInt32($0.below(9)) }, table: table(),
            areas: list { $0.area() },
            bootLeg: optional { $0.flag() ? .complete : .incomplete($0.list { $0.text() }) })
    }

    private mutating func table() -> ObservedTable {
        switch below(3) {
        case 0: .none
        case 1: .other(text())
        default:
            .gpt(
                ObservedGPT(
                    guid: text(),
                    partitions: list {
                        ObservedPartition(
                            number: $0.below(128), type: $0.text(), guid: $0.text(),
                            name: $0.text(), extent: $0.extent())
                    }, faults: list { $0.text() }))
        }
    }

    private mutating func area() -> ObservedArea {
        ObservedArea(
            extent: extent(), device: optional { $0.text() }, partition: optional { $0.below(9) },
            signatures: list { $0.signature() }, holders: list { $0.text() },
            mountPoints: list { $0.text() })
    }

    mutating func signature() -> Signature {
        switch below(3) {
        case 0: .other(type: text(), uuid: optional { $0.text() })
        case 1:
            .filesystem(
                type: text(), uuid: optional { $0.text() }, label: optional { $0.text() })
        default: .member(member())
        }
    }

    private mutating func member() -> ObservedMember {
        ObservedMember(
            metadata: any(MetadataVersion.self), arrayUUID: text(), arrayName: text(),
            deviceUUID: text(), level: below(9) - 4, raidDisks: below(9),
            dataByteCount: number(), dataOffset: number(),
            role: [.spare, .faulty, .journal, .slot(below(9))][below(4)],
            activeSlots: list { $0.flag() }, events: number(), updateTime: number(),
            recoveryOffset: optional { $0.number() }, isClean: flag(),
            bitmapChunkByteCount: optional { $0.number() },
            bitmapEventsCleared: optional { $0.number() }, isWriteMostly: flag())
    }

    private mutating func array() -> ObservedArray {
        ObservedArray(
            path: text(), uuid: text(), name: text(), metadata: any(MetadataVersion.self),
            level: below(9), raidDisks: below(9), dataByteCount: number(), state: text(),
            syncAction: text(), syncPosition: optional { $0.number() },
            syncEnd: optional { $0.number() },
            members: list {
                ObservedArray.Member(
                    device: $0.text(), slot: $0.optional { $0.below(9) },
                    flags: Set($0.list { $0.text() }), recoveryOffset: $0.optional { $0.number() })
            }, bitmapChunkByteCount: optional { $0.number() },
            signatures: list { $0.signature() }, filesystemByteCount: optional { $0.number() },
            holders: list { $0.text() }, mountPoints: list { $0.text() })
    }
}

extension RandomValues {
    mutating func plan() -> Plan {
        Plan(
            layout: text(),
            disks: Dictionary(
                list {
                    (
                        $0.text(),
                        PlannedDisk(
                            path: $0.text(), model: $0.optional { $0.text() },
                            identity: $0.identity())
                    )
                }, uniquingKeysWith: { $1 }),
            steps: list { random in
                Step(
                    random.action(), why: random.text(),
                    conditions: random.list { $0.condition() }, erases: random.list { $0.text() })
            }, notes: list { $0.text() })
    }

    mutating func reference() -> DeviceReference {
        [.disk(text()), .slice(disk: text(), slice: text()), .array(text())][below(3)]
    }

    mutating func condition() -> Condition {
        switch below(8) {
        case 0: .disk(text())
        case 1: .table(disk: text(), guid: optional { $0.text() })
        case 2: .content(disk: text(), extent: extent(), signatures: list { $0.signature() })
        case 3: .unused(disk: text())
        case 4: .free(disk: text(), extent: extent())
        case 5: .running(uuid: text())
        case 6: .notRunning(uuid: text())
        default: .survivor(disk: text(), deviceUUID: text(), leastEvents: number())
        }
    }

    private mutating func bootLeg() -> BootLegToMake {
        BootLegToMake(
            disk: text(), biosBoot: optional { $0.extent() }, systemPartition: extent(),
            firmware: Set(list { $0.any(Firmware.self) }))
    }

    private mutating func arrayToMake() -> ArrayToMake {
        ArrayToMake(
            name: text(), uuid: text(), metadata: any(MetadataVersion.self),
            dataByteCount: number(), dataOffset: number(),
            bitmapChunkByteCount: optional { $0.number() },
            legs: list { random in
                ArrayToMake.Leg(
                    device: random.optional { $0.reference() }, isWriteMostly: random.flag())
            })
    }

    static let actionCount = 17

    mutating func action() -> Action { action(below(RandomValues.actionCount)) }

    mutating func action(_ kind: Int) -> Action {
        switch kind {
        case 0: .stopArray(path: text(), uuid: text())
        case 1: .startArray(name: text(), uuid: text(), legs: list { $0.reference() })
        case 2: .wipe(disk: text(), extent: extent())
        case 3:
            .writeTable(
                disk: text(), guid: text(),
                partitions: list {
                    PartitionToMake(
                        number: $0.below(128), name: $0.text(), type: $0.text(), guid: $0.text(),
                        extent: $0.extent())
                })
        case 4: .makeRegion(reference(), extent: extent())
        case 5: .createArray(arrayToMake())
        case 6:
            .removeLeg(
                array: text(), uuid: text(), slot: optional { $0.below(4) },
                device: optional { $0.text() })
        case 7:
            .addLegUsedOnly(
                array: text(), uuid: text(), slot: below(4), leg: reference(), isWriteMostly: flag()
            )
        case 8: .addLeg(array: text(), uuid: text(), leg: reference(), isWriteMostly: flag())
        case 9: .reAddLeg(array: text(), uuid: text(), leg: reference())
        case 10:
            .replaceLeg(
                array: text(), uuid: text(), device: text(), with: reference(),
                isWriteMostly: flag())
        case 11: .growArray(array: text(), uuid: text(), dataByteCount: number())
        case 12:
            .makeFilesystem(volume: text(), on: reference(), label: text(), uuid: text())
        case 13: .writeSystemPartition(bootLeg())
        case 14: .writeBootCode(bootLeg())
        case 15: .waitForSync(array: text(), uuid: text())
        default: .recordIdentities(LayoutSamples.tvs663)
        }
    }
}

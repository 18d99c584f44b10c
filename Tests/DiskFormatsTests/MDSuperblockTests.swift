import DiskFormats
import TestSamples
import Testing

/// Superblocks for the tests.
enum SampleArray {
    static let setUUID = known("6d0f2f4a-5b1e-4c8e-9a51-0123456789ab")
    static let deviceUUID = known("f00dcafe-0000-4000-8000-00000000d00d")

    static func known(_ text: String) -> UUID {
        guard let uuid = UUID(text) else { preconditionFailure("\(text) is no UUID") }
        return uuid
    }

    /// A leg of a RAID1, as mdadm would make it.
    static func leg(
        _ version: MDVersion, deviceSectors: UInt64, bitmapChunk: UInt32? = 1 << 20
    ) throws -> (superblock: MDSuperblock, bitmap: MDBitmap?) {
        let plan = try MDPlannedArray(
            version: version, deviceSectors: deviceSectors,
            bitmap: bitmapChunk.map { .internal(chunkByteCount: $0) } ?? .none)
        var superblock = MDSuperblock(version: version, deviceSectors: deviceSectors)
        superblock.setUUID = setUUID
        superblock.setName = "host:boot"
        superblock.creationTime = MDTime(seconds: 1_700_000_000)
        superblock.level = 1
        superblock.componentSectors = plan.componentSectors
        superblock.raidDisks = 2
        superblock.dataSector = plan.geometry.data.lowerBound / 512
        superblock.dataSectors =
            version == .v1_0
            ? (plan.geometry.metadata.first?.lowerBound ?? 0) / 512
            : deviceSectors - superblock.dataSector
        superblock.deviceNumber = 1
        superblock.deviceUUID = deviceUUID
        superblock.deviceFlags = .writeMostly
        superblock.updateTime = MDTime(seconds: 1_700_000_100)
        superblock.events = 42
        superblock.resyncOffset = MDSuperblock.allSectors
        superblock.setRole(.active(0), ofDevice: 0)
        superblock.setRole(.active(1), ofDevice: 1)
        let start = plan.geometry.superblock.lowerBound
        func sectors(from start: UInt64, to place: UInt64) -> Int32 {
            Int32(truncatingIfNeeded: (Int64(place) - Int64(start)) / 512)
        }
        if let log = plan.geometry.badBlockLog {
            superblock.badBlockSectors = UInt16(log.count / 512)
            superblock.badBlockOffset = sectors(from: start, to: log.lowerBound)
        }
        guard let place = plan.geometry.bitmap, let chunk = plan.bitmapChunkByteCount else {
            return (superblock, nil)
        }
        superblock.features = .bitmap
        superblock.bitmapOffset = sectors(from: start, to: place.lowerBound)
        var bitmap = try MDBitmap(
            setUUID: setUUID, syncSectors: plan.componentSectors, chunkByteCount: chunk)
        bitmap.events = 42
        bitmap.eventsCleared = 40
        return (superblock, bitmap)
    }
}

@Suite struct MDSuperblockTests {
    static let versions: [MDVersion] = [.v1_0, .v1_1, .v1_2]

    @Test("what is written is read, at its place only", arguments: versions)
    func roundTrip(version: MDVersion) throws {
        var (superblock, _) = try SampleArray.leg(version, deviceSectors: 4096)
        var disk = MemoryBytes([UInt8](repeating: 0, count: 4096 * 512))
        disk.apply(superblock.write)
        // The checksum is right in what comes back; nothing else differs.
        let read = try MDSuperblock(reading: disk, version: version)
        #expect(read.encoded() == superblock.encoded())
        superblock = read
        #expect(superblock.setUUID == SampleArray.setUUID)
        #expect(superblock.setName == "host:boot")
        #expect(superblock.creationTime.seconds == 1_700_000_000)
        #expect((superblock.level, superblock.raidDisks, superblock.events) == (1, 2, 42))
        #expect(superblock.deviceFlags == .writeMostly)
        #expect((superblock.role, superblock.isClean) == (.active(1), true))
        #expect(superblock.deviceRoles.count == 128)
        #expect(superblock.deviceRoles[2] == .spare)
        let findings = MDMember.findings(in: disk)
        #expect(findings.map(\.version) == [version])
        #expect(try findings.map { try $0.result.get() } == [.version1(superblock)])
    }

    @Test("unknown bytes survive a change")
    func padding() throws {
        let (original, _) = try SampleArray.leg(.v1_2, deviceSectors: 4096)
        var bytes = original.encoded()
        // pad0 and pad3, kept for later kernels; and the checksum that goes with them.
        bytes[12] = 1
        bytes[230] = 1
        let sum = UInt32(bytes[216]) | UInt32(bytes[217]) << 8 | UInt32(bytes[218]) << 16
        let more = (sum | UInt32(bytes[219]) << 24) &+ 1 &+ 0x10000
        for index in 0..<4 { bytes[216 + index] = UInt8(more >> (8 * index) & 255) }
        var superblock = try MDSuperblock(decoding: bytes, version: .v1_2, sector: 8)
        #expect(superblock.encoded() == bytes)
        superblock.events += 1
        let changed = superblock.encoded()
        let differences = bytes.indices.filter { bytes[$0] != changed[$0] }
        #expect(differences == [200, 216])
    }

    @Test("signed fields, times and roles have their ranges")
    func fields() throws {
        var (superblock, _) = try SampleArray.leg(.v1_0, deviceSectors: 4096)
        superblock.level = -4
        superblock.bitmapOffset = -16
        superblock.newOffset = .min
        superblock.setName = String(repeating: "ä", count: 20)
        superblock.creationTime = MDTime(seconds: 5, microseconds: 999_999)
        superblock.recoveryOffset = 7
        superblock.features = [.bitmap, .recoveryOffset, .recoveryBitmap]
        superblock.deviceNumber = 500
        superblock.setRole(.faulty, ofDevice: 3)
        superblock.setRole(.journal, ofDevice: 127)
        let read = try MDSuperblock(
            decoding: superblock.encoded(), version: .v1_0, sector: superblock.superSector)
        #expect((read.level, read.bitmapOffset, read.newOffset) == (-4, -16, .min))
        #expect(read.setName == String(repeating: "ä", count: 16))
        #expect((read.creationTime.seconds, read.creationTime.microseconds) == (5, 999_999))
        #expect(read.features.rawValue == 131)
        #expect(read.role == .spare)
        #expect(read.deviceRoles[3] == .faulty)
        #expect(read.deviceRoles[127] == .journal)
        #expect(MDTime(seconds: 1, microseconds: 9) < MDTime(seconds: 2))
    }

    @Test("faults tell what is wrong")
    func faults() throws {
        let (superblock, _) = try SampleArray.leg(.v1_2, deviceSectors: 4096)
        let bytes = superblock.encoded()
        func fault(_ change: (inout [UInt8]) -> Void) -> FormatFault? {
            var changed = bytes
            change(&changed)
            do throws(FormatFault) {
                _ = try MDSuperblock(decoding: changed, version: .v1_2, sector: 8)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0[0] = 0 } == .absent(.mdSuperblock))
        #expect(fault { $0[4] = 0 } == .absent(.mdSuperblock))
        guard case .badChecksum(.mdSuperblock, let stored, let computed) = fault({ $0[100] = 5 })
        else {
            Issue.record("a changed byte is not seen")
            return
        }
        #expect(computed == stored &+ 5)
        let crowded = fault { ($0[222], $0[223]) = (1, 1) }
        guard case .badField(.mdSuperblock, "max_dev", 0x0101_0080, _) = crowded else {
            Issue.record("too many devices are accepted")
            return
        }
        #expect(
            throws: FormatFault.misplaced(
                .mdSuperblock, field: "super_offset", stored: 8, wanted: 0)
        ) { try MDSuperblock(decoding: bytes, version: .v1_1, sector: 0) }
        for length in 0..<bytes.count {
            #expect(fault { $0 = Array($0[..<length]) } != nil)
        }
    }

    @Test("a superblock lies where its version says")
    func places() {
        // A 240 GB NVMe and its 1.0 superblock as seen on a real one.
        #expect(MDVersion.v1_0.superblockSector(deviceSectors: 468_862_128) == 468_862_112)
        #expect(MDVersion.v1_0.superblockSector(deviceSectors: 2055) == 2032)
        #expect(MDVersion.v1_1.superblockSector(deviceSectors: 2055) == 0)
        #expect(MDVersion.v1_2.superblockSector(deviceSectors: 2055) == 8)
        #expect(MDVersion.v0_90.superblockSector(deviceSectors: 2055) == 1920)
        for version in MDVersion.allCases {
            #expect(version.superblockSector(deviceSectors: 23) == nil)
            #expect(version.superblockSector(deviceSectors: 0) == nil)
            #expect(version.superblockSector(deviceSectors: .max) != nil)
        }
    }

    @Test("random bytes behind a right magic and checksum never trap", arguments: versions)
    func mutation(version: MDVersion) throws {
        let (superblock, bitmap) = try SampleArray.leg(version, deviceSectors: 4096)
        var generator = SplitMix64(seed: 11)
        for _ in 0..<300 {
            var bytes = superblock.encoded()
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let offset = Int.random(in: 8..<256, using: &generator)
                if (144..<152).contains(offset) || (216..<224).contains(offset) { continue }
                bytes[offset] = UInt8.random(in: 0...255, using: &generator)
            }
            bytes.replaceSubrange(216..<220, with: checksum(bytes))
            let damaged = try MDSuperblock(
                decoding: bytes, version: version, sector: superblock.superSector)
            #expect(damaged.encoded() == bytes)
            var disk = MemoryBytes([UInt8](repeating: 0, count: 4096 * 512))
            disk.apply(damaged.write)
            for finding in MDMember.findings(in: disk) {
                guard case .success(let member) = finding.result else { continue }
                _ = (member.setUUID, member.role, member.isClean, member.events)
            }
            _ = try? MDGeometry(damaged, bitmap: bitmap, deviceSectors: 4096)
            _ = try? MDGeometry(damaged, bitmap: nil, deviceSectors: .max)
            _ = try? MDBitmap(reading: disk, of: damaged)
        }
    }

    /// The checksum once more, with carries as they come.
    private func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var sum: UInt64 = 0
        for offset in stride(from: 0, to: bytes.count, by: 4) where offset != 216 {
            for index in 0..<4 { sum += UInt64(bytes[offset + index]) << UInt64(8 * index) }
        }
        let folded = sum & 0xffff_ffff + sum >> 32
        return (0..<4).map { UInt8(folded >> UInt64(8 * $0) & 255) }
    }
}

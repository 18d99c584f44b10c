extension SizeMatch {
    /// The smallest size in bytes of a disk that is sold as a size: 95 %, in whole MiB.
    package static func least(soldAs nominal: UInt64) -> UInt64 {
        ByteSize.roundDown(nominal / 100 * 95)
    }

    /// Sizes that fit, in bytes.
    package var bounds: ClosedRange<UInt64> {
        switch self {
        case .soldAs(let nominal): SizeMatch.least(soldAs: nominal)...(nominal / 100 * 110)
        case .range(let range): range
        }
    }
}

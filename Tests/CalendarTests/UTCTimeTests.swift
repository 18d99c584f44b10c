import Calendar
import Glibc
import Testing

@Suite struct UTCTimeTests {
    @Test("dates come out as the C library's, far into the past and the future")
    func agreesWithGmtime() {
        // A step that is no part of a day, a month or a year, so that all of them are met.
        for seconds in stride(from: -100_000_000_000, through: 300_000_000_000, by: 123_456_789) {
            var (moment, parts) = (time_t(seconds), tm())
            gmtime_r(&moment, &parts)
            let time = UTCTime(secondsSince1970: Int64(seconds))
            #expect(
                time
                    == UTCTime(
                        year: Int64(parts.tm_year) + 1900, month: Int64(parts.tm_mon) + 1,
                        day: Int64(parts.tm_mday), hour: Int64(parts.tm_hour),
                        minute: Int64(parts.tm_min), second: Int64(parts.tm_sec)))
            #expect(time.secondsSince1970 == Int64(seconds))
        }
    }

    @Test("text has the digits that it should, with any divider")
    func text() {
        let time = UTCTime(secondsSince1970: 1_795_054_374)
        #expect(time.date() == "2026-11-19" && time.time() == "02:12:54")
        #expect(time.date(".") == "2026.11.19" && time.time("") == "021254")
        #expect(UTCTime(secondsSince1970: -62_135_596_800).date() == "0001-01-01")
    }

    @Test("no number of seconds traps", arguments: [Int64.min, -1, 0, Int64.max])
    func extremes(seconds: Int64) {
        #expect((1...12).contains(UTCTime(secondsSince1970: seconds).month))
    }
}

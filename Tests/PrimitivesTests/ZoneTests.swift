import Primitives
import Testing

@Suite struct ZoneTests {
    private func zone(_ identifier: String) throws -> Zone { try #require(Zone(identifier)) }
    private func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(text)) }

    @Test(arguments: [
        ("2026-03-29", 1 * 60 + 59, "2026-03-29T01:59:00+01:00"),
        ("2026-03-29", 2 * 60, "2026-03-29T03:00:00+02:00"),
        ("2026-03-29", 2 * 60 + 30, "2026-03-29T03:00:00+02:00"),
        ("2026-03-29", 3 * 60, "2026-03-29T03:00:00+02:00"),
        ("2026-03-29", 3 * 60 + 1, "2026-03-29T03:01:00+02:00"),
    ])
    func `a minute that summer time skips is the end of the gap`(date: String, minute: Int, is expected: String) throws
    {
        let zone = try zone("Europe/Berlin")
        #expect(zone.rfc3339(zone.instant(try day(date), minute: minute)) == expected)
    }

    @Test(arguments: [
        ("2026-10-25", 1 * 60 + 59, "2026-10-25T01:59:00+02:00"),
        ("2026-10-25", 2 * 60 + 30, "2026-10-25T02:30:00+02:00"),
        ("2026-10-25", 3 * 60, "2026-10-25T03:00:00+01:00"),
        ("2026-10-24", 1440, "2026-10-25T00:00:00+02:00"),
        ("2026-10-25", 1440, "2026-10-26T00:00:00+01:00"),
    ])
    func `a minute that comes twice is the first`(date: String, minute: Int, is expected: String) throws {
        let zone = try zone("Europe/Berlin")
        #expect(zone.rfc3339(zone.instant(try day(date), minute: minute)) == expected)
    }

    @Test func `where midnight is skipped the day begins at the end of the gap`() throws {
        let zone = try zone("Africa/Cairo")  // 24 April 2026, 00:00 → 01:00
        #expect(zone.rfc3339(zone.instant(try day("2026-04-24"), minute: 0)) == "2026-04-24T01:00:00+03:00")
        #expect(zone.instant(try day("2026-04-23"), minute: 1440) == zone.instant(try day("2026-04-24"), minute: 0))
    }

    @Test func `where a whole day is skipped its minutes are the next midnight`() throws {
        let zone = try zone("Pacific/Apia")  // Samoa had no 30 December 2011.
        #expect(zone.rfc3339(zone.instant(try day("2011-12-30"), minute: 600)) == "2011-12-31T00:00:00+14:00")
    }

    @Test func `a zone that changed its offset for good is read by date`() throws {
        let zone = try zone("Asia/Almaty")
        #expect(zone.offset(at: try #require(Instant(rfc3339: "2024-02-01T00:00:00Z"))) == 6 * 3600)
        #expect(zone.offset(at: try #require(Instant(rfc3339: "2024-04-01T00:00:00Z"))) == 5 * 3600)
    }

    @Test func `Shanghai keeps one offset now and had summer time in 1988`() throws {
        let zone = try zone("Asia/Shanghai")
        #expect(zone.rfc3339(zone.instant(try day("2026-10-09"), minute: 1080)) == "2026-10-09T18:00:00+08:00")
        #expect(zone.rfc3339(zone.instant(try day("1988-07-01"), minute: 1080)) == "1988-07-01T18:00:00+09:00")
    }

    @Test(arguments: ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"])
    func `the clock on the wall shows again what the instant was made of`(identifier: String) throws {
        let zone = try zone(identifier)
        for number in 20_500..<20_900 {
            let midday = LocalTime(
                zone.instant(CalendarDay(number: number), minute: 725),
                offset: zone.offset(at: zone.instant(CalendarDay(number: number), minute: 725)))
            #expect((midday.day.number, midday.minute) == (number, 725))
            var last = zone.instant(CalendarDay(number: number), minute: 0)
            for minute in stride(from: 15, through: 1440, by: 15) {
                let next = zone.instant(CalendarDay(number: number), minute: minute)
                #expect(next >= last)
                last = next
            }
        }
    }

    @Test(arguments: ["", "Mars/Olympus", "Asia/Shanghaii"])
    func `an unknown zone is refused`(identifier: String) { #expect(Zone(identifier) == nil) }
}

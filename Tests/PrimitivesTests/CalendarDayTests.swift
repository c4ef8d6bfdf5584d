import Primitives
import Testing

@Suite struct CalendarDayTests {
    @Test(arguments: [
        ("1970-01-01", 0, Weekday.thursday), ("1969-12-31", -1, .wednesday), ("2000-02-29", 11_016, .tuesday),
        ("2026-09-30", 20_726, .wednesday), ("2026-10-04", 20_730, .sunday), ("0001-01-01", -719_162, .monday),
        ("9999-12-31", 2_932_896, .friday),
    ])
    func `a day is its number, its date and its weekday`(text: String, number: Int, weekday: Weekday) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.number == number)
        #expect(day.weekday == weekday)
        #expect(CalendarDay(number: number).description == text)
    }

    @Test func `every date of four centuries is read as it is written, in order`() throws {
        for number in -25_000..<121_097 {
            let day = CalendarDay(number: number)
            #expect(CalendarDay(day.description) == day)
        }
    }

    @Test(arguments: [
        "2026-02-29", "2026-02-30", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00", "2026-1-1",
        "2026/01/01", "", "02026-01-01", "2026-01-01 ", "+026-01-01", "0000-01-01",
    ])
    func `there is no such day`(text: String) { #expect(CalendarDay(text) == nil) }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2026-01-31", 2, "2026-03-31"),
        ("2026-12-31", 2, "2027-02-28"), ("2028-02-29", 12, "2029-02-28"), ("2028-02-29", 48, "2032-02-29"),
        ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"), ("2026-05-31", 0, "2026-05-31"),
        ("2096-02-29", 48, "2100-02-28"),
    ])
    func `months later is the same date, clamped to the month's end`(from: String, months: Int, to: String) throws {
        #expect(try #require(CalendarDay(from)).adding(months: months).description == to)
    }
}

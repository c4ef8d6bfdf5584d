import Policy
import Primitives
import Testing

@Suite struct WorkCalendarDueTests {
    private func due(_ word: String, _ start: String, _ calendar: WorkCalendar = shop) throws -> String {
        wall(try calendar.due(try #require(Deadline(word)), from: at(start, calendar)).instant, calendar)
    }

    @Test func `two working days from the eve of the National Day holidays end at the close of 9 October`() throws {
        let start = try #require(Instant(rfc3339: "2026-09-30T17:00:00+08:00"))
        let due = try shop.due(.workingDays(2), from: start)
        #expect(shop.zone.rfc3339(due.instant) == "2026-10-09T18:00:00+08:00")
        #expect(due.unannouncedYears.isEmpty)
    }

    @Test(arguments: [
        ("0h", "2026-10-01 03:00", "2026-10-01 03:00"), ("24h", "2026-09-30 17:00", "2026-10-01 17:00"),
        ("72h", "2026-12-31 23:59", "2027-01-03 23:59"), ("9999h", "2026-01-01 00:00", "2027-02-21 15:00"),
    ])
    func `hours pass by night and on holidays`(word: String, start: String, expected: String) throws {
        #expect(try due(word, start) == expected)
    }

    @Test(arguments: [
        // Within a stretch, to its end and past it.
        ("1wh", "2026-09-29 09:00", "2026-09-29 10:00"), ("3wh", "2026-09-29 09:00", "2026-09-29 12:00"),
        ("4wh", "2026-09-29 09:00", "2026-09-29 14:00"), ("4wh", "2026-09-29 14:00", "2026-09-29 18:00"),
        ("4wh", "2026-09-29 14:01", "2026-09-30 09:01"), ("8wh", "2026-09-29 09:00", "2026-09-29 18:00"),
        ("9wh", "2026-09-29 09:00", "2026-09-30 10:00"),
        // From a closed moment: lunch, its edges, night, the close itself, a weekend, a holiday.
        ("1wh", "2026-09-29 12:00", "2026-09-29 14:00"), ("1wh", "2026-09-29 12:30", "2026-09-29 14:00"),
        ("1wh", "2026-09-29 13:00", "2026-09-29 14:00"), ("1wh", "2026-09-29 11:59", "2026-09-29 13:59"),
        ("1wh", "2026-09-29 03:00", "2026-09-29 10:00"), ("1wh", "2026-09-29 18:00", "2026-09-30 10:00"),
        ("1wh", "2026-09-29 17:59", "2026-09-30 09:59"), ("1wh", "2026-10-03 11:00", "2026-10-08 10:00"),
        ("1wh", "2026-09-30 18:00", "2026-10-08 10:00"), ("9wh", "2026-10-09 09:00", "2026-10-10 10:00"),
        ("0wh", "2026-09-29 10:00", "2026-09-29 10:00"), ("0wh", "2026-09-29 12:00", "2026-09-29 13:00"),
        ("0wh", "2026-10-01 10:00", "2026-10-08 09:00"),
    ])
    func `working hours stop for lunch, nights and holidays and stay at a close`(
        word: String, start: String, expected: String
    ) throws {
        #expect(try due(word, start) == expected)
    }

    @Test(arguments: [
        ("1d", "2026-09-30 00:00", "2026-10-02 00:00"), ("3d", "2026-09-30 17:00", "2026-10-04 00:00"),
        ("3d", "2026-09-30 23:59", "2026-10-04 00:00"), ("3d", "2026-10-01 00:00", "2026-10-05 00:00"),
        ("1w", "2026-09-30 17:00", "2026-10-08 00:00"), ("2w", "2026-12-25 10:00", "2027-01-09 00:00"),
        ("1mo", "2026-01-31 10:00", "2026-03-01 00:00"), ("1mo", "2026-01-28 10:00", "2026-03-01 00:00"),
        ("1mo", "2026-01-27 10:00", "2026-02-28 00:00"), ("1mo", "2028-01-31 10:00", "2028-03-01 00:00"),
        ("1mo", "2028-01-30 10:00", "2028-03-01 00:00"), ("1mo", "2028-01-28 10:00", "2028-02-29 00:00"),
        ("2mo", "2026-01-31 10:00", "2026-04-01 00:00"), ("12mo", "2028-02-29 10:00", "2029-03-01 00:00"),
        ("1mo", "2026-12-31 10:00", "2027-02-01 00:00"), ("3mo", "2026-11-30 10:00", "2027-03-01 00:00"),
        ("9999mo", "2026-01-31 10:00", "2859-05-01 00:00"),
    ])
    func `days, weeks and months end at 24:00, holidays or not, without the starting day`(
        word: String, start: String, expected: String
    ) throws {
        #expect(try due(word, start) == expected)
    }

    @Test(arguments: [
        ("1wd", "2026-09-28 00:00", "2026-09-29 18:00"), ("1wd", "2026-09-28 23:59", "2026-09-29 18:00"),
        ("1wd", "2026-09-29 10:00", "2026-09-30 18:00"), ("1wd", "2026-09-30 10:00", "2026-10-08 18:00"),
        ("1wd", "2026-10-03 10:00", "2026-10-08 18:00"), ("1wd", "2026-10-09 10:00", "2026-10-10 18:00"),
        ("2wd", "2026-10-09 10:00", "2026-10-12 18:00"), ("3wd", "2026-09-29 15:40", "2026-10-09 18:00"),
        ("1wd", "2026-02-13 10:00", "2026-02-14 18:00"), ("1wd", "2026-02-14 10:00", "2026-02-24 18:00"),
        ("5wd", "2026-02-14 10:00", "2026-02-28 18:00"), ("next_day", "2026-09-30 08:00", "2026-10-08 18:00"),
        ("next_day", "2026-10-10 19:00", "2026-10-12 18:00"),
    ])
    func `working days end at their close, make-up days among them`(word: String, start: String, expected: String)
        throws
    {
        #expect(try due(word, start) == expected)
    }

    @Test(arguments: [
        ("2026-09-29 00:00", "2026-09-29 18:00"), ("2026-09-29 12:30", "2026-09-29 18:00"),
        ("2026-09-29 17:59", "2026-09-29 18:00"), ("2026-09-29 18:00", "2026-09-30 18:00"),
        ("2026-09-30 18:00", "2026-10-08 18:00"), ("2026-10-01 09:00", "2026-10-08 18:00"),
        ("2026-10-10 09:00", "2026-10-10 18:00"), ("2026-10-11 09:00", "2026-10-12 18:00"),
    ])
    func `the same day is today until it closes`(start: String, expected: String) throws {
        #expect(try due("same_day", start) == expected)
    }

    @Test(arguments: [
        ("friday", "2026-10-09 00:00", "2026-10-10 00:00"), ("friday", "2026-10-09 23:59", "2026-10-10 00:00"),
        ("friday", "2026-10-10 00:00", "2026-10-17 00:00"), ("thursday", "2026-09-30 10:00", "2026-10-02 00:00"),
        ("sunday", "2026-10-05 10:00", "2026-10-12 00:00"),
        ("day_of_month: 26", "2026-10-26 23:59", "2026-10-27 00:00"),
        ("day_of_month: 26", "2026-10-27 00:00", "2026-11-27 00:00"),
        ("day_of_month: 31", "2026-02-01 10:00", "2026-03-01 00:00"),
        ("day_of_month: 29", "2028-02-01 10:00", "2028-03-01 00:00"),
        ("day_of_month: 30", "2028-02-29 10:00", "2028-03-01 00:00"),
        ("day_of_month: 1", "2026-12-02 10:00", "2027-01-02 00:00"),
        ("last_day_of_month", "2026-09-30 23:59", "2026-10-01 00:00"),
        ("last_day_of_month", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("last_day_of_month", "2028-02-10 10:00", "2028-03-01 00:00"),
    ])
    func `a named day is the next one, today included, holidays or not`(
        word: String, start: String, expected: String
    ) throws {
        #expect(try due(word, start) == expected)
    }

    @Test(arguments: [
        ("2026-10-20", 3, "2026-10-18 00:00"), ("2026-10-20", 0, "2026-10-21 00:00"),
        ("2026-03-02", 3, "2026-02-28 00:00"),
        ("2026-10-20T00:00:00+08:00", 3, "2026-10-18 00:00"), ("2026-10-19T15:59:59Z", 3, "2026-10-17 00:00"),
        ("2026-09-01", 3, "2026-08-30 00:00"),
    ])
    func `before a date counts back from it, even into the past`(date: String, days: Int, expected: String) throws {
        let fields: Fields = ["visit": .text(date)]
        let due = try shop.due(.before(field: "visit", days: days), from: at("2026-10-09 10:00"), fields: fields)
        #expect(wall(due.instant) == expected)
    }

    @Test(
        arguments: [[:], ["visit": .text("soon")], ["visit": .integer(20_726)], ["other": .text("2026-10-20")]]
            as [Fields])
    func `before a date that is not there is refused`(fields: Fields) {
        #expect(throws: DeadlineRefusal.noDate(field: "visit")) {
            try shop.due(.before(field: "visit", days: 3), from: at("2026-10-09 10:00"), fields: fields)
        }
    }

    @Test func `the company's own closed and open days move a working day`() throws {
        let calendar = calendar(closed: ["2026-10-08"], open: ["2026-10-03"])
        #expect(try due("1wd", "2026-09-30 10:00", calendar) == "2026-10-03 18:00")
        #expect(try due("2wd", "2026-09-30 10:00", calendar) == "2026-10-09 18:00")
    }

    @Test func `a make-up day closes when Monday does`() throws {
        let calendar = calendar("mon 08:00-16:00; tue-fri 09:00-18:00")
        #expect(try due("1wd", "2026-10-09 10:00", calendar) == "2026-10-10 16:00")
        #expect(try due("9wh", "2026-10-09 17:00", calendar) == "2026-10-10 16:00")
        #expect(try due("same_day", "2026-10-10 16:00", calendar) == "2026-10-12 16:00")
    }

    @Test func `a close at 24:00 is the end of that day`() throws {
        let calendar = calendar("mon-sun 20:00-24:00", holidays: nil)
        let due = try calendar.due(.sameDay, from: at("2026-10-09 21:00"))
        #expect(wall(due.instant) == "2026-10-10 00:00")
        #expect(due.steps.last?.day == day("2026-10-09"))
        #expect(try self.due("4wh", "2026-10-09 20:00", calendar) == "2026-10-10 00:00")
        #expect(try self.due("5wh", "2026-10-09 20:00", calendar) == "2026-10-10 21:00")
    }
}

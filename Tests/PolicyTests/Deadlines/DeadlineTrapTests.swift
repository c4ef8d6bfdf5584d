import Policy
import Primitives
import Testing

/// The traps that other systems fell into.
@Suite struct DeadlineTrapTests {
    @Test func `the hours that are set are the hours that are reckoned with`() throws {
        let long = calendar("mon-sun 00:00-24:00", holidays: nil)
        #expect(wall(try long.due(.workingHours(24), from: at("2026-09-30 17:00")).instant) == "2026-10-01 17:00")
        #expect(wall(try shop.due(.workingHours(24), from: at("2026-09-30 17:00")).instant) == "2026-10-10 17:00")
    }

    @Test func `lunch, holidays and make-up days all count in one deadline`() throws {
        // 1 hour on 30 September, 8 on the 8th, 9th and 10th of October, 3 in the morning and 1 after lunch on the 12th.
        #expect(wall(try shop.due(.workingHours(29), from: at("2026-09-30 17:00")).instant) == "2026-10-12 14:00")
        let years = HolidayTable(key: "cn", years: [2026], daysOff: [:], makeUpDays: [:])
        #expect(
            wall(try calendar(holidays: years).due(.workingHours(29), from: at("2026-09-30 17:00")).instant)
                == "2026-10-06 14:00")
    }

    @Test func `24 hours, a day, a working day and 24 working hours are four different things`() throws {
        let start = at("2026-09-30 17:00")
        let ends = try [Deadline.hours(24), .days(1), .workingDays(1), .workingHours(24)]
            .map { wall(try shop.due($0, from: start).instant) }
        #expect(ends == ["2026-10-01 17:00", "2026-10-02 00:00", "2026-10-08 18:00", "2026-10-10 17:00"])
    }

    @Test func `every day edge is the company's, not that of the server`() throws {
        let start = try #require(Instant(rfc3339: "2026-10-08T16:30:00Z"))  // 00:30 on the 9th in Shanghai
        #expect(wall(try shop.due(.days(1), from: start).instant) == "2026-10-11 00:00")
        #expect(wall(try shop.due(.workingDays(1), from: start).instant) == "2026-10-10 18:00")
        let newYork = calendar(zone: "America/New_York", holidays: nil)
        #expect(wall(try newYork.due(.days(1), from: start).instant, newYork) == "2026-10-10 00:00")
    }

    @Test func `a week without data is warned of, never guessed in silence`() throws {
        #expect(try shop.due(.workingDays(1), from: at("2026-12-30 10:00")).unannouncedYears == [])
        #expect(try shop.due(.workingDays(1), from: at("2026-12-31 10:00")).unannouncedYears == [2027])
        #expect(try shop.due(.workingDays(300), from: at("2026-12-31 10:00")).unannouncedYears == [2027, 2028])
        #expect(try shop.due(.workingHours(8), from: at("2026-12-31 10:00")).unannouncedYears == [2027])
        #expect(try shop.due(.workingHours(7), from: at("2026-12-31 10:00")).unannouncedYears == [])
        #expect(try shop.due(.sameDay, from: at("2027-03-01 10:00")).unannouncedYears == [2027])
        #expect(try shop.due(.sameDay, from: at("2026-12-31 18:00")).unannouncedYears == [2027])
        #expect(try shop.due(.nextDay, from: at("2025-12-31 10:00")).unannouncedYears == [])
    }

    @Test func `a year before the table is not called unannounced`() throws {
        let due = try shop.due(.workingDays(1), from: at("2012-03-01 10:00"))
        #expect(due.unannouncedYears == [])
        #expect(due.yearsBeforeTable == [2012])
        #expect(
            due.warnings(in: .english) == ["This table has no holidays of 2012; counted by the ordinary week."])
        #expect(due.warnings(in: .simplified) == ["节假日表里没有2012年，按平常周历计算。"])
    }

    @Test func `a deadline that asks for no working day has no year to warn of`() throws {
        for deadline in [Deadline.hours(9999), .days(400), .months(15), .weekday(.monday), .lastDayOfMonth] {
            #expect(try shop.due(deadline, from: at("2026-12-31 10:00")).unannouncedYears == [])
        }
        let without = calendar(holidays: nil)
        #expect(try without.due(.workingDays(300), from: at("2026-12-31 10:00")).unannouncedYears == [])
    }

    @Test(arguments: [Deadline.workingDays(1), .workingHours(1), .workingHours(0), .sameDay, .nextDay])
    func `a calendar that is closed for ever refuses instead of searching for ever`(deadline: Deadline) throws {
        let never = WorkCalendar(zone: shop.zone, week: Array(repeating: [], count: 7), holidays: holidays2026)
        #expect(throws: DeadlineRefusal.neverOpens(after: day("2026-09-30"))) {
            try never.due(deadline, from: at("2026-09-30 17:00"))
        }
        #expect(wall(try never.due(.days(1), from: at("2026-09-30 17:00")).instant) == "2026-10-02 00:00")
    }

    @Test func `a calendar that opens 366 days later is waited for, one day more is not`() throws {
        func once(_ date: String) -> WorkCalendar {
            WorkCalendar(
                zone: shop.zone, week: Array(repeating: shop.week[0], count: 7), holidays: nil,
                closed: Set((20_000..<22_000).map(CalendarDay.init(number:)).filter { $0 != day(date) }))
        }
        let start = at("2026-03-02 10:00")
        #expect(wall(try once("2027-03-03").due(.workingDays(1), from: start).instant) == "2027-03-03 18:00")
        #expect(throws: DeadlineRefusal.neverOpens(after: day("2026-03-02"))) {
            try once("2027-03-04").due(.workingDays(1), from: start)
        }
    }

    @Test func `the longest deadlines are reckoned, and past 200 years refused`() throws {
        let weekly = calendar("mon 09:00-09:01", holidays: nil)
        #expect(wall(try weekly.due(.workingDays(9999), from: at("2026-09-28 10:00")).instant) == "2218-05-18 09:01")
        #expect(throws: DeadlineRefusal.tooFar) { try weekly.due(.workingHours(9999), from: at("2026-09-28 10:00")) }
        #expect(throws: DeadlineRefusal.tooFar) {
            try shop.due(.hours(1), from: Instant(milliseconds: 300_000_000_000_000))
        }
    }

    @Test(arguments: [
        (Delay.hours(0), "2026-10-09 18:00", "2026-10-09 18:00"), (.hours(24), "2026-10-09 18:00", "2026-10-10 18:00"),
        (.days(1), "2026-10-09 18:00", "2026-10-11 00:00"), (.days(1), "2026-10-10 00:00", "2026-10-11 00:00"),
        (.days(1), "2026-10-10 00:01", "2026-10-12 00:00"), (.workingDays(1), "2026-10-09 18:00", "2026-10-10 18:00"),
        (.workingDays(1), "2026-10-10 00:00", "2026-10-10 18:00"),
        (.workingDays(1), "2026-10-10 00:01", "2026-10-12 18:00"),
        (.workingDays(2), "2026-10-10 18:00", "2026-10-13 18:00"),
    ])
    func `what was due at 24:00 was due on the day that ended`(delay: Delay, due: String, expected: String) throws {
        #expect(wall(try shop.after(delay, from: at(due))) == expected)
    }
}

import Policy
import Testing

@Suite struct WorkCalendarWeekTests {
    typealias Interval = WorkCalendar.Interval

    @Test func `a week is read with lunch breaks, single days and closed days`() throws {
        let day = [Interval(start: 540, end: 720), Interval(start: 780, end: 1080)]
        #expect(
            try WorkCalendar.week("mon-fri 09:00-12:00 13:00-18:00") == [day, day, day, day, day, [], []])
        #expect(
            try WorkCalendar.week("  mon-tue 09:00-12:00  13:00-18:00 ;sat 00:00-24:00; sun closed")
                == [day, day, [], [], [], [Interval(start: 0, end: 1440)], []])
    }

    @Test(arguments: [
        ("", "", WeekFault.Expectation.day), ("09:00-12:00", "09:00-12:00", .day), ("mon", "", .hours),
        ("mon 09:00-12:00;", "", .day), ("Mon 09:00-12:00", "Mon", .day), ("monday 09:00-12:00", "monday", .day),
        ("mon- 09:00-12:00", "mon-", .day), ("mon-wed-fri 09:00-12:00", "mon-wed-fri", .day),
        ("-fri 09:00-12:00", "-fri", .day), ("fri-mon 09:00-12:00", "fri-mon", .risingDays),
        ("mon-mon 09:00-12:00", "mon-mon", .risingDays), ("mon-fri 09:00-12:00; wed closed", "wed", .unnamedDay),
        ("mon 9:00-12:00", "9:00", .time), ("mon 09:00-12:60", "12:60", .time), ("mon 09:00-24:01", "24:01", .time),
        ("mon 09:00-25:00", "25:00", .time), ("mon +9:00-12:00", "+9:00", .time), ("mon 09.00-12.00", "09.00", .time),
        ("mon 09:00", "09:00", .interval), ("mon 09:00-12:00-13:00", "09:00-12:00-13:00", .interval),
        ("mon 12:00-12:00", "12:00-12:00", .risingInterval), ("mon 12:00-09:00", "12:00-09:00", .risingInterval),
        ("mon 09:00-12:00 12:00-18:00", "12:00-18:00", .later(than: "12:00")),
        ("mon 09:00-12:00 11:59-18:00", "11:59-18:00", .later(than: "12:00")),
        ("mon 13:00-18:00 09:00-12:00", "09:00-12:00", .later(than: "18:00")),
        ("mon closed 09:00-12:00", "closed", .interval), ("mon-sun closed", "", .someHours),
    ])
    func `a faulty week says what was found and what was expected`(
        text: String, found: String, expected: WeekFault.Expectation
    ) {
        #expect(throws: WeekFault(found: found, expected: expected)) { try WorkCalendar.week(text) }
    }

    @Test func `one minute between two intervals is enough`() throws {
        #expect(try WorkCalendar.week("mon 09:00-12:00 12:01-18:00")[0].count == 2)
    }

    @Test func `a fault reads as a sentence`() {
        #expect(
            WeekFault(found: "12:00-18:00", expected: .later(than: "12:00")).description
                == "found “12:00-18:00”, expected an interval that starts after 12:00")
    }
}

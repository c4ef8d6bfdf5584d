import Policy
import Primitives
import Testing

@Suite struct CadenceOccurrencesTests {
    private func occurrence(
        _ number: Int, _ word: String, _ anchor: String, _ calendar: WorkCalendar = shop
    ) throws -> String {
        wall(
            try Cadence.occurrence(
                number, every: try #require(Cadence.Step(word)), after: at(anchor, calendar), calendar: calendar),
            calendar)
    }

    @Test(arguments: [
        (1, "1d", "2026-09-30 17:00", "2026-10-01 17:00"), (5, "2d", "2026-09-30 17:00", "2026-10-10 17:00"),
        (1, "1w", "2026-09-30 17:00", "2026-10-07 17:00"), (52, "1w", "2026-09-30 17:00", "2027-09-29 17:00"),
        (3, "2w", "2026-09-30 00:00", "2026-11-11 00:00"), (1, "1mo", "2026-01-31 10:00", "2026-02-28 10:00"),
        (2, "1mo", "2026-01-31 10:00", "2026-03-31 10:00"), (25, "1mo", "2026-01-31 10:00", "2028-02-29 10:00"),
        (4, "3mo", "2026-11-30 10:00", "2027-11-30 10:00"), (1, "3mo", "2026-11-30 10:00", "2027-02-28 10:00"),
        (1, "12mo", "2028-02-29 10:00", "2029-02-28 10:00"), (4, "12mo", "2028-02-29 10:00", "2032-02-29 10:00"),
    ])
    func `an occurrence is so many steps after its anchor, months never cumulatively`(
        number: Int, word: String, anchor: String, expected: String
    ) throws {
        #expect(try occurrence(number, word, anchor) == expected)
    }

    @Test(arguments: [
        (1, "1wd", "2026-09-30 17:00", "2026-10-08 18:00"), (2, "1wd", "2026-09-30 17:00", "2026-10-09 18:00"),
        (3, "1wd", "2026-09-30 17:00", "2026-10-10 18:00"), (2, "2wd", "2026-09-30 17:00", "2026-10-12 18:00"),
    ])
    func `a working day falls at its close`(number: Int, word: String, anchor: String, expected: String) throws {
        #expect(try occurrence(number, word, anchor) == expected)
    }

    @Test func `the time of day stays over a change to summer time`() throws {
        let berlin = calendar(zone: "Europe/Berlin", holidays: nil)
        #expect(try occurrence(1, "1w", "2026-03-25 10:15", berlin) == "2026-04-01 10:15")
        #expect(try occurrence(1, "1d", "2026-03-28 02:30", berlin) == "2026-03-29 03:00")
        #expect(try occurrence(2, "1d", "2026-03-28 02:30", berlin) == "2026-03-30 02:30")
    }

    @Test func `seconds and milliseconds stay too`() throws {
        let anchor = at("2026-09-30 17:00").adding(milliseconds: 12_345)
        #expect(
            try Cadence.occurrence(1, every: .weeks(1), after: anchor, calendar: shop)
                == at("2026-10-07 17:00").adding(milliseconds: 12_345))
        let berlin = calendar(zone: "Europe/Berlin", holidays: nil)
        let second = at("2026-10-25 02:30", berlin).adding(milliseconds: 3_612_345)  // 02:30:12.345 for the second time
        #expect(
            try Cadence.occurrence(1, every: .days(1), after: second, calendar: berlin)
                == at("2026-10-26 02:30", berlin).adding(milliseconds: 12_345))
    }

    @Test func `what cannot be reached is refused`() throws {
        let never = WorkCalendar(zone: shop.zone, week: Array(repeating: [], count: 7), holidays: nil)
        #expect(throws: DeadlineRefusal.neverOpens(after: day("2026-09-30"))) {
            try Cadence.occurrence(1, every: .workingDays(1), after: at("2026-09-30 17:00"), calendar: never)
        }
        for step in [Cadence.Step.days(9999), .weeks(9999), .months(9999)] {
            for number in [1000, 1_000_000, Int.max] {
                #expect(throws: DeadlineRefusal.tooFar) {
                    try Cadence.occurrence(number, every: step, after: at("2026-09-30 17:00"), calendar: shop)
                }
            }
        }
    }

    @Test func `the year 9999 is the last`() throws {
        #expect(try occurrence(2_912_170, "1d", "2026-09-30 10:00") == "9999-12-31 10:00")
        #expect(try occurrence(7973, "12mo", "2026-09-30 10:00") == "9999-09-30 10:00")
        for (number, word) in [(2_912_171, "1d"), (416_025, "1w"), (7974, "12mo"), (95_680, "1mo")] {
            #expect(throws: DeadlineRefusal.tooFar, "\(word)") { try occurrence(number, word, "2026-09-30 10:00") }
        }
    }

    @Test func `occurrences rise`() throws {
        for word in ["1d", "1w", "1mo", "1wd", "5wd", "3mo"] {
            let step = try #require(Cadence.Step(word))
            let anchor = at("2026-01-31 10:00")
            let all = try (1...60).map { try Cadence.occurrence($0, every: step, after: anchor, calendar: shop) }
            #expect(zip([anchor] + all, all).allSatisfy { $0 < $1 }, "\(word)")
        }
    }

    private func days(_ rule: Cadence.DayRule, _ first: String, _ last: String) -> [String] {
        Cadence.days(matching: rule, from: day(first), through: day(last), calendar: shop).map(\.description)
    }

    @Test func `weekdays and every day come as they are, both ends included`() {
        #expect(days(.weekday(.friday), "2026-10-02", "2026-10-16") == ["2026-10-02", "2026-10-09", "2026-10-16"])
        #expect(days(.weekday(.friday), "2026-10-03", "2026-10-15") == ["2026-10-09"])
        #expect(days(.everyDay, "2026-10-31", "2026-11-01") == ["2026-10-31", "2026-11-01"])
        #expect(days(.everyDay, "2026-11-01", "2026-10-31") == [])
    }

    @Test func `working days leave out holidays and take in make-up days`() {
        #expect(
            days(.workingDay, "2026-09-30", "2026-10-12")
                == ["2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"])
    }

    @Test func `a day of the month is clamped to the month's end`() {
        #expect(days(.dayOfMonth(26), "2026-01-26", "2026-03-25") == ["2026-01-26", "2026-02-26"])
        #expect(
            days(.dayOfMonth(31), "2026-01-01", "2026-04-30") == [
                "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
            ])
        #expect(days(.dayOfMonth(30), "2028-02-01", "2028-03-30") == ["2028-02-29", "2028-03-30"])
        #expect(days(.lastDayOfMonth, "2028-02-01", "2028-03-31") == ["2028-02-29", "2028-03-31"])
    }

    @Test func `dates of the year come once each, 29 February on the 28th in a common year`() {
        let leap = MonthDay(month: 2, day: 29)
        #expect(
            days(.monthDays([leap]), "2026-01-01", "2028-12-31") == ["2026-02-28", "2027-02-28", "2028-02-29"])
        #expect(
            days(.monthDays([MonthDay(month: 2, day: 28), leap]), "2026-01-01", "2028-12-31")
                == ["2026-02-28", "2027-02-28", "2028-02-28", "2028-02-29"])
        #expect(
            days(.monthDays([MonthDay(month: 6, day: 30), MonthDay(month: 3, day: 31)]), "2026-01-01", "2026-12-31")
                == ["2026-03-31", "2026-06-30"])
    }
}

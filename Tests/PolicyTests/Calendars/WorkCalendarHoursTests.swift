import Policy
import Primitives
import Testing

@Suite struct WorkCalendarHoursTests {
    @Test(arguments: [
        ("2026-09-30", DayReason.working), ("2026-10-01", .holiday("国庆节")), ("2026-10-03", .holiday("国庆节")),
        ("2026-10-07", .holiday("国庆节")), ("2026-10-08", .working), ("2026-10-10", .makeUp("国庆节")),
        ("2026-10-11", .closedWeekday), ("2026-09-20", .makeUp("国庆节")), ("2026-02-14", .makeUp("春节")),
    ])
    func `each day of the holidays has its reason`(date: String, reason: DayReason) {
        #expect(shop.reason(on: day(date)) == reason)
        #expect(shop.isWorkingDay(day(date)) == [.working, .makeUp("国庆节"), .makeUp("春节")].contains(reason))
    }

    @Test func `a make-up working day has Monday's hours`() {
        let calendar = calendar("mon 08:00-11:00; tue-fri 09:00-17:00; sat 10:00-12:00")
        #expect(calendar.hours(on: day("2026-10-10")) == calendar.week[0])
        #expect(calendar.hours(on: day("2026-10-17")) == calendar.week[5])
    }

    @Test func `the company's closed day beats its open day, a holiday and a make-up day`() {
        let calendar = calendar(
            closed: ["2026-10-10", "2026-10-01", "2026-12-24"], open: ["2026-12-24", "2026-10-02", "2026-10-11"])
        #expect(calendar.reason(on: day("2026-10-10")) == .companyClosed)
        #expect(calendar.reason(on: day("2026-10-01")) == .companyClosed)
        #expect(calendar.reason(on: day("2026-12-24")) == .companyClosed)
        #expect(calendar.hours(on: day("2026-12-24")).isEmpty)
    }

    @Test func `the company's open day beats a holiday and a weekend, with Monday's hours`() {
        let calendar = calendar("mon 08:00-11:00; tue-fri 09:00-17:00", open: ["2026-10-02", "2026-10-11"])
        #expect(calendar.reason(on: day("2026-10-02")) == .companyOpen)
        #expect(calendar.reason(on: day("2026-10-11")) == .companyOpen)
        #expect(calendar.hours(on: day("2026-10-02")) == calendar.week[0])
        #expect(calendar.hours(on: day("2026-10-11")) == calendar.week[0])
    }

    @Test func `where Monday is closed a make-up day and an extra day are closed too`() {
        let calendar = calendar("tue-sun 10:00-20:00", open: ["2026-10-12"])
        #expect(calendar.reason(on: day("2026-10-10")) == .closedWeekday)
        #expect(calendar.reason(on: day("2026-10-12")) == .closedWeekday)
    }

    @Test func `a company that keeps no holidays works on them`() {
        let calendar = calendar(holidays: nil)
        #expect(calendar.reason(on: day("2026-10-01")) == .working)
        #expect(calendar.reason(on: day("2026-10-10")) == .closedWeekday)
        #expect(!calendar.lacksData(for: 2031))
    }

    @Test func `a year that is not announced lacks data`() {
        #expect(!shop.lacksData(for: 2026))
        #expect(shop.lacksData(for: 2027))
        #expect(shop.lacksData(for: 2025))
    }

    @Test(arguments: [
        ("2026-09-30 08:59", false), ("2026-09-30 09:00", true), ("2026-09-30 11:59", true),
        ("2026-09-30 12:00", false), ("2026-09-30 12:59", false), ("2026-09-30 13:00", true),
        ("2026-09-30 17:59", true), ("2026-09-30 18:00", false), ("2026-10-01 10:00", false),
        ("2026-10-10 10:00", true), ("2026-10-11 10:00", false),
    ])
    func `the shop is open from each opening until its close`(moment: String, isOpen: Bool) {
        #expect(shop.isOpen(at: at(moment)) == isOpen)
    }

    @Test func `an interval may run from midnight to midnight`() {
        let calendar = calendar("mon-sun 00:00-24:00", holidays: nil)
        #expect(calendar.isOpen(at: at("2026-09-30 00:00")))
        #expect(calendar.isOpen(at: at("2026-09-30 23:59")))
        #expect(calendar.workingMinutes(from: at("2026-09-30 00:00"), to: at("2026-10-02 00:00")) == 2880)
    }

    @Test(arguments: [
        ("2026-09-30 17:00", "2026-09-30 17:00", 0), ("2026-09-30 17:00", "2026-09-30 16:00", 0),
        ("2026-09-30 11:00", "2026-09-30 14:00", 120), ("2026-09-30 12:00", "2026-09-30 13:00", 0),
        ("2026-09-30 11:59", "2026-09-30 13:01", 2), ("2026-09-30 17:00", "2026-10-08 10:00", 120),
        ("2026-09-30 18:00", "2026-10-08 09:00", 0), ("2026-10-09 18:00", "2026-10-12 09:00", 480),
        ("2026-09-28 00:00", "2026-09-29 00:00", 480),
    ])
    func `working minutes leave out lunch, nights, weekends and holidays`(start: String, end: String, minutes: Int) {
        #expect(shop.workingMinutes(from: at(start), to: at(end)) == minutes)
    }

    @Test func `working minutes round down once, not for each stretch`() {
        let start = at("2026-09-30 11:59").adding(seconds: 30)
        #expect(shop.workingMinutes(from: start, to: at("2026-09-30 13:00").adding(seconds: 29)) == 0)
        #expect(shop.workingMinutes(from: start, to: at("2026-09-30 13:00").adding(seconds: 30)) == 1)
    }

    @Test func `a night shift is an hour shorter or longer where summer time changes`() {
        let night = calendar("mon-sun 01:00-05:00", zone: "Europe/Berlin", holidays: nil)
        func minutes(_ date: String) -> Int {
            night.workingMinutes(from: at(date + " 00:00", night), to: at(date + " 24:00", night))
        }
        #expect(minutes("2026-03-28") == 240)
        #expect(minutes("2026-03-29") == 180)
        #expect(minutes("2026-10-25") == 300)
    }
}

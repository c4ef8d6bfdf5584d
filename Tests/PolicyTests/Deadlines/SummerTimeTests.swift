import Policy
import Primitives
import Testing

@Suite struct SummerTimeTests {
    private let berlin = calendar("mon-fri 09:00-17:00", zone: "Europe/Berlin", holidays: nil)
    private let night = calendar("mon-sun 01:00-05:00", zone: "Europe/Berlin", holidays: nil)

    private func due(_ deadline: Deadline, _ start: String, _ calendar: WorkCalendar) throws -> String {
        calendar.zone.rfc3339(try calendar.due(deadline, from: try #require(Instant(rfc3339: start))).instant)
    }

    @Test func `a day is to its 24:00, be it 23 or 25 hours long`() throws {
        #expect(try due(.days(1), "2026-03-28T10:00:00+01:00", berlin) == "2026-03-30T00:00:00+02:00")
        #expect(try due(.days(1), "2026-10-24T10:00:00+02:00", berlin) == "2026-10-26T00:00:00+01:00")
        #expect(try due(.weekday(.sunday), "2026-03-29T00:00:00+01:00", berlin) == "2026-03-30T00:00:00+02:00")
    }

    @Test func `24 hours pass whatever the clock shows`() throws {
        #expect(try due(.hours(24), "2026-03-28T10:00:00+01:00", berlin) == "2026-03-29T11:00:00+02:00")
        #expect(try due(.hours(24), "2026-10-24T10:00:00+02:00", berlin) == "2026-10-25T09:00:00+01:00")
    }

    @Test func `a close is a close on either side of the change`() throws {
        #expect(try due(.workingDays(1), "2026-03-27T10:00:00+01:00", berlin) == "2026-03-30T17:00:00+02:00")
        #expect(try due(.workingDays(1), "2026-10-23T10:00:00+02:00", berlin) == "2026-10-26T17:00:00+01:00")
    }

    @Test func `working hours count the hours that pass`() throws {
        #expect(try due(.workingHours(3), "2026-03-29T00:00:00+01:00", night) == "2026-03-29T05:00:00+02:00")
        #expect(try due(.workingHours(4), "2026-03-29T00:00:00+01:00", night) == "2026-03-30T02:00:00+02:00")
        #expect(try due(.workingHours(4), "2026-10-25T00:00:00+02:00", night) == "2026-10-25T04:00:00+01:00")
        #expect(try due(.workingHours(5), "2026-10-25T00:00:00+02:00", night) == "2026-10-25T05:00:00+01:00")
    }

    @Test func `hours that the gap swallows are no work`() throws {
        let gap = calendar("mon-sun 02:00-03:00", zone: "Europe/Berlin", holidays: nil)
        #expect(try due(.workingHours(1), "2026-03-29T00:00:00+01:00", gap) == "2026-03-30T03:00:00+02:00")
        #expect(gap.workingMinutes(from: at("2026-03-29 00:00", gap), to: at("2026-03-30 00:00", gap)) == 0)
    }

    @Test func `where midnight is skipped the day still ends after it began`() throws {
        let cairo = calendar("sun 09:00-17:00", zone: "Africa/Cairo", holidays: nil)
        #expect(try due(.days(1), "2026-04-22T10:00:00+02:00", cairo) == "2026-04-24T01:00:00+03:00")
        let steps = try cairo.due(.days(1), from: at("2026-04-22 10:00", cairo)).steps
        #expect(steps.last?.day == day("2026-04-23"))
        #expect(steps.last?.minute == 1440)
    }
}

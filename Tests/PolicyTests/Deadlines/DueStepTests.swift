import Policy
import Primitives
import Testing

@Suite struct DueStepTests {
    private func steps(_ deadline: Deadline, _ start: String, fields: Fields = [:]) throws -> [DueStep] {
        try shop.due(deadline, from: at(start), fields: fields).steps
    }

    @Test func `working days tell each day that is skipped and counted, with its reason and the running count`() throws
    {
        let steps = try steps(.workingDays(2), "2026-09-30 17:00")
        try #require(steps.map(\.kind) == [.start] + Array(repeating: .skipped, count: 8) + [.counted, .counted, .end])
        #expect(steps[0].instant == at("2026-09-30 17:00"))
        #expect(steps[0].minute == 17 * 60)
        #expect(steps[1].reason == .startingDay)
        #expect(steps[2...8].allSatisfy { $0.reason == .day(.holiday("国庆节")) })
        #expect(steps[2...8].map(\.day) == (1...7).map { day("2026-10-0\($0)") })
        #expect(steps[9...10].map(\.count) == [.workingDays(1), .workingDays(2)])
        #expect(steps[11].edge == .close)
        #expect(steps[11].instant == at("2026-10-09 18:00"))
    }

    @Test func `working hours tell the opening that they wait for and the time worked so far`() throws {
        let steps = try steps(.workingHours(10), "2026-10-09 18:30")
        try #require(steps.map(\.kind) == [.start, .skipped, .opens, .counted, .skipped, .counted, .end])
        #expect(steps[1].reason == .afterClose)
        #expect(steps[2].instant == at("2026-10-10 09:00"))
        #expect(steps[3].reason == .day(.makeUp("国庆节")))
        #expect(steps[3].count == .workingMinutes(480))
        #expect(steps[4].reason == .day(.closedWeekday))
        #expect(steps[5].count == .workingMinutes(600))
        #expect(steps[6].edge == .moment)
    }

    @Test func `weeks and months count in their own unit`() throws {
        #expect(
            try steps(.weeks(2), "2026-09-30 10:00").filter { $0.kind == .counted }.map(\.day)
                == [day("2026-10-07"), day("2026-10-14")])
        #expect(
            try steps(.months(2), "2026-12-31 10:00").filter { $0.kind == .counted }.map(\.day)
                == [day("2027-01-31"), day("2027-02-28")])
    }

    @Test func `a deadline before a date tells the date`() throws {
        let steps = try steps(
            .before(field: "visit", days: 3), "2026-10-09 10:00", fields: ["visit": .text("2026-10-20")])
        try #require(steps.map(\.kind) == [.start, .before, .end])
        #expect(steps[1].day == day("2026-10-20"))
        #expect(steps[1].count == .days(3))
    }

    @Test func `at once has nothing to add`() throws {
        #expect(try steps(.hours(0), "2026-10-09 10:00").map(\.kind) == [.start, .end])
        #expect(try steps(.workingHours(0), "2026-10-09 10:00").map(\.kind) == [.start, .end])
    }
}

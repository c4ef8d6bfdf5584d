import Cases
import Policy
import Primitives
import TestSupport
import Testing

/// What the cases of a period come to.
struct CaseStatisticsTests {
    private static let zone = TestClock.shanghai

    private static func day(_ text: String) -> CalendarDay { CalendarDay(text)! }

    private static func entry(_ day: String, isClosed: Bool = false) -> CaseStatistics.Entry {
        let opened = zone.instant(self.day(day), minute: 23 * 60 + 59)
        return CaseStatistics.Entry(
            matter: CaseID(high: 1, low: 1), reference: "TS", summary: "", customer: nil, unit: UnitID(high: 1, low: 1),
            state: "open", openedAt: opened, answeredAt: nil, closedAt: isClosed ? opened : nil, handOvers: 0,
            fields: [:])
    }

    @Test func `a month is told by days, half a year by weeks from Monday, more by months, and none is left out`() {
        let statistics = CaseStatistics(
            entries: [Self.entry("2026-03-02", isClosed: true), Self.entry("2026-03-04"), Self.entry("2026-03-31")],
            isCut: false)
        func spans(_ first: String, _ last: String) -> [CaseStatistics.Span] {
            statistics.spans(from: Self.day(first), through: Self.day(last), in: Self.zone)
        }
        let days = spans("2026-03-01", "2026-03-31")
        #expect(days.count == 31 && days.map(\.opened).reduce(0, +) == 3)
        #expect(days[1].first == Self.day("2026-03-02") && days[1].last == days[1].first)
        #expect(days[1].opened == 1 && days[1].closed == 1)
        #expect(days[30].opened == 1 && days[30].closed == 0)
        // The first of March is a Sunday.
        let weeks = spans("2026-03-01", "2026-04-01")
        #expect(
            weeks.map(\.first.description) == [
                "2026-03-01", "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30",
            ])
        #expect(weeks.map(\.opened) == [0, 2, 0, 0, 0, 1] && weeks.last?.last == Self.day("2026-04-01"))
        let months = spans("2026-01-15", "2026-12-31")
        #expect(months.count == 12 && months.map(\.opened) == [0, 0, 3] + Array(repeating: 0, count: 9))
        #expect(months[1].first.description == "2026-02-01" && months[1].last.description == "2026-02-28")
        #expect(spans("2026-03-31", "2026-03-31").map(\.opened) == [1])
    }

    @Test func `a clause's duties in the period's cases are kept, broken, or not due yet`() async throws {
        let shop = try await Shop.open()
        let (kept, late, open) = (try await shop.complain(0), try await shop.complain(1), try await shop.complain(2))
        try await shop.respond(to: kept)
        shop.clock.advance(hours: 25)
        try await shop.respond(to: late)
        _ = try await shop.complain(3)
        let an = try await shop.principal(.an)
        let first = Self.day("2026-03-01")
        let statistics = try await shop.desk.cases.statistics(
            of: "complaint", from: first, through: Self.day("2026-03-31"), for: an)
        let answered = statistics.keeping.first { $0.clause == "S-01" }
        // One in time; one late and one overdue; the newest is not due.
        #expect(answered == CaseStatistics.Keeping(clause: "S-01", kept: 1, broken: 2), "\(open.reference)")
        let before = try await shop.desk.cases.statistics(
            of: "complaint", from: first, through: Self.day("2026-03-02"), for: an)
        #expect(before.keeping.isEmpty)
        // Another branch's clerk counts none of these.
        let du = try await shop.principal(.du)
        let elsewhere = try await shop.desk.cases.statistics(
            of: "complaint", from: first, through: Self.day("2026-03-31"), for: du)
        #expect(elsewhere.keeping.isEmpty && elsewhere.units.isEmpty)
    }
}

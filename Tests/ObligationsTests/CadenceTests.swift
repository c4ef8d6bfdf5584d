import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// What recurs after an event: k × every, each missed one too, until it ends.
struct AnchoredCadenceTests {
    @Test func `a visit falls due every week after the start, four times (S-04)`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        for week in 1...6 {
            shop.clock.move(to: TestClock.tuesday.adding(hours: 7 * 24 * Int64(week)).adding(milliseconds: -1))
            try await shop.tick()
            #expect(try await shop.duties("S-04").count == min(week - 1, 4))
            shop.clock.advance(milliseconds: 1)
            try await shop.tick()
            #expect(try await shop.duties("S-04").count == min(week, 4))
        }
        let duties = try await shop.duties("S-04")
        let anchor = try #require(try await shop.events("site.started").first).id
        #expect(duties.map(\.period) == (1...4).map { "\(anchor):\($0)" })
        // One working day after each Tuesday.
        #expect(
            duties.map { wall($0.dueAt) } == [
                "2026-03-11 18:00", "2026-03-18 18:00", "2026-03-25 18:00", "2026-04-01 18:00",
            ])
        #expect(duties.allSatisfy { $0.subjectKind == "customer" && $0.unit == shop.north && $0.holder != nil })
    }

    @Test func `each missed occurrence opens in one tick, with the deadline it would have had`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        shop.clock.advance(hours: 60 * 24)
        #expect(try await shop.tick().occurrences >= 4)
        let duties = try await shop.duties("S-04")
        #expect(duties.count == 4)
        #expect(duties.first.map { wall($0.dueAt) } == "2026-03-11 18:00")
        try await shop.tick()
        #expect(try await shop.duties("S-04").map(\.isLate) == [true, true, true, true])
    }

    @Test func `the end stops what lies behind it`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        shop.clock.advance(hours: 8 * 24)
        try await shop.tick()
        try await shop.record("site.finished")
        shop.clock.advance(hours: 60 * 24)
        try await shop.tick()
        #expect(try await shop.duties("S-04").count == 1)
    }

    @Test func `what fell before the end opens even when the clock comes after it`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        shop.clock.advance(hours: 15 * 24)
        try await shop.record("site.finished")
        try await shop.tick()
        #expect(try await shop.duties("S-04").map { wall($0.dueAt) } == ["2026-03-11 18:00", "2026-03-18 18:00"])
        shop.clock.advance(hours: 60 * 24)
        try await shop.tick()
        #expect(try await shop.duties("S-04").count == 2)
    }

    @Test func `the end at one customer is not the end at another`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite(0)
        try await shop.startSite(1)
        try await shop.record("site.finished", 0)
        shop.clock.advance(hours: 7 * 24)
        try await shop.tick()
        #expect(try await shop.duties("S-04").map(\.subject) == [Identifier(shop.customers[1])])
    }

    @Test func `a cadence keeps the version that began it, its end too`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        try await shop.adopt(
            2,
            changing: (
                from: "{every: 1w, from: site.started, until: site.finished, times: 4}",
                to: "{every: 1d, from: site.started}"
            ))
        shop.clock.advance(minutes: 1)
        try await shop.startSite(1)
        shop.clock.advance(hours: 7 * 24)
        try await shop.tick()
        let versions = try await shop.duties("S-04").map(\.charterVersion)
        #expect(versions.count { $0 == 1 } == 1)
        #expect(versions.count { $0 == 2 } == 7)
        try await shop.record("site.finished", 0)
        try await shop.record("site.finished", 1)
        shop.clock.advance(hours: 7 * 24)
        try await shop.tick()
        let after = try await shop.duties("S-04").map(\.charterVersion)
        #expect(after.count { $0 == 1 } == 1)
        #expect(after.count { $0 == 2 } == 14)
    }

    @Test func `the reckoning that is shown is the one that was done`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        // The clock comes two days late.
        shop.clock.advance(hours: 9 * 24)
        try await shop.tick()
        let duty = try #require(try await shop.duties("S-04").first)
        let detail = try await shop.desk.obligations.find(duty.id, for: shop.principal(.mei))
        #expect(detail.due?.instant == duty.dueAt)
    }
}

/// What the calendar brings: Fridays, the 26th, the last day of the month.
struct CalendarCadenceTests {
    @Test func `each branch with a clerk owes a report on Friday (S-05)`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        shop.clock.move(to: at("2026-03-06 00:00").adding(milliseconds: -1))
        try await shop.tick()
        #expect(try await shop.duties("S-05").isEmpty)
        shop.clock.advance(milliseconds: 1)
        try await shop.tick()
        let duties = try await shop.duties("S-05")
        #expect(Set(duties.map(\.unit)) == [shop.north, shop.south])
        #expect(duties.allSatisfy { $0.period == "2026-03-06" && $0.subjectKind == "unit" })
        #expect(duties.allSatisfy { $0.dueAt == at("2026-03-06 18:00") })
        #expect(duties.first { $0.unit == shop.south }?.holder == shop.staff(.du))
    }

    @Test func `each holder looks back on the 26th, the one who is away too (S-06)`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        try await shop.away(.an, until: "2026-03-30")
        shop.clock.move(to: "2026-03-26 00:00")
        try await shop.tick()
        let duties = try await shop.duties("S-06")
        #expect(Set(duties.map(\.holder)) == [shop.staff(.an), shop.staff(.bai), shop.staff(.du)])
        #expect(duties.allSatisfy { $0.subjectKind == "staff" && $0.dueAt == at("2026-03-29 00:00") })
        #expect(duties.allSatisfy { duty in duty.holder.map { Identifier<Event.Subject>($0) } == duty.subject })
    }

    @Test func `a duty that was the person's own ends when he leaves`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        shop.clock.move(to: "2026-03-26 09:00")
        try await shop.tick()
        try await shop.leave(.an)
        let duties = try await shop.duties("S-06")
        #expect(duties.filter { $0.holder == shop.staff(.an) }.map(\.state) == ["void"])
        #expect(duties.count { $0.state == "open" } == 2)
    }

    @Test func `the company counts its stock once, and three days are left for it (S-07)`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        shop.clock.move(to: at("2026-03-28 00:00").adding(milliseconds: -1))
        try await shop.tick()
        #expect(try await shop.duties("S-07").isEmpty)
        shop.clock.advance(milliseconds: 1)
        try await shop.tick()
        let duty = try #require(try await shop.duties("S-07").first)
        #expect(duty.period == "2026-03-31")
        #expect(duty.subjectKind == "organisation")
        #expect(duty.holder == shop.staff(.mei))
        #expect(duty.dueAt == at("2026-03-31 18:00"))
        let detail = try await shop.desk.obligations.find(duty.id, for: shop.principal(.mei))
        #expect(detail.due?.instant == duty.dueAt)
    }

    @Test func `the company's own duty goes to the least-loaded holder, wherever, and not to one who is away`()
        async throws
    {
        let shop = try await Shop.open()
        try await shop.tick()
        let ding = try await shop.principal(.ding)
        let second = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "副梅", unit: shop.south, post: "manager"), by: ding)
        try await shop.away(.mei, until: "2026-04-02")
        shop.clock.move(to: "2026-03-28 09:00")
        try await shop.tick()
        #expect(try await shop.duties("S-07").map(\.holder) == [second])
        shop.clock.move(to: "2026-04-27 09:00")
        try await shop.tick()
        #expect(try await shop.duties("S-07").map(\.holder) == [second, shop.staff(.mei)])
    }

    @Test func `a clock that stood still for three weeks opens each Friday that it missed`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        shop.clock.move(to: "2026-03-25 09:00")
        try await shop.tick()
        let days = try await shop.duties("S-05").filter { $0.unit == shop.south }.map(\.period)
        #expect(days == ["2026-03-06", "2026-03-13", "2026-03-20"])
    }

    @Test func `rules do not reach back before the first day`() async throws {
        let shop = try await Shop.open()
        shop.clock.move(to: "2026-03-07 09:00")
        try await shop.tick()
        #expect(try await shop.duties("S-05").isEmpty)
    }

    @Test func `a rule that was left out and comes back starts afresh`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        let out = (
            from:
                "status: executed, cadence: {on: friday, each: unit}, oblige: {post: clerk, to: report, within: same_day}}",
            to: "status: shown}"
        )
        try await shop.adopt(2, changing: out)
        shop.clock.move(to: "2026-03-25 09:00")
        try await shop.tick()
        #expect(try await shop.duties("S-05").isEmpty)
        try await shop.adopt(3, changing: (from: "S-13", to: "S-13"))
        shop.clock.advance(minutes: 1)
        try await shop.tick()
        #expect(try await shop.duties("S-05").isEmpty)
        shop.clock.move(to: "2026-03-27 09:00")
        try await shop.tick()
        #expect(Set(try await shop.duties("S-05").map(\.period)) == ["2026-03-27"])
    }

    @Test func `a branch that opens later owes from its first Friday`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        let ding = try await shop.principal(.ding)
        let east = try await shop.desk.organisations.addUnit(name: "东店", parent: shop.root, by: ding)
        shop.clock.move(to: "2026-03-06 09:00")
        try await shop.tick()
        #expect(try await !shop.duties("S-05").contains { $0.unit == east })
        _ = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "东一", unit: east, post: "clerk"), by: ding)
        shop.clock.move(to: "2026-03-13 09:00")
        try await shop.tick()
        #expect(try await shop.duties("S-05").filter { $0.unit == east }.map(\.period) == ["2026-03-13"])
    }

    @Test func `the occurrence of a day is unique, however the memory of it is lost`() async throws {
        let shop = try await Shop.open()
        try await shop.tick()
        shop.clock.move(to: "2026-03-06 09:00")
        try await shop.tick()
        try await shop.desk.tamper("UPDATE calendar_cadence SET through_day = '2026-03-01'")
        try await shop.tick()
        #expect(try await shop.duties("S-05").count == 2)
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }
}

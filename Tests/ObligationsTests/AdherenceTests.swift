import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// Duties met in time ÷ duties due.
struct AdherenceTests {
    @Test func `a duty met in time counts, a late one counts against, an open one counts once it is overdue`()
        async throws
    {
        let shop = try await Shop.open()
        let early = try await shop.complain(0)
        let late = try await shop.complain(1)
        try await shop.complain(2)
        try await shop.respond(to: early)
        #expect(try await shop.adherence().clauses["S-01"] == Adherence(due: 1, met: 1))
        shop.clock.advance(hours: 24, milliseconds: 1)
        #expect(try await shop.adherence().clauses["S-01"] == Adherence(due: 3, met: 1))
        try await shop.respond(to: late)
        let overview = try await shop.adherence()
        #expect(overview.clauses["S-01"] == Adherence(due: 3, met: 1))
        #expect(overview.clauses["S-01"]?.late == 2)
        #expect(overview.broken == ["S-01"])
    }

    @Test func `what was waived or void does not count, late or not`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite(0)
        try await shop.startSite(1)
        try await shop.startSite(2)
        shop.clock.move(to: "2026-03-06 10:00")
        try await shop.tick()
        let duties = try await shop.duties("S-03")
        #expect(duties.map(\.isLate) == [true, true, true])
        #expect(try await shop.adherence().clauses["S-03"] == Adherence(due: 3, met: 0))
        try await shop.desk.obligations.waive(duties[0].id, reason: "免", revision: nil, by: shop.principal(.mei))
        try await shop.record("site.finished", 1)
        #expect(try await shop.adherence().clauses["S-03"] == Adherence(due: 1, met: 0))
    }

    @Test func `no duty, no adherence`() async throws {
        let shop = try await Shop.open()
        let overview = try await shop.adherence()
        #expect(overview.clauses.isEmpty)
        #expect(overview.total == Adherence(due: 0, met: 0))
        #expect(overview.broken.isEmpty)
    }

    /// Whoever sees one part of the company reads the duties, whoever sees all of it the sums of the days.
    @Test(arguments: [Shop.Person.mei, .ding])
    func `the weeks are thirteen, the oldest first, and add up to the clause`(reader: Shop.Person) async throws {
        let shop = try await Shop.open()
        for week in 0..<15 {
            let matter = try await shop.complain(week % 4)
            if week % 3 != 0 { try await shop.respond(to: matter) }
            shop.clock.advance(hours: 7 * 24)
        }
        try await shop.tick()
        let overview = try await shop.adherence(reader)
        let weeks = try #require(overview.weeks["S-01"])
        #expect(weeks.count == AdherenceService.weekCount)
        #expect(weeks.allSatisfy { $0.due == 1 })
        #expect(
            overview.clauses["S-01"]
                == Adherence(due: weeks.map(\.due).reduce(0, +), met: weeks.map(\.met).reduce(0, +)))
        // Weeks 2…14; every third complaint went unanswered.
        #expect(weeks.map(\.met) == (2..<15).map { $0 % 3 == 0 ? 0 : 1 })
    }

    @Test func `a reader sees the adherence of what the permission covers`() async throws {
        let shop = try await Shop.open()
        try await shop.complain(0)
        try await shop.complain(4, by: .du)
        shop.clock.advance(hours: 25)
        #expect(try await shop.adherence(.mei).total.due == 2)
        #expect(try await shop.adherence(.an).total.due == 1)
        #expect(try await shop.adherence(.du).total.due == 1)
        #expect(try await shop.adherence(.cheng).total.due == 0)
        #expect(try await shop.adherence(.cheng).broken.isEmpty)
        await #expect(throws: Denial(action: .readCharter, post: "guest")) { _ = try await shop.adherence(.er) }
        await #expect(throws: Denial(action: .readCharter, post: "guest")) {
            _ = try await shop.desk.adherence.detail(of: "S-01", for: shop.principal(.er))
        }
    }

    @Test func `days that were summed still agree with the duties after a late answer, a waiver and a late opening`()
        async throws
    {
        let shop = try await Shop.open()
        for day in 0..<9 {
            let matter = try await shop.complain(day % 4)
            if day % 3 == 0 { try await shop.respond(to: matter) }
            try await shop.startSite(day % 3)
            shop.clock.advance(hours: 24)
            try await shop.tick()
        }
        shop.clock.advance(hours: 2 * 24)
        try await shop.tick()
        #expect(try await shop.summedDays() > 5)
        try await shop.expectSumsOfDuties()
        let overdue = try await shop.duties("S-01").filter { $0.state == "open" }
        let late = try #require(overdue.first?.matter)
        _ = try await shop.desk.cases.move(
            late, "respond", input: ["words": .text("迟了，抱歉")], revision: nil, by: shop.principal(.an))
        try await shop.expectSumsOfDuties()
        let mei = try await shop.principal(.mei)
        for duty in try await shop.duties("S-03").filter({ $0.state == "open" }).prefix(2) {
            try await shop.desk.obligations.waive(duty.id, reason: "免", revision: nil, by: mei)
        }
        try await shop.expectSumsOfDuties()
        // What happened long ago and is recorded now opens with its time already passed.
        let before = try await shop.duties().count
        try await shop.startSite(3, at: shop.clock.now.adding(hours: -7 * 24))
        #expect(try await shop.duties().count > before)
        try await shop.expectSumsOfDuties()
    }

    @Test func `a day is summed once, an hour after its end, and a tick more changes nothing`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.move(to: "2026-03-06 00:59")
        try await shop.tick()
        let early = try await shop.summedDays()
        let sums = try await shop.adherence(.ding).clauses
        shop.clock.move(to: "2026-03-06 01:00")
        try await shop.tick()
        #expect(try await shop.summedDays() == early + 1)
        try await shop.tick()
        #expect(try await shop.summedDays() == early + 1)
        #expect(try await shop.adherence(.ding).clauses == sums)
        #expect(sums.isEmpty == false)
    }

    @Test func `clause, unit and person add up to the list of duties`() async throws {
        let shop = try await Shop.open()
        try await shop.crowd()
        var random = SeededGenerator(seed: 9)
        try await shop.tick()
        let now = shop.clock.now
        let since = try await shop.adherence(.ding).since
        let counted = try await shop.duties().filter {
            ($0.state == "met" || ($0.state == "open" && $0.dueAt < now)) && $0.dueAt >= since
        }
        func sum(_ rows: [DutyRow]) -> Adherence {
            Adherence(due: rows.count, met: rows.count { $0.state == "met" && !$0.isLate })
        }
        for _ in 0..<15 {
            let reader = shop.somebody(using: &random)
            guard let reach = try? reader.reach(.readCharter) else { continue }
            let rows = counted.filter { reach.covers(unit: $0.unit, owner: $0.holder) }
            let overview = try await shop.desk.adherence.overview(for: reader)
            #expect(overview.clauses == Dictionary(grouping: rows, by: \.clause).mapValues(sum))
            #expect(overview.total == sum(rows))
            #expect(overview.broken == Set(rows.filter { $0.state == "open" }.map(\.clause)))
            for (clause, weeks) in overview.weeks {
                #expect(weeks.map(\.due).reduce(0, +) == overview.clauses[clause]?.due)
            }
            for clause in Set(counted.map(\.clause)) {
                let own = rows.filter { $0.clause == clause }
                let detail = try await shop.desk.adherence.detail(of: clause, for: reader)
                #expect(
                    Dictionary(detail.units.map { ($0.unit, $0.adherence) }) { first, _ in first }
                        == Dictionary(grouping: own, by: \.unit).mapValues(sum))
                #expect(
                    Dictionary(detail.people.map { ($0.staff, $0.adherence) }) { first, _ in first }
                        == Dictionary(grouping: own, by: \.holder).mapValues(sum))
                let breached = own.filter { $0.isLate || $0.state == "open" }
                let duties = try? reader.reach(.readObligations)
                let opens = breached.filter {
                    $0.holder == reader.staff || $0.escalatedTo == reader.staff
                        || duties?.covers(unit: $0.unit, owner: $0.holder) ?? false
                }
                #expect(Set(detail.breaches.map(\.id)).isSubset(of: opens.map(\.id)))
                #expect(detail.breaches.count == min(20, opens.count))
                #expect(detail.breachesOutOfReach == breached.count - opens.count)
                #expect(detail.isBroken == breached.contains { $0.state == "open" })
                for breach in detail.breaches {
                    _ = try await shop.desk.obligations.find(breach.id, for: reader)
                }
            }
        }
    }
}

extension Shop {
    /// How many days of the company are summed.
    func summedDays() async throws -> Int64 {
        try await desk.database.read(for: organisation) { [organisation] transaction in
            try transaction.first(
                "SELECT anchored_at, through_at FROM adherence_extent WHERE organisation = \(organisation)"
            ) { (try $0[1] as Instant).since(try $0[0] as Instant) / 86_400_000 } ?? 0
        }
    }

    func expectSumsOfDuties(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let overview = try await adherence(.ding)
        let counted = try await duties().filter {
            ($0.state == "met" || ($0.state == "open" && $0.dueAt < overview.now)) && $0.dueAt >= overview.since
        }
        let sums = Dictionary(grouping: counted, by: \.clause).mapValues { rows in
            Adherence(due: rows.count, met: rows.count { $0.state == "met" && !$0.isLate })
        }
        #expect(overview.clauses == sums, sourceLocation: sourceLocation)
        for (clause, weeks) in overview.weeks {
            #expect(weeks.map(\.due).reduce(0, +) == sums[clause]?.due, sourceLocation: sourceLocation)
            #expect(weeks.map(\.met).reduce(0, +) == sums[clause]?.met, sourceLocation: sourceLocation)
        }
    }

    func adherence(_ person: Person = .mei) async throws -> AdherenceService.Overview {
        try await desk.adherence.overview(for: principal(person))
    }
}

import TestDatabases
import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// Breaches and escalations: what time alone brings about.
struct ClockWorkTests {
    @Test func `nothing is late at the due instant, and a millisecond later it is`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 24)
        #expect(try await shop.tick().isIdle)
        shop.clock.advance(milliseconds: 1)
        let tally = try await shop.tick()
        #expect(tally.breaches == 1)
        #expect(tally.escalations == 1)
        #expect(tally.lag == 1)
        #expect(try await shop.duties("S-01").map(\.isLate) == [true])
    }

    @Test func `overdue is reckoned when it is read, before any tick`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 24)
        let mei = try await shop.principal(.mei)
        var page = try await shop.desk.obligations.list(.team, for: mei)
        #expect(page.obligations.map { $0.isOverdue(at: page.now) } == [false])
        shop.clock.advance(milliseconds: 1)
        page = try await shop.desk.obligations.list(.team, for: mei)
        #expect(page.obligations.map { $0.isOverdue(at: page.now) } == [true])
        #expect(page.obligations.map(\.wasLate) == [false])
    }

    @Test func `lateness goes up in steps, at once and a day later (S-01)`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 24, milliseconds: 1)
        try await shop.tick()
        #expect(try await shop.steps("S-01") == [1])
        shop.clock.advance(hours: 24, milliseconds: -1)
        try await shop.tick()
        #expect(try await shop.steps("S-01") == [1])
        shop.clock.advance(milliseconds: 1)
        try await shop.tick()
        #expect(try await shop.steps("S-01") == [1, 2])
        shop.clock.advance(hours: 1000)
        try await shop.tick()
        #expect(try await shop.steps("S-01") == [1, 2])
        let told = try await shop.events("obligation.escalated").compactMap { $0.body["to"]?.text }
        #expect(Set(told) == [shop.staff(.mei).description])
        #expect(try await shop.duties("S-01").first?.escalatedTo == shop.staff(.mei))
    }

    @Test func `a clock that stood still for a week takes all steps at once, in order`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 7 * 24)
        let tally = try await shop.tick()
        #expect(tally.breaches == 1)
        #expect(tally.escalations == 2)
        #expect(tally.lag == 6 * 24 * 3_600_000)
        #expect(try await shop.steps("S-01") == [1, 2])
        #expect(try await shop.events("obligation.late").count == 1)
    }

    @Test func `who has the duty himself is not its superior, and the list does not show it twice`() async throws {
        let shop = try await Shop.open()
        try await shop.leave(.du)
        try await shop.complain(4, by: .mei)
        shop.clock.advance(hours: 25)
        try await shop.tick()
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.holder == shop.staff(.mei))
        #expect(duty.escalatedTo == nil)
        let mei = try await shop.principal(.mei)
        #expect(try await shop.desk.obligations.list(.mine, for: mei).obligations.count == 1)
        #expect(try await shop.desk.obligations.counts(for: mei).mine == 1)
    }

    @Test func `a manager who is away is not the one who hears of it`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        try await shop.away(.mei, until: "2026-03-20")
        shop.clock.advance(hours: 25)
        try await shop.tick()
        #expect(try await shop.duties("S-01").first?.escalatedTo == shop.staff(.ding))
    }

    @Test func `two posts that lead to one person tell him once`() async throws {
        let shop = try await Shop.open()
        try await shop.leave(.mei)
        try await shop.startSite()
        shop.clock.move(to: "2026-03-07 10:00")
        try await shop.tick()
        #expect(try await shop.steps("S-03") == [1])
        #expect(
            try await shop.events("obligation.escalated").map { $0.body["to"]?.text } == [shop.staff(.ding).description]
        )
    }

    @Test func `a second tick does nothing`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        try await shop.startSite()
        shop.clock.move(to: "2026-03-28 10:00")
        #expect(try await !shop.tick().isIdle)
        let (duties, events) = (try await shop.duties(), try await shop.events())
        // A tick makes no fact, but what it opened may be late already: that is for the next one.
        shop.clock.advance(milliseconds: 1)
        try await shop.tick()
        let after = (try await shop.duties(), try await shop.events())
        #expect(try await shop.tick().isIdle)
        #expect(try await shop.duties() == after.0)
        #expect(try await shop.events() == after.1)
        #expect(after.0.map(\.id) == duties.map(\.id))
        #expect(after.1.count >= events.count)
    }

    @Test func `eight clocks at once do what one does`() async throws {
        let shop = try await Shop.open()
        let alone = try await Shop.open()
        for shop in [shop, alone] {
            for number in 0..<4 { try await shop.complain(number) }
            try await shop.startSite()
            shop.clock.move(to: "2026-03-28 10:00")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                let clock = ClockWork(
                    database: shop.desk.database, journal: shop.desk.journal, charters: shop.desk.charters)
                group.addTask { _ = try await clock.tick() }
            }
            try await group.waitForAll()
        }
        try await alone.tick()
        // The eight may have had a second round among them.
        try await shop.tick()
        try await alone.tick()
        func sums(_ shop: Shop) async throws -> [String: Int] {
            Dictionary(try await shop.events().map { ($0.type, 1) }, uniquingKeysWith: +)
        }
        #expect(try await sums(shop) == sums(alone))
        #expect(try await shop.duties().map(\.clause).sorted() == alone.duties().map(\.clause).sorted())
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test func `more than one batch is done to the end, oldest first`() async throws {
        let shop = try await Shop.open()
        try await shop.desk.database.write { transaction in
            for number in 0..<450 {
                try shop.desk.journal.record(
                    EventDraft(
                        organisation: shop.organisation, type: "site.started",
                        subject: Event.Subject("customer", shop.customers[number % 5]), unit: shop.north,
                        actor: .staff(shop.staff(.an)), occurredAt: transaction.now.adding(minutes: Int64(-number)),
                        charterVersion: 1), in: transaction)
            }
        }
        shop.clock.move(to: "2026-03-06 09:00")
        #expect(try await shop.tick().breaches == 450)
        // In the order of their deadlines.
        let late = try await shop.events("obligation.late").map(\.subject)
        let dues = Dictionary(
            try await shop.duties("S-03").map { (Identifier<Event.Subject>($0.id), $0.dueAt) }
        ) { first, _ in first }
        let order = late.compactMap { dues[$0] }
        #expect(order == order.sorted())
    }

    @Test func `a tick that finds another at it does nothing, and the next one does it all`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 24, milliseconds: 1)
        let database = shop.desk.database
        func tick(as holder: String) async throws -> ClockWork.Tally {
            try await ClockWork(
                database: database, journal: shop.desk.journal, charters: shop.desk.charters,
                turn: { Lease("clock", holder: holder, for: 15_000) }
            ).tick()
        }
        let other = Lease("clock", holder: "another node", for: 15_000)
        #expect(try await database.write { try other.take(in: $0) })
        #expect(try await tick(as: "a").isIdle)
        // It died: nobody renews its lease.
        shop.clock.advance(milliseconds: 15_001)
        #expect(try await tick(as: "a").breaches == 1)
        // It gave the lease back at once.
        shop.clock.advance(hours: 24)
        #expect(try await tick(as: "b").escalations == 1)
    }

    @Test func `a step that others were in the way of is taken again half as long, and longer ones follow`()
        async throws
    {
        let shop = try await Shop.open()
        for number in 0..<80 { try await shop.complain(number % 4) }
        shop.clock.advance(hours: 24, milliseconds: 1)
        let meetings = Meetings(base: shop.desk.database, meeting: [1])
        let tally = try await ClockWork(
            database: meetings, journal: shop.desk.journal, charters: shop.desk.charters
        ).tick()
        #expect(tally.breaches == 80)
        // 25 are given up. SQLite runs what failed once more by itself.
        let first = meetings.lengths[0]
        #expect(first == 12 || first == 6)
        #expect(meetings.lengths[1...2] == [first, 2 * first])
        #expect(try await shop.events("obligation.late").count == 80)
    }

    @Test func `a duty that lateness opens and that is due at once does not hold the clock for ever`() async throws {
        let text = ShopCharter.text.replacing(
            "S-13: {title: {zh-Hans: 礼貌待客, en: Be polite}, kind: conduct, status: shown}",
            with:
                "S-13: {title: {zh-Hans: 逾期说明, en: Explain}, kind: deadline, status: executed, when: obligation.late, oblige: {post: manager, to: explain, within: 0h}}"
        )
        let shop = try await Shop.open(text)
        try await shop.complain()
        shop.clock.advance(hours: 25)
        try await shop.tick()
        #expect(try await shop.duties("S-13").count == 1)
        shop.clock.advance(milliseconds: 1)
        try await shop.tick()
        #expect(try await shop.duties("S-13").count == 2)
    }
}

extension Shop {
    /// The numbers of the escalation steps taken by a clause, in order.
    func steps(_ clause: String) async throws -> [Int64] {
        try await events("obligation.escalated").filter { $0.body["clause"] == .text(clause) }.compactMap {
            if case .integer(let step) = $0.body["step"] { step } else { nil }
        }
    }
}

/// A database whose acts, some of them, are undone and run once more, as those are that met others. Unchecked: the
/// clock writes one act after another.
private final class Meetings: Database, @unchecked Sendable {
    private let base: any Database
    private let meeting: Set<Int>
    private var acts = 0
    /// How many duties each act found late.
    private(set) var lengths: [Int] = []

    private struct Undone: Error {}

    /// - Parameter meeting: the so-manyth acts, from 1 on.
    init(base: any Database, meeting: Set<Int>) {
        self.base = base
        self.meeting = meeting
    }

    func read<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        try await base.read(tenancy, body)
    }

    func write<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        acts += 1
        if meeting.contains(acts) {
            do {
                try await base.write(tenancy) { transaction -> Void in
                    _ = try body(transaction)
                    throw Undone()
                }
            } catch is Undone {}
        }
        let before = try await late()
        let value = try await base.write(tenancy, body)
        lengths.append(try await late() - before)
        return value
    }

    private func late() async throws -> Int {
        try await base.read(.everyCompany) {
            try $0.one("SELECT count(*) FROM event WHERE type = 'obligation.late'", orElse: "count") {
                try $0[0] as Int
            }
        }
    }

    func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void) { base.onCommit(act) }
}

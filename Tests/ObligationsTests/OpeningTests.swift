import TestDatabases
import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestSupport
import Testing

/// How duties come to be, and whom they come to.
struct OpeningTests {
    @Test func `a complaint opens the duty to answer it within a day (S-01)`() async throws {
        let shop = try await Shop.open()
        let matter = try await shop.complain()
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.state == "open")
        #expect(duty.dueAt == TestClock.tuesday.adding(hours: 24))
        #expect(duty.openedAt == TestClock.tuesday)
        #expect(duty.unit == shop.north)
        #expect(duty.subjectKind == "case")
        #expect(duty.matter == matter.id)
        #expect(duty.charterVersion == 1)
        let received = try #require(try await shop.events("complaint.received").first)
        let opened = try #require(try await shop.events("obligation.opened").first)
        #expect(duty.period == received.id.description)
        #expect(opened.cause == received.id)
        #expect(opened.nature == "consequence")
        #expect(opened.body["due"] == .text(duty.dueAt.rfc3339))
    }

    @Test func `a complaint by letter opens none, since the clause names store and phone`() async throws {
        let shop = try await Shop.open()
        try await shop.complain(channel: "letter")
        #expect(try await shop.duties("S-01").isEmpty)
        try await shop.complain(channel: "store")
        #expect(try await shop.duties("S-01").count == 1)
    }

    @Test func `the duty is rolled back with its event`() async throws {
        let shop = try await Shop.open(reactions: [Saboteur(type: "obligation.opened")])
        await #expect(throws: Saboteur.Sabotage.self) { try await shop.complain() }
        #expect(try await shop.duties().isEmpty)
        #expect(try await shop.events("complaint.received").isEmpty)
        #expect(try await shop.desk.count("matter") == 0)
        #expect(try await shop.desk.loads(of: shop.organisation).isEmpty)
        #expect(try await shop.desk.count("notice") == 0)
    }

    @Test func `one event opens one duty of a clause, however often it is answered`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        let started = try #require(try await shop.events("site.started").first)
        try await shop.desk.database.write { transaction in
            let event = try EventStore(transaction).find(started.id, in: shop.organisation)
            let reaction = ObligationReaction(
                charters: shop.desk.charters, references: FormReferences(charters: shop.desk.charters))
            for _ in 0..<3 { try reaction.react(to: event, in: transaction, journal: shop.desk.journal) }
        }
        #expect(try await shop.duties("S-03").count == 1)
        #expect(try await shop.events("obligation.opened").count == 1)
        #expect(try await shop.desk.loads(of: shop.organisation).values.reduce(0, +) == 1)
        #expect(try await shop.desk.count("cadence") == 1)
    }

    @Test func `two events of one kind open two duties`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        try await shop.startSite()
        #expect(try await shop.duties("S-03").count == 2)
    }

    @Test func `duties go to the least-loaded holder of the post in the unit`() async throws {
        let shop = try await Shop.open()
        for number in 0..<6 { try await shop.complain(number % 4) }
        let holders = try await shop.duties("S-01").compactMap(\.holder)
        #expect(holders.count { $0 == shop.staff(.an) } == 3)
        #expect(holders.count { $0 == shop.staff(.bai) } == 3)
    }

    @Test func `the southern branch's duties are the southern clerk's, however many they are`() async throws {
        let shop = try await Shop.open()
        for _ in 0..<4 { try await shop.complain(4, by: .du) }
        #expect(try await shop.duties("S-01").allSatisfy { $0.holder == shop.staff(.du) && $0.unit == shop.south })
    }

    @Test func `a duty counts in its customer's unit, wherever it was reported`() async throws {
        let shop = try await Shop.open()
        try await shop.complain(4, by: .mei)
        let duty = try #require(try await shop.duties("S-01").first)
        #expect(duty.unit == shop.south)
        #expect(duty.holder == shop.staff(.du))
    }

    @Test func `whoever is away is passed over, and back on the next day`() async throws {
        let shop = try await Shop.open()
        try await shop.away(.an, until: "2026-03-03")
        for _ in 0..<2 { try await shop.complain() }
        #expect(try await shop.duties("S-01").allSatisfy { $0.holder == shop.staff(.bai) })
        shop.clock.advance(hours: 24)
        try await shop.complain()
        #expect(try await shop.duties("S-01").last?.holder == shop.staff(.an))
    }

    @Test func `when all clerks are away the duty goes up, and not to somebody who is away`() async throws {
        let shop = try await Shop.open()
        try await shop.away(.an, until: "2026-03-09")
        try await shop.away(.bai, until: "2026-03-09")
        try await shop.complain()
        #expect(try await shop.duties("S-01").first?.holder == shop.staff(.mei))
    }

    @Test func `when the whole line is away the duty still has a holder`() async throws {
        let shop = try await Shop.open()
        for person in [Shop.Person.an, .bai, .mei, .ding] { try await shop.away(person, until: "2026-03-09") }
        try await shop.complain()
        let holder = try #require(try await shop.duties("S-01").first?.holder)
        #expect([shop.staff(.an), shop.staff(.bai)].contains(holder))
    }

    @Test func `where the unit has no clerk the duty goes up by reports_to`() async throws {
        let shop = try await Shop.open()
        try await shop.leave(.du)
        try await shop.complain(4, by: .mei)
        #expect(try await shop.duties("S-01").first?.holder == shop.staff(.mei))
        try await shop.leave(.mei)
        try await shop.complain(4, by: .ding)
        #expect(try await shop.duties("S-01").last?.holder == shop.staff(.ding))
    }

    @Test func `where nobody in the line is left a holder elsewhere takes it`() async throws {
        let shop = try await Shop.open()
        try await shop.leave(.du)
        try await shop.leave(.mei)
        let ding = try await shop.principal(.ding)
        try await shop.addAdministrator()
        try await shop.desk.organisations.leave(ding.staff, revision: 1, by: ding)
        _ = try await shop.desk.facts.record(
            "site.started", subject: Event.Subject("customer", shop.customers[4]), input: ["place": .text("南苑")],
            by: ding)
        let holder = try #require(try await shop.duties("S-03").first?.holder)
        #expect([shop.staff(.an), shop.staff(.bai)].contains(holder))
    }

    @Test func `what nobody could hold goes to the first who comes`() async throws {
        let shop = try await Shop.open()
        let ding = try await shop.principal(.ding)
        for person in Shop.Person.allCases where person != .ding { try await shop.leave(person) }
        try await shop.addAdministrator()
        try await shop.desk.organisations.leave(ding.staff, revision: 1, by: ding)
        _ = try await shop.desk.facts.record(
            "site.started", subject: Event.Subject("customer", shop.customers[4]), input: ["place": .text("南苑")],
            by: ding)
        #expect(try await shop.duties("S-03").first?.holder == nil)
        let new = try await shop.desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "新人", unit: shop.south, post: "clerk"), by: ding)
        #expect(try await shop.duties("S-03").first?.holder == new)
        #expect(try await shop.desk.loads(of: shop.organisation) == [new: 1])
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test func `the duties of who leaves go to the colleagues, loads and all`() async throws {
        let shop = try await Shop.open()
        for number in 0..<4 { try await shop.complain(number) }
        try await shop.leave(.an)
        #expect(try await shop.duties("S-01").allSatisfy { $0.holder == shop.staff(.bai) && $0.state == "open" })
        #expect(try await shop.desk.loads(of: shop.organisation) == [shop.staff(.bai): 4])
        let moved = try await shop.events("obligation.reassigned")
        #expect(moved.count == 2)
        #expect(moved.allSatisfy { $0.matter != nil && $0.nature == "consequence" })
        #expect(try await shop.desk.obligations.accountFor().faults == [])
    }

    @Test func `what was escalated to who leaves is escalated to nobody`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        shop.clock.advance(hours: 25)
        try await shop.tick()
        #expect(try await shop.duties("S-01").first?.escalatedTo == shop.staff(.mei))
        try await shop.leave(.mei)
        #expect(try await shop.duties("S-01").first?.escalatedTo == nil)
    }

    @Test func `a version adopted later does not touch duties that are open`() async throws {
        let shop = try await Shop.open()
        try await shop.complain()
        try await shop.adopt(2, changing: (from: "within: 24h", to: "within: 2h"))
        shop.clock.advance(minutes: 1)
        try await shop.complain()
        let duties = try await shop.duties("S-01")
        #expect(duties.map(\.charterVersion) == [1, 2])
        #expect(duties.map(\.dueAt) == [at("2026-03-04 10:00"), at("2026-03-03 12:01")])
    }

    @Test func `a fact told late is due from when it happened`() async throws {
        let shop = try await Shop.open()
        try await shop.startSite(at: at("2026-02-27 10:00"))
        // Two working days after Friday.
        #expect(try await shop.duties("S-03").first?.dueAt == at("2026-03-03 18:00"))
    }
}

/// Throws at events of one type, after all others have had their say.
struct Saboteur: Reaction {
    struct Sabotage: Error {}
    let type: String

    func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
        if event.type == type { throw Sabotage() }
    }
}

extension Shop {
    func away(_ person: Person, until day: String) async throws {
        let current = try await desk.database.read { try OrganisationStore($0).staff(staff(person), of: organisation) }
        try await desk.organisations.change(
            staff(person), post: current.post, unit: current.unit, employment: current.employment,
            awayUntil: CalendarDay(day), revision: current.revision, by: principal(.ding))
    }

    /// Somebody who may let people in and owes nothing by any clause.
    func addAdministrator() async throws {
        _ = try await desk.organisations.addStaff(
            OrganisationService.NewStaff(name: "管一", unit: root, post: "guest", isAdministrator: true),
            by: principal(.ding))
    }

    func leave(_ person: Person) async throws {
        let current = try await desk.database.read { try OrganisationStore($0).staff(staff(person), of: organisation) }
        try await desk.organisations.leave(staff(person), revision: current.revision, by: principal(.ding))
    }
}

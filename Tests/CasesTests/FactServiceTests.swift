import Cases
import Customers
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import Testing

struct FactServiceTests {
    @Test func `a fact about a customer counts in the customer's unit and seals personal words`() async throws {
        let room = try await Room()
        let event = try await room.facts.record(
            "site.visited", subject: Event.Subject("customer", room.customer),
            input: ["day": .text("2026-03-02"), "findings": .text("楼下天花受潮")], by: room.boss)
        #expect(event.type == "site.visited")
        #expect(event.unit == room.north)
        #expect(event.charterVersion == 1)
        #expect(event.body == ["day": .text("2026-03-02")])
        let entries = try await room.customers.timeline(of: room.customer, by: room.boss)
        #expect(entries.first?.event.id == event.id)
        #expect(entries.first?.words == ["findings": "楼下天花受潮"])
    }

    @Test func `a fact that the charter does not declare is refused with the nearest one`() async throws {
        let room = try await Room()
        await #expect(throws: FactService.Refusal.undeclared(event: "site.visitd", nearest: "site.visited")) {
            _ = try await room.facts.record(
                "site.visitd", subject: Event.Subject("customer", room.customer), input: [:], by: room.boss)
        }
    }

    @Test func `every fault of the fact's form is told at once`() async throws {
        let room = try await Room()
        await #expect(throws: FormFaults([FormFault("day", .notADate), FormFault("findings", .missing)])) {
            _ = try await room.facts.record(
                "site.visited", subject: Event.Subject("customer", room.customer), input: ["day": .text("gestern")],
                by: room.boss)
        }
    }

    @Test func `a fact cannot happen ahead of now`() async throws {
        let room = try await Room()
        await #expect(throws: FormFaults([FormFault("occurred_at", .afterNow)])) {
            _ = try await room.facts.record(
                "site.visited", subject: Event.Subject("customer", room.customer),
                input: ["day": .text("2026-03-02"), "findings": .text("…")],
                occurredAt: Room.tuesday.adding(hours: 1), by: room.boss)
        }
    }

    @Test func `what happened yesterday is recorded with yesterday's time`() async throws {
        let room = try await Room()
        let yesterday = Room.tuesday.adding(hours: -24)
        let event = try await room.facts.record(
            "site.visited", subject: Event.Subject("customer", room.customer),
            input: ["day": .text("2026-03-02"), "findings": .text("…")], occurredAt: yesterday, by: room.boss)
        #expect(event.occurredAt == yesterday)
        #expect(event.recordedAt == Room.tuesday)
    }

    @Test func `a post without the permission is denied`() async throws {
        let room = try await Room()
        let clerk = room.principal(in: room.north, [.readCustomers: .all])
        await #expect(throws: Denial(action: .recordFacts, post: "clerk")) {
            _ = try await room.facts.record(
                "site.visited", subject: Event.Subject("customer", room.customer), input: [:], by: clerk)
        }
    }

    @Test func `a customer of another unit is out of reach`() async throws {
        let room = try await Room()
        let clerk = room.principal(in: room.south, [.recordFacts: .unit])
        await #expect(throws: StorageError.self) {
            _ = try await room.facts.record(
                "site.visited", subject: Event.Subject("customer", room.customer),
                input: ["day": .text("2026-03-02"), "findings": .text("…")], by: clerk)
        }
    }

    @Test func `a fact about a unit is not recorded about a customer`() async throws {
        let room = try await Room()
        await #expect(throws: FactService.Refusal.wrongSubject(expected: .unit)) {
            _ = try await room.facts.record(
                "meeting.held", subject: Event.Subject("customer", room.customer),
                input: ["topic": .text("周会")], by: room.boss)
        }
        let event = try await room.facts.record(
            "meeting.held", subject: Event.Subject("unit", room.south), input: ["topic": .text("周会")], by: room.boss)
        #expect(event.unit == room.south)
    }
}

/// A company with two shops, a customer in the northern one, and two declared facts.
private struct Room: Sendable {
    /// Tuesday 3 March 2026, 10:00 in Shanghai.
    static let tuesday = Instant(milliseconds: 1_772_503_200_000)
    static let company = OrganisationID(11)

    let facts: FactService
    let customers: CustomerService
    let north: UnitID
    let south: UnitID
    let staff: StaffID
    let customer: CustomerID

    init() async throws {
        let database = try TestDatabases.open(
            migrations: StorageMigrations.all + OrganisationsMigrations.all + CustomersMigrations.all,
            clock: { Room.tuesday })
        let keys = KeyRing.random()
        let secrets = PersonKeys(keys: keys)
        let charters = CharterShelf { _ in Room.charter }
        let journal = Journal(reactions: [])
        customers = CustomerService(
            database: database, journal: journal, charters: charters,
            references: ReferenceNumbers(database: database), personKeys: secrets, keys: keys)
        facts = FactService(database: database, journal: journal, charters: charters, secrets: secrets)
        let places = try await Room.found(database)
        (north, south, staff) = (places.north, places.south, places.staff)
        let everything = Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0, Scope.all) })
        let boss = Room.principal(staff, in: north, everything)
        customer = try await customers.file(CustomerInput(kind: .person, name: "冼䶮之"), by: boss).id
    }

    var boss: Principal { principal(in: north, Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0, .all) })) }

    func principal(in unit: UnitID, _ may: [Action: Scope]) -> Principal { Room.principal(staff, in: unit, may) }

    private static func principal(_ staff: StaffID, in unit: UnitID, _ may: [Action: Scope]) -> Principal {
        Principal(
            organisation: company, staff: staff, name: "somebody", unit: unit, subtree: [unit], post: "clerk", may: may)
    }

    private static func found(
        _ database: any Database
    ) async throws -> (north: UnitID, south: UnitID, staff: StaffID) {
        try await database.write { transaction in
            let now = transaction.now
            try transaction.run("INSERT INTO organisation (id, name, created_at) VALUES (\(company), '红', \(now))")
            try transaction.run(
                """
                INSERT INTO charter_version (organisation, version, name, effective_at, adopted_at, text)
                VALUES (\(company), 1, 'test', 0, 0, '')
                """)
            func unit(_ name: String) throws -> UnitID {
                let unit: UnitID = transaction.identifier()
                try transaction.run(
                    """
                    INSERT INTO unit (organisation, id, parent, name, created_at)
                    VALUES (\(company), \(unit), \(UnitID?.none), \(name), \(now))
                    """)
                return unit
            }
            let (north, south) = (try unit("北店"), try unit("南店"))
            let staff: StaffID = transaction.identifier()
            try transaction.run(
                """
                INSERT INTO staff (organisation, id, unit, post, name, employment, joined_on)
                VALUES (\(company), \(staff), \(north), 'clerk', '北小李', 'regular', '2020-01-01')
                """)
            return (north, south, staff)
        }
    }

    private static func text(_ words: String) -> LocalizedText {
        LocalizedText(simplified: words, traditional: words, english: nil)
    }

    private static func field(_ key: String, _ kind: FieldKind, isPersonal: Bool = false) -> FormField {
        FormField(key: key, title: text(key), kind: kind, isRequired: true, isPersonal: isPersonal, clauses: [])
    }

    private static let charter = Charter(
        name: "test", language: 1, title: text("试"), version: 1, effective: CalendarDay(number: 0),
        calendar: WorkCalendar(zone: Zone("Asia/Shanghai")!, week: Array(repeating: [], count: 7), holidays: nil),
        chapters: [], posts: [], metrics: [], forms: [],
        facts: [
            FactKind(
                event: "site.visited", title: text("到工地"), subject: .customer,
                fields: [field("day", .date), field("findings", .text(maximum: 2000), isPersonal: true)], clauses: []),
            FactKind(
                event: "meeting.held", title: text("开会"), subject: .unit,
                fields: [field("topic", .line(maximum: 200))], clauses: []),
        ], workflows: [], clauses: [], offences: [], ladders: [])
}

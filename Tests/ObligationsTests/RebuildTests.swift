import Cases
import Foundation
import Obligations
import Organisations
import Policy
import Primitives
import Storage
import TestDatabases
import TestSupport
import Testing

/// The journal is sufficient: from its facts alone, and the clock, the duties come out as they were stored.
struct RebuildTests {
    @Test(arguments: [21, 23, 24] as [UInt64])
    func `replaying a few weeks' facts into an empty database gives the same duties`(seed: UInt64) async throws {
        let shop = try await Shop.open()
        try await shop.live(weeks: 3, seed: seed)
        let stored = try await shop.duties()
        #expect(stored.count > 30)
        for state in ["open", "met", "waived", "void"] { #expect(stored.contains { $0.state == state }) }
        #expect(stored.contains { $0.isLate })

        let rebuilt = try await Replay(of: shop).run()
        #expect(Set(rebuilt.map(Outline.init)) == Set(stored.map(Outline.init)))
        #expect(rebuilt.count == stored.count)
    }

    /// What must be the same; identifiers of duties are made anew.
    private struct Outline: Hashable {
        let clause: String
        let subject: Identifier<Event.Subject>
        let period: String
        let dueAt: Instant
        let state: String
        let isLate: Bool
        let closedAt: Instant?
        let unit: UnitID
        let holder: StaffID?

        init(_ row: DutyRow) {
            clause = row.clause
            subject = row.subject
            period = row.period
            dueAt = row.dueAt
            state = row.state
            isLate = row.isLate
            closedAt = row.closedAt
            unit = row.unit
            holder = row.holder
        }
    }
}

/// Plays the facts of one journal into another database, each at its time, with the clock's work between them.
private struct Replay {
    private let old: Shop
    private let desk: Desk
    private let clock: TestClock

    init(of shop: Shop) throws {
        old = shop
        clock = TestClock()
        desk = try Desk(clock: clock)
    }

    func run() async throws -> [DutyRow] {
        let events = try await old.events()
        let duties = Dictionary(try await old.duties().map { ($0.id, $0) }) { first, _ in first }
        try await copyCompany()
        for event in events {
            clock.move(to: event.recordedAt)
            if event.type == "test.ticked" {
                _ = try await desk.clockWork.tick()
                continue
            }
            guard event.nature == "fact" else { continue }
            if event.type.hasPrefix("obligation."), let duty = duties[ObligationID(event.subject)] {
                try await act(event, on: duty)
            } else {
                try await desk.database.write { [desk] transaction in
                    try transaction.insert(event, of: old.organisation)
                    let again = try EventStore(transaction).find(event.id, in: old.organisation)
                    try ObligationReaction(charters: desk.charters, references: FormReferences(charters: desk.charters))
                        .react(to: again, in: transaction, journal: desk.journal)
                }
            }
        }
        clock.move(to: old.clock.now)
        return try await desk.duties(of: old.organisation)
    }

    /// What people did with a duty by hand, done again with the one that stands in its place.
    private func act(_ event: EventRow, on duty: DutyRow) async throws {
        let now = try await desk.duties(duty.clause, of: old.organisation)
            .first { $0.subject == duty.subject && $0.period == duty.period }
        let again = try #require(now)
        let ding = try await desk.principal(old.staff(.ding), of: old.organisation)
        switch event.type {
        case "obligation.waiver":
            try await desk.obligations.waive(
                again.id, reason: event.body["reason"]?.text ?? "", revision: nil, by: ding)
        case "obligation.reassigned":
            let to = try #require(event.body["holder"].flatMap { StaffID($0.text) })
            try await desk.obligations.reassign(again.id, to: to, revision: nil, by: ding)
        case "obligation.ticked_off":
            let actor = try await desk.principal(try #require(event.actor), of: old.organisation)
            var fields = event.body
            fields["clause"] = nil
            try await desk.obligations.tickOff(again.id, input: fields, revision: nil, by: actor)
        default: Issue.record("an act on a duty that the replay does not know: \(event.type)")
        }
    }

    /// People and units are settings, not facts that reactions make; they come over as they are. So do cases, as who sees
    /// one decides who can be given its duties.
    private func copyCompany() async throws {
        let tables = [
            "organisation", "charter_version", "unit", "unit_closure", "staff", "customer", "person_key", "matter",
        ]
        for table in tables {
            let (columns, rows) = try await old.desk.rows(of: table)
            try await desk.database.write { transaction in
                for row in rows {
                    var values: SQL = ""
                    for (index, value) in row.enumerated() {
                        values = index == 0 ? "\(value)" : "\(values), \(value)"
                    }
                    let names = columns.joined(separator: ", ")
                    try transaction.run("INSERT INTO \(raw: table) (\(raw: names)) VALUES (\(values))")
                }
            }
        }
    }
}

extension Shop {
    /// Some weeks of work at the counter, with a tick each hour that the journal notes.
    fileprivate func live(weeks: Int, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var matters: [Case] = []
        let end = clock.now.adding(hours: Int64(weeks) * 7 * 24)
        while clock.now < end {
            clock.advance(hours: Int64.random(in: 1...9, using: &random))
            try await note()
            try await tick()
            clock.advance(milliseconds: 1)
            let customer = Int.random(in: 0..<5, using: &random)
            let clerk: Person = customer == 4 ? .du : .an
            switch Int.random(in: 0..<9, using: &random) {
            case 0, 1: matters.append(try await complain(customer, by: clerk))
            case 2: try await startSite(customer, by: clerk)
            case 3: try await record("visit.made", customer, by: clerk)
            case 4: try await record("site.finished", customer, by: clerk)
            case 5, 6:
                guard let matter = matters.randomElement(using: &random) else { continue }
                _ = try? await respond(to: matter, by: .mei)
            case 7:
                guard let duty = try await open(using: &random) else { continue }
                if Bool.random(using: &random) {
                    try await desk.obligations.waive(duty.id, reason: "免", revision: nil, by: principal(.ding))
                } else {
                    let heirs = try await heirs(of: duty.id)
                    guard let to = heirs.last else { continue }
                    try await desk.obligations.reassign(duty.id, to: to, revision: nil, by: principal(.ding))
                }
            default:
                let open = try await duties("S-03").filter { $0.state == "open" }
                guard let duty = open.randomElement(using: &random), let holder = duty.holder else { continue }
                try await desk.obligations.tickOff(
                    duty.id, input: ["reached": .flag(true)], revision: nil,
                    by: desk.principal(holder, of: organisation))
            }
        }
    }

    /// That the clock worked at this moment, for who replays it.
    private func note() async throws {
        try await desk.database.write { transaction in
            try Journal(reactions: []).record(
                EventDraft(
                    organisation: organisation, type: "test.ticked",
                    subject: Event.Subject("organisation", OrganisationService.subject(of: organisation)),
                    actor: .program("test")), in: transaction)
        }
    }
}

extension Desk {
    /// A table's columns and all its rows.
    fileprivate func rows(of table: String) async throws -> (columns: [String], rows: [[Value]]) {
        try await database.read { transaction in
            (
                try TestDatabases.columns(of: table, in: transaction),
                try TestDatabases.rows(of: table, in: transaction)
            )
        }
    }
}

extension WriteTransaction {
    /// Puts an event in as it was, with its own identifier and times.
    fileprivate func insert(_ event: EventRow, of organisation: OrganisationID) throws {
        let program: String? = event.actor == nil ? "program" : nil
        try run(
            """
            INSERT INTO event (id, organisation, type, schema_version, subject_kind, subject, matter, unit, actor,
                program, occurred_at, recorded_at, cause, charter_version, nature, body, secret)
            VALUES (\(event.id), \(organisation), \(event.type), 1, \(event.subjectKind), \(event.subject),
                \(event.matter), \(event.unit), \(event.actor), \(program), \(event.occurredAt), \(event.recordedAt),
                \(event.cause), \(event.charterVersion), \(event.nature), \(Value.json(EventBody.encode(event.body))),
                \(event.secret))
            """)
    }
}

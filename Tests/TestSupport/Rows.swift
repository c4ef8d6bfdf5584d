import TestDatabases
public import Primitives
public import Storage

/// A duty as it is stored, whoever may see it.
public struct DutyRow: Sendable, Hashable {
    public let id: ObligationID
    public let clause: String
    public let subjectKind: String
    public let period: String
    public let unit: UnitID
    public let holder: StaffID?
    public let openedAt: Instant
    public let dueAt: Instant
    public let state: String
    public let isLate: Bool
    public let closedAt: Instant?
    public let escalatedTo: StaffID?
    public let charterVersion: Int
    public let revision: Int
    public let subject: Identifier<Event.Subject>
    public let matter: CaseID?

    init(row: Row) throws {
        id = try row[0]
        clause = try row[1]
        subjectKind = try row[2]
        period = try row[3]
        unit = try row[4]
        holder = try row[5]
        openedAt = try row[6]
        dueAt = try row[7]
        state = try row[8]
        isLate = try row[9]
        closedAt = try row[10]
        escalatedTo = try row[11]
        charterVersion = try row[12]
        revision = try row[13]
        subject = try row[14]
        matter = try row[15]
    }
}

/// An event as it is stored.
public struct EventRow: Sendable, Hashable {
    public let id: Event.ID
    public let type: String
    public let subjectKind: String
    public let subject: Identifier<Event.Subject>
    public let matter: CaseID?
    public let unit: UnitID?
    public let actor: StaffID?
    public let occurredAt: Instant
    public let recordedAt: Instant
    public let cause: Event.ID?
    public let charterVersion: Int?
    public let nature: String
    public let body: Fields
    public let secret: [UInt8]?

    init(row: Row) throws {
        id = try row[0]
        type = try row[1]
        subjectKind = try row[2]
        subject = try row[3]
        matter = try row[4]
        unit = try row[5]
        actor = try row[6]
        occurredAt = try row[7]
        recordedAt = try row[8]
        cause = try row[9]
        charterVersion = try row[10]
        nature = try row[11]
        body = EventBody.decode(try row[12])
        secret = try row[13]
    }
}

extension Desk {
    /// All duties of a company, of one clause if it is given, in the order of their opening.
    public func duties(_ clause: String? = nil, of organisation: OrganisationID) async throws -> [DutyRow] {
        try await database.read { transaction in
            let narrowing: SQL = clause.map { "AND clause = \($0)" } ?? ""
            return try transaction.all(
                """
                SELECT id, clause, subject_kind, period, unit, holder, opened_at, due_at, state, is_late, closed_at,
                    escalated_to, charter_version, revision, subject, matter
                FROM obligation WHERE organisation = \(organisation) \(narrowing) ORDER BY id
                """, DutyRow.init(row:))
        }
    }

    /// All events of a company, of one type if it is given, oldest first.
    public func events(_ type: String? = nil, of organisation: OrganisationID) async throws -> [EventRow] {
        try await database.read { transaction in
            let narrowing: SQL = type.map { "AND type = \($0)" } ?? ""
            return try transaction.all(
                """
                SELECT id, type, subject_kind, subject, matter, unit, actor, occurred_at, recorded_at, cause,
                    charter_version, nature, body, secret
                FROM event WHERE organisation = \(organisation) \(narrowing) ORDER BY id
                """, EventRow.init(row:))
        }
    }

    /// The open duties kept for each person, without those who have none.
    public func loads(of organisation: OrganisationID) async throws -> [StaffID: Int] {
        try await database.read { transaction in
            let rows = try transaction.all(
                "SELECT holder, open_count FROM holder_load WHERE organisation = \(organisation) AND open_count <> 0"
            ) { (try $0[0] as StaffID, try $0[1] as Int) }
            return Dictionary(rows) { first, _ in first }
        }
    }
}

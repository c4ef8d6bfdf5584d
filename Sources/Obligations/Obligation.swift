public import Policy
public import Primitives
public import Storage

/// Who must do what by when, under which clause.
public struct Obligation: Sendable, Hashable {
    public let id: ObligationID
    public let clause: Clause.Key
    /// The charter version that opened it, which also judges it.
    public let charterVersion: Int
    public let subjectKind: String
    public let subject: Identifier<Event.Subject>
    /// The opening event's identifier, the ordinal of a cadence, or a day.
    public let period: String
    /// The case number, where there is a case.
    public let reference: String?
    public let customer: CustomerID?
    public let matter: CaseID?
    public let unit: UnitID
    public let post: Post.Key
    /// Who owes it; nobody while no holder of the post, nor anybody above, is there.
    public let holder: StaffID?
    public let openedAt: Instant
    public let dueAt: Instant
    public let openedBy: Event.ID
    public let state: State
    /// Judged when it was discharged or the clock saw the breach; an open one is late when `dueAt` has passed.
    public let wasLate: Bool
    public let closedAt: Instant?
    public let escalatedTo: StaffID?
    public let revision: Int

    public enum State: String, Sendable, CaseIterable, Hashable {
        case open, met, waived, void
    }

    /// Overdue is computed when it is read, never stored.
    public func isOverdue(at now: Instant) -> Bool { state == .open && dueAt < now }

    static let columns: SQL = """
        obligation.id, obligation.clause, obligation.charter_version, obligation.subject_kind, obligation.subject,
        obligation.period, obligation.reference, obligation.customer, obligation.matter, obligation.unit,
        obligation.post, obligation.holder, obligation.opened_at, obligation.due_at, obligation.opened_by,
        obligation.state, obligation.is_late, obligation.closed_at, obligation.escalated_to, obligation.revision
        """

    init(row: Row) throws {
        id = try row[0]
        clause = try row[1]
        charterVersion = try row[2]
        subjectKind = try row[3]
        subject = try row[4]
        period = try row[5]
        reference = try row[6]
        customer = try row[7]
        matter = try row[8]
        unit = try row[9]
        post = try row[10]
        holder = try row[11]
        openedAt = try row[12]
        dueAt = try row[13]
        openedBy = try row[14]
        state = State(rawValue: try row[15]) ?? .open
        wasLate = try row[16]
        closedAt = try row[17]
        escalatedTo = try row[18]
        revision = try row[19]
    }
}

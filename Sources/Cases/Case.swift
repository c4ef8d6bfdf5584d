import Policy
public import Primitives
public import Storage

/// A matter that moves through the states of a workflow.
public struct Case: Sendable, Hashable {
    public let id: CaseID
    /// What people call it: `TS-2026-0417`.
    public let reference: String
    public let workflow: String
    /// The charter version that opened it; it keeps that one to the end.
    public let charterVersion: Int
    public let state: String
    /// The first words of what was registered.
    public let summary: String
    public let subjectKind: String
    public let subject: Identifier<Event.Subject>
    public let unit: UnitID
    public let openedBy: StaffID
    public let openedAt: Instant
    public let touchedAt: Instant
    public let closedAt: Instant?
    public let revision: Int
    /// How many cases of the workflow the customer had before.
    public let repeats: Int
    /// The earlier case that it was put into; the moves are made there.
    public let mergedInto: CaseID?
    public let mergedAt: Instant?
    /// Since when it waits for the customer.
    public let pausedAt: Instant?
    /// What the charter takes for its cause.
    public let cause: String?

    public var customer: CustomerID? { subjectKind == "customer" ? CustomerID(subject) : nil }

    static let columns: SQL = """
        matter.id, matter.reference, matter.workflow, matter.charter_version, matter.state, matter.summary,
        matter.subject_kind, matter.subject, matter.unit, matter.opened_by, matter.opened_at, matter.touched_at,
        matter.closed_at, matter.revision, matter.repeats, matter.merged_into, matter.merged_at,
        matter.paused_at, matter.cause
        """

    /// One that was just opened.
    init(
        id: CaseID, reference: String, workflow: String, charterVersion: Int, state: String, summary: String,
        subject: Event.Subject, unit: UnitID, openedBy: StaffID, at instant: Instant, isFinal: Bool, repeats: Int,
        cause: String?
    ) {
        self.id = id
        self.reference = reference
        self.workflow = workflow
        self.charterVersion = charterVersion
        self.state = state
        self.summary = summary
        subjectKind = subject.kind
        self.subject = subject.id
        self.unit = unit
        self.openedBy = openedBy
        openedAt = instant
        touchedAt = instant
        closedAt = isFinal ? instant : nil
        revision = 1
        self.repeats = repeats
        mergedInto = nil
        mergedAt = nil
        pausedAt = nil
        self.cause = cause
    }

    init(row: Row) throws {
        id = try row[0]
        reference = try row[1]
        workflow = try row[2]
        charterVersion = try row[3]
        state = try row[4]
        summary = try row[5]
        subjectKind = try row[6]
        subject = try row[7]
        unit = try row[8]
        openedBy = try row[9]
        openedAt = try row[10]
        touchedAt = try row[11]
        closedAt = try row[12]
        revision = try row[13]
        repeats = try row[14]
        mergedInto = try row[15]
        mergedAt = try row[16]
        pausedAt = try row[17]
        cause = try row[18]
    }
}

/// One act on a case.
public struct CaseStep: Sendable, Hashable {
    /// 0 for the registration, then 1, 2, 3 …
    public let ordinal: Int
    /// `nil` for the registration.
    public let move: String?
    public let from: String?
    public let to: String
    public let event: Event.ID
    public let actor: StaffID
    public let at: Instant
    public let form: String?
    /// What was filled in, read each time that it is asked for: of a case's hundreds of steps a handful are.
    public var fields: Fields { EventBody.decode(body) }
    /// The seal over what it signed; `nil` where it is no signature.
    public let signed: [UInt8]?
    /// Through which part of the program the customer made it; `nil` where `actor` did it himself.
    public let via: String?
    private let body: String

    init(row: Row) throws {
        ordinal = try row[0]
        move = try row[1]
        from = try row[2]
        to = try row[3]
        event = try row[4]
        actor = try row[5]
        at = try row[6]
        form = try row[7]
        body = try row[8]
        signed = try row[9]
        via = try row[10]
    }
}

/// A case that another one came from, or that came from another.
public struct CaseLink: Sendable, Hashable {
    public let matter: CaseID
    public let reference: String
    public let summary: String
    public let workflow: String
    public let state: String
    public let charterVersion: Int
    /// Whether it came from the case at hand.
    public let isLater: Bool
}

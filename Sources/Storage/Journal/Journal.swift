public import Primitives

/// Records what happened, and lets everything that follows from it happen in the same transaction.
public struct Journal: Sendable {
    private let reactions: [any Reaction]

    /// - Parameter reactions: asked in this order about each event, consequences too.
    public init(reactions: [any Reaction]) {
        self.reactions = reactions
    }

    /// Appends an event, then asks each reaction.
    @discardableResult
    public func record(_ draft: EventDraft, in transaction: any WriteTransaction) throws -> Event {
        let event = event(of: draft, in: transaction)
        try EventStore(transaction).append([event])
        try answer(event, in: transaction)
        return event
    }

    /// Appends what happened together by one statement, then asks each reaction about each in its order.
    public func record(_ drafts: [EventDraft], in transaction: any WriteTransaction) throws {
        if drafts.isEmpty { return }
        let events = drafts.map { event(of: $0, in: transaction) }
        try EventStore(transaction).append(events)
        for event in events { try answer(event, in: transaction) }
    }

    private func event(of draft: EventDraft, in transaction: any WriteTransaction) -> Event {
        var event = Event(
            id: transaction.identifier(), organisation: draft.organisation, type: draft.type, subject: draft.subject,
            matter: draft.matter, unit: draft.unit, actor: draft.actor,
            occurredAt: draft.occurredAt ?? transaction.now, recordedAt: transaction.now, cause: draft.cause,
            charterVersion: draft.charterVersion, nature: draft.nature, body: draft.body, secret: draft.secret)
        event.beginsMatter = draft.beginsMatter
        return event
    }

    private func answer(_ event: Event, in transaction: any WriteTransaction) throws {
        transaction.touched(event.organisation)
        for reaction in reactions {
            try reaction.react(to: event, in: transaction, journal: self)
        }
    }
}

/// What a domain says happened; the journal adds identifier and times.
public struct EventDraft: Sendable {
    public var organisation: OrganisationID
    public var type: String
    public var subject: Event.Subject
    public var matter: CaseID?
    public var unit: UnitID?
    public var actor: Event.Actor
    /// `nil`: now.
    public var occurredAt: Instant?
    public var cause: Event.ID?
    public var charterVersion: Int?
    public var nature: Event.Nature
    public var body: Fields
    public var secret: [UInt8]?
    /// Whether nothing was recorded of its case before: then nobody need look for what stands open about it.
    public var beginsMatter = false

    public init(
        organisation: OrganisationID, type: String, subject: Event.Subject, matter: CaseID? = nil,
        unit: UnitID? = nil, actor: Event.Actor, occurredAt: Instant? = nil,
        cause: Event.ID? = nil, charterVersion: Int? = nil, nature: Event.Nature = .fact, body: Fields = [:],
        secret: [UInt8]? = nil
    ) {
        self.organisation = organisation
        self.type = type
        self.subject = subject
        self.matter = matter
        self.unit = unit
        self.actor = actor
        self.occurredAt = occurredAt
        self.cause = cause
        self.charterVersion = charterVersion
        self.nature = nature
        self.body = body
        self.secret = secret
    }
}

/// A domain's answer to what others recorded.
public protocol Reaction: Sendable {
    func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws
}

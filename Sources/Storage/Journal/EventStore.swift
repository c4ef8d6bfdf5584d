public import Primitives

/// The journal's rows.
public struct EventStore {
    private let transaction: any ReadTransaction

    public init(_ transaction: any ReadTransaction) {
        self.transaction = transaction
    }

    static let columns: SQL = """
        id, organisation, type, schema_version, subject_kind, subject, matter, unit, actor, program,
        occurred_at, recorded_at, cause, charter_version, nature, body, secret
        """

    /// Appends events, at least one; the journal's table takes no other change.
    func append(_ events: [Event]) throws {
        guard let transaction = transaction as? any WriteTransaction else {
            throw StorageError.engine("an event is appended in a read")
        }
        var rows = events.map(values)
        guard let heads = transaction.journalHeads else { return try transaction.run(Self.insertion(rows)) }
        for (index, event) in events.enumerated() {
            let place = try heads.place(rows[index], of: event.organisation, in: transaction)
            rows[index].append(.integer(place.number))
            rows[index].append(.bytes(place.seal))
        }
        try transaction.run(Self.sealedInsertion(rows))
    }

    private static let insertion = Insertion(into: "event", columns: columns.parts[0])
    private static let sealedInsertion = Insertion(into: "event", columns: columns.parts[0] + ", number, seal")

    /// In the order of `columns`.
    private func values(of event: Event) -> [Value] {
        let staff: StaffID?
        let program: String?
        switch event.actor {
        case .staff(let id): (staff, program) = (id, nil)
        case .program(let name): (staff, program) = (nil, name)
        }
        return [
            event.id.value, event.organisation.value, event.type.value, event.schema.value, event.subject.kind.value,
            event.subject.id.value, event.matter.value, event.unit.value, staff.value, program.value,
            event.occurredAt.value, event.recordedAt.value, event.cause.value, event.charterVersion.value,
            event.nature.rawValue.value, .json(EventBody.encode(event.body)), event.secret.value,
        ]
    }

    /// The events about one subject, newest first.
    public func timeline(
        of subject: Event.Subject, in organisation: OrganisationID, before: Event.ID? = nil, limit: Int
    ) throws -> [Event] {
        let earlier: SQL = before.map { "AND id < \($0)" } ?? ""
        return try transaction.all(
            """
            SELECT \(EventStore.columns) FROM event
            WHERE organisation = \(organisation) AND subject_kind = \(subject.kind) AND subject = \(subject.id)
              \(earlier)
            ORDER BY id DESC LIMIT \(limit: limit)
            """, Event.init(row:))
    }

    /// The events of one case, oldest first.
    public func history(ofCase matter: CaseID, in organisation: OrganisationID) throws -> [Event] {
        try transaction.all(
            """
            SELECT \(EventStore.columns) FROM event
            WHERE organisation = \(organisation) AND matter = \(matter) ORDER BY id
            """, Event.init(row:))
    }

    /// The last event of a type in a case.
    public func last(_ type: String, ofCase matter: CaseID, in organisation: OrganisationID) throws -> Event? {
        try transaction.first(
            """
            SELECT \(EventStore.columns) FROM event
            WHERE organisation = \(organisation) AND matter = \(matter) AND type = \(type)
            ORDER BY id DESC LIMIT 1
            """, Event.init(row:))
    }

    /// What was last done with a case itself, and not with a duty in it.
    public func lastAct(onCase matter: CaseID, in organisation: OrganisationID) throws -> Event? {
        try transaction.first(
            """
            SELECT \(EventStore.columns) FROM event
            WHERE organisation = \(organisation) AND matter = \(matter) AND nature = 'fact'
              AND subject_kind <> 'obligation'
            ORDER BY id DESC LIMIT 1
            """, Event.init(row:))
    }

    /// The last events of one case before that one, newest first, as a history tells them.
    public func history(
        ofCase matter: CaseID, in organisation: OrganisationID, before: Event.ID?, limit: Int
    ) throws -> [EventLine] {
        let rest: SQL = before.map { "AND id < \($0)" } ?? ""
        return try transaction.all(
            """
            SELECT id, type, actor, program, occurred_at, nature, body FROM event
            WHERE organisation = \(organisation) AND matter = \(matter) \(rest) ORDER BY id DESC LIMIT \(limit: limit)
            """, EventLine.init(row:))
    }

    public func find(_ id: Event.ID, in organisation: OrganisationID) throws -> Event {
        try transaction.one(
            "SELECT \(EventStore.columns) FROM event WHERE organisation = \(organisation) AND id = \(id)",
            orElse: "event \(id)", Event.init(row:))
    }
}

/// An event as a history tells it.
public struct EventLine: Sendable {
    public let id: Event.ID
    public let type: String
    public let actor: Event.Actor
    public let occurredAt: Instant
    public let nature: Event.Nature
    /// Read each time that it is asked for: of a history's dozens of events few are told by their bodies.
    public var body: Fields { EventBody.decode(text) }
    private let text: String

    init(row: Row) throws {
        id = try row[0]
        type = try row[1]
        actor = Event.Actor(staff: try row[2], program: try row[3])
        occurredAt = try row[4]
        nature = Event.Nature(rawValue: try row[5]) ?? .fact
        text = try row[6]
    }
}

extension Event.Actor {
    init(staff: StaffID?, program: String?) {
        self = staff.map(Event.Actor.staff) ?? .program(program ?? "unknown")
    }
}

extension Event {
    init(row: Row) throws {
        self.init(
            id: try row[0], organisation: try row[1], type: try row[2], schema: try row[3],
            subject: Subject(try row[4], try row[5] as Identifier<Subject>), matter: try row[6], unit: try row[7],
            actor: Actor(staff: try row[8], program: try row[9]), occurredAt: try row[10],
            recordedAt: try row[11], cause: try row[12], charterVersion: try row[13],
            nature: Nature(rawValue: try row[14]) ?? .fact, body: EventBody.decode(try row[15]), secret: try row[16])
    }
}

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

    /// Appends an event; the journal's table takes no other change.
    func append(_ event: Event) throws {
        guard let transaction = transaction as? any WriteTransaction else {
            throw StorageError.engine("an event is appended in a read")
        }
        let staff: StaffID?
        let program: String?
        switch event.actor {
        case .staff(let id): (staff, program) = (id, nil)
        case .program(let name): (staff, program) = (nil, name)
        }
        try transaction.run(
            """
            INSERT INTO event (\(EventStore.columns))
            VALUES (\(event.id), \(event.organisation), \(event.type), \(event.schema), \(event.subject.kind),
                \(event.subject.id), \(event.matter), \(event.unit), \(staff), \(program),
                \(event.occurredAt), \(event.recordedAt), \(event.cause), \(event.charterVersion),
                \(event.nature.rawValue), \(Value.json(EventBody.encode(event.body))), \(event.secret))
            """)
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

    public func find(_ id: Event.ID, in organisation: OrganisationID) throws -> Event {
        try transaction.one(
            "SELECT \(EventStore.columns) FROM event WHERE organisation = \(organisation) AND id = \(id)",
            orElse: "event \(id)", Event.init(row:))
    }
}

extension Event {
    init(row: Row) throws {
        let staff: StaffID? = try row[8]
        let program: String? = try row[9]
        self.init(
            id: try row[0], organisation: try row[1], type: try row[2], schema: try row[3],
            subject: Subject(try row[4], try row[5] as Identifier<Subject>), matter: try row[6], unit: try row[7],
            actor: staff.map(Actor.staff) ?? .program(program ?? "unknown"), occurredAt: try row[10],
            recordedAt: try row[11], cause: try row[12], charterVersion: try row[13],
            nature: Nature(rawValue: try row[14]) ?? .fact, body: EventBody.decode(try row[15]), secret: try row[16])
    }
}

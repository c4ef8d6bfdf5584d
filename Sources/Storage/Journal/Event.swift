public import Primitives

/// A fact that happened, or what followed from one; append-only.
public struct Event: Sendable {
    public typealias ID = Identifier<Event>

    public let id: ID
    public let organisation: OrganisationID
    /// `complaint.received`
    public let type: String
    /// The version of the body's shape.
    public let schema: Int
    public let subject: Subject
    /// The case that it belongs to.
    public let matter: CaseID?
    /// The unit in which it counts.
    public let unit: UnitID?
    public let actor: Actor
    /// When it happened, and when the program learned of it.
    public let occurredAt: Instant
    public let recordedAt: Instant
    /// The event that it follows from.
    public let cause: ID?
    public let charterVersion: Int?
    public let nature: Nature
    public let body: Fields
    /// Personal content under that person's key; `nil` when there is none.
    public let secret: [UInt8]?
    /// Whether nothing was recorded of its case before; said only while it is recorded.
    public var beginsMatter = false

    public init(
        id: ID, organisation: OrganisationID, type: String, schema: Int = 1, subject: Subject,
        matter: CaseID? = nil, unit: UnitID? = nil, actor: Actor,
        occurredAt: Instant, recordedAt: Instant, cause: ID? = nil, charterVersion: Int? = nil,
        nature: Nature = .fact, body: Fields = [:], secret: [UInt8]? = nil
    ) {
        self.id = id
        self.organisation = organisation
        self.type = type
        self.schema = schema
        self.subject = subject
        self.matter = matter
        self.unit = unit
        self.actor = actor
        self.occurredAt = occurredAt
        self.recordedAt = recordedAt
        self.cause = cause
        self.charterVersion = charterVersion
        self.nature = nature
        self.body = body
        self.secret = secret
    }

    public enum Nature: String, Sendable {
        case fact, consequence
    }

    /// What an event is about.
    public struct Subject: Sendable, Hashable {
        /// `customer`, `staff`, `unit`, `organisation`, `case`, `obligation` …
        public let kind: String
        public let id: Identifier<Subject>

        public init<Owner>(_ kind: String, _ id: Identifier<Owner>) {
            self.kind = kind
            self.id = Identifier<Subject>(id)
        }
    }

    /// Who acted; never empty.
    public enum Actor: Sendable, Hashable {
        case staff(StaffID)
        /// The program itself, by the name of its part: `clock`, `import`, `set-up`.
        case program(String)
    }
}

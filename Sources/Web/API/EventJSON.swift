import Organisations
import Policy
import Primitives
import Storage

/// An event without what was sealed with it.
struct EventJSON: Encodable {
    let id: String
    let type: String
    let subject: SubjectJSON
    let matter: String?
    let unit: String?
    let actor: Actor
    /// When it happened, and when the program learned of it.
    let at: String
    let recordedAt: String
    let cause: String?
    let charterVersion: Int?
    let nature: String
    let body: Fields

    struct Actor: Encodable {
        /// `staff` or `program`
        let kind: String
        var staff: String?
        var program: String?
    }

    private enum CodingKeys: String, CodingKey {
        case id, type, subject, matter = "case", unit, actor, at, recordedAt = "recorded_at", cause, charterVersion =
            "charter_version", nature, body
    }

    init(_ event: Event, charter: Charter?, context: APIContext) {
        id = event.id.description
        type = event.type
        subject = SubjectJSON(event.subject.kind, event.subject.id)
        matter = event.matter?.description
        unit = event.unit?.description
        switch event.actor {
        case .staff(let id): actor = Actor(kind: "staff", staff: id.description)
        case .program(let name): actor = Actor(kind: "program", program: name)
        }
        at = context.time(event.occurredAt)
        recordedAt = context.time(event.recordedAt)
        cause = event.cause?.description
        charterVersion = event.charterVersion
        nature = event.nature.rawValue
        body = context.shown(event.body, by: charter?.fields(ofEvent: event.type) ?? [])
    }
}

/// What something is about.
struct SubjectJSON: Encodable {
    let kind: String
    let id: String

    init(_ kind: String, _ id: Identifier<Event.Subject>) {
        self.kind = kind
        self.id = id.description
    }
}

extension APIContext {
    /// The charters of those versions.
    func charters(_ versions: [Int]) async throws -> [Int: Charter] {
        let versions = Set(versions)
        if versions.isEmpty { return [:] }
        return try await desk.database.read(for: principal.organisation) { [desk, principal] transaction in
            var charters: [Int: Charter] = [:]
            for version in versions {
                charters[version] = try desk.charters.version(
                    version, of: principal.organisation, in: transaction)
            }
            return charters
        }
    }
}

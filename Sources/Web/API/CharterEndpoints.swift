import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// The rules in force, and how well they are kept.
struct CharterEndpoints {
    var routes: [APIRoute] {
        [
            .get("/charter", show),
            .get("/charter/clauses/{key}", clause),
        ]
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let overview = try await context.desk.adherence.overview(for: context.principal)
        guard let charter = context.charter else { throw StorageError.notFound("charter in force") }
        let language = context.language
        return try .ok(
            CharterJSON(
                name: charter.name, title: charter.title[language], version: charter.version,
                effective: charter.effective.description, timeZone: charter.calendar.zone.identifier,
                adherence: AdherenceJSON(overview.total),
                posts: charter.posts.map { PostJSON(key: $0.key, title: $0.title[language]) },
                workflows: charter.workflows.map { WorkflowJSON($0, of: charter, in: language) },
                facts: charter.facts.map { FactJSON($0, in: language) },
                clauses: charter.clauses.map {
                    ClauseJSON($0, adherence: overview.clauses[$0.key], in: language)
                }))
    }

    @Sendable private func clause(_ context: APIContext) async throws -> APIAnswer {
        _ = try context.principal.reach(.readCharter)
        guard let charter = context.charter, let clause = context.path["key"].flatMap(charter.clause) else {
            throw StorageError.notFound("clause")
        }
        let detail = try await context.desk.adherence.detail(of: clause.key, for: context.principal)
        let (units, names, cases) = try await context.desk.database.read(for: context.principal.organisation) {
            [principal = context.principal] transaction in
            let store = OrganisationStore(transaction)
            return (
                Dictionary(uniqueKeysWithValues: try store.units(of: principal.organisation).map { ($0.id, $0.name) }),
                try store.names(of: principal.organisation),
                try CaseStore(transaction, principal.organisation).visible(
                    detail.breaches.compactMap(\.matter), to: principal)
            )
        }
        let charters = try await context.charters(detail.breaches.map(\.charterVersion))
        let total = detail.units.reduce(into: Adherence(due: 0, met: 0)) { total, unit in
            total.due += unit.adherence.due
            total.met += unit.adherence.met
        }
        return try .ok(
            ClauseDetailJSON(
                clause: ClauseJSON(clause, adherence: total, in: context.language),
                units: detail.units.map {
                    ClauseDetailJSON.Share(
                        id: $0.unit.description, name: units[$0.unit], adherence: AdherenceJSON($0.adherence))
                },
                people: detail.people.map { person in
                    ClauseDetailJSON.Share(
                        id: person.staff?.description, name: person.staff.flatMap { names[$0] },
                        adherence: AdherenceJSON(person.adherence))
                },
                breaches: detail.breaches.map {
                    ObligationJSON(
                        $0, charter: charters[$0.charterVersion], now: detail.now,
                        namesCase: $0.namesCase(among: cases), context)
                }, breachesOutOfReach: detail.breachesOutOfReach))
    }
}

struct CharterJSON: Encodable {
    let name: String
    let title: String
    let version: Int
    let effective: String
    let timeZone: String
    let adherence: AdherenceJSON
    let posts: [PostJSON]
    let workflows: [WorkflowJSON]
    let facts: [FactJSON]
    let clauses: [ClauseJSON]

    private enum CodingKeys: String, CodingKey {
        case name, title, version, effective, timeZone = "time_zone", adherence, posts, workflows, facts, clauses
    }
}

struct PostJSON: Encodable {
    let key: String
    let title: String
}

/// What can be filed as a case, and with which form.
struct WorkflowJSON: Encodable {
    let key: String
    let title: String
    /// The field of the form that names what the case is about.
    let subject: String
    /// The posts that may file it.
    let startedBy: [String]
    let form: FormJSON

    private enum CodingKeys: String, CodingKey { case key, title, subject, startedBy = "started_by", form }

    init(_ workflow: Workflow, of charter: Charter, in language: Language) {
        key = workflow.key
        title = workflow.title[language]
        subject = workflow.subject
        startedBy = workflow.start.actors
        form = charter.form(workflow.start.form).map { FormJSON($0, in: language) } ?? FormJSON([], in: language)
    }
}

/// What can be recorded beside all cases.
struct FactJSON: Encodable {
    /// The name that it is recorded under: `construction.started`.
    let event: String
    let title: String
    /// `customer`, `unit` …: what it is about.
    let subject: String
    let form: FormJSON

    init(_ fact: FactKind, in language: Language) {
        event = fact.event
        title = fact.title[language]
        subject = fact.subject.rawValue
        form = FormJSON(fact.fields, in: language)
    }
}

/// Duties of the last thirteen weeks.
struct AdherenceJSON: Encodable {
    let due: Int
    let met: Int

    init(_ adherence: Adherence) {
        due = adherence.due
        met = adherence.met
    }
}

struct ClauseJSON: Encodable {
    let key: String
    let title: String
    let kind: String
    let status: String
    let note: String?
    /// The event that opens something by this clause.
    let when: String?
    let post: String?
    /// The word of the charter language: `24h`, `2wd` …
    let within: String?
    let metBy: [String]?
    /// Left out where nothing fell due.
    let adherence: AdherenceJSON?

    private enum CodingKeys: String, CodingKey {
        case key, title, kind, status, note, when, post, within, metBy = "met_by", adherence
    }

    init(_ clause: Clause, adherence: Adherence?, in language: Language) {
        key = clause.key
        title = clause.title[language]
        kind = clause.kind.rawValue
        status = clause.status.rawValue
        note = clause.note?[language]
        when = clause.when
        post = clause.duty?.post
        within = clause.duty?.within.description
        metBy = clause.duty?.metBy
        self.adherence = adherence.map(AdherenceJSON.init)
    }
}

/// A clause with who kept it.
struct ClauseDetailJSON: Encodable {
    private let clause: ClauseJSON
    private let more: More

    private struct More: Encodable {
        let units: [Share]
        let people: [Share]
        let breaches: [ObligationJSON]
        let breachesOutOfReach: Int

        private enum CodingKeys: String, CodingKey {
            case units, people, breaches, breachesOutOfReach = "breaches_out_of_reach"
        }
    }

    struct Share: Encodable {
        /// Left out for what nobody held.
        let id: String?
        let name: String?
        let adherence: AdherenceJSON
    }

    init(clause: ClauseJSON, units: [Share], people: [Share], breaches: [ObligationJSON], breachesOutOfReach: Int) {
        self.clause = clause
        more = More(units: units, people: people, breaches: breaches, breachesOutOfReach: breachesOutOfReach)
    }

    func encode(to encoder: any Encoder) throws {
        try clause.encode(to: encoder)
        try more.encode(to: encoder)
    }
}

import Cases
import HTTPTypes
import Organisations
import Policy
import Primitives
import Storage

/// Cases: opening, finding, moving.
struct CaseEndpoints {
    var routes: [APIRoute] {
        [
            .get("/cases", query: ["state", "workflow", "customer", "reference", "cursor", "limit"], list),
            .post("/cases", start),
            .get("/cases/{id}", show),
            .post("/cases/{id}/moves", move),
        ]
    }

    private enum Shown: String, CaseIterable {
        case open, closed
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let filter = CaseService.Filter(
            isOpen: query.choice("state", of: Shown.self).map { $0 == .open },
            workflow: query.text("workflow", maximum: 100), customer: query.identifier("customer"),
            reference: query.text("reference", maximum: 40))
        let cursor = query.identifier("cursor", of: CaseKind.self)
        let limit = query.limit()
        try query.check()
        let page = try await context.desk.cases.list(filter, before: cursor, limit: limit, for: context.principal)
        if page.cases.isEmpty { try await context.mustSee(customer: filter.customer) }
        return try .ok(APIPage(items: page.cases.map { CaseJSON($0, context) }, next: page.next?.description))
    }

    @Sendable private func start(_ context: APIContext) async throws -> APIAnswer {
        var body = try await context.body()
        let workflow = body.text("workflow", 1...100)
        let fields = body.fields(isRequired: true)
        try body.check()
        let (cases, principal) = (context.desk.cases, context.principal)
        let registration = try await cases.prepare(workflow, input: fields, by: principal)
        return try await context.act(body, status: .created, location: "cases") { transaction in
            Receipt(try cases.start(registration, by: principal, in: transaction))
        }
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let detail = try await context.desk.cases.find(context.id(), for: context.principal)
        return try .ok(CaseDetailJSON(detail, context), revision: detail.matter.revision)
    }

    @Sendable private func move(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseKind.self)
        var body = try await context.body()
        let move = body.text("move", 1...100)
        let fields = body.fields()
        let revision = context.revision(&body).number
        try body.check()
        let (cases, principal) = (context.desk.cases, context.principal)
        let numbers = try await cases.prepareMove(id, move, by: principal)
        return try await context.act(body) { transaction in
            Receipt(
                try cases.move(id, move, input: fields, revision: revision, numbers, by: principal, in: transaction))
        }
    }
}

extension Receipt {
    init(_ matter: Case) {
        self.init(
            id: matter.id.description, reference: matter.reference, state: matter.state, revision: matter.revision)
    }
}

struct CaseJSON: Encodable {
    let id: String
    /// `TS-2026-0417`
    let reference: String
    let workflow: String
    let charterVersion: Int
    let state: String
    let open: Bool
    let summary: String
    let subject: SubjectJSON
    let customer: String?
    let unit: String
    let openedBy: String
    let openedAt: String
    let touchedAt: String
    let closedAt: String?
    let revision: Int

    private enum CodingKeys: String, CodingKey {
        case id, reference, workflow, charterVersion = "charter_version", state, open, summary, subject, customer
        case unit, openedBy = "opened_by", openedAt = "opened_at", touchedAt = "touched_at", closedAt = "closed_at"
        case revision
    }

    init(_ matter: Case, _ context: APIContext) {
        id = matter.id.description
        reference = matter.reference
        workflow = matter.workflow
        charterVersion = matter.charterVersion
        state = matter.state
        open = matter.closedAt == nil
        summary = matter.summary
        subject = SubjectJSON(matter.subjectKind, matter.subject)
        customer = matter.customer?.description
        unit = matter.unit.description
        openedBy = matter.openedBy.description
        openedAt = context.time(matter.openedAt)
        touchedAt = context.time(matter.touchedAt)
        closedAt = context.time(matter.closedAt)
        revision = matter.revision
    }
}

/// A case with what was done and what may be done next.
struct CaseDetailJSON: Encodable {
    private let matter: CaseJSON
    private let more: More

    private struct More: Encodable {
        let title: String
        let stateTitle: String
        let steps: [Step]
        let moves: [Move]

        private enum CodingKeys: String, CodingKey {
            case title, stateTitle = "state_title", steps, moves
        }
    }

    struct Step: Encodable {
        let ordinal: Int
        let move: String?
        let from: String?
        let to: String
        let event: String
        let actor: String
        let actorName: String?
        /// How the customer made it himself, in the place of that member of staff.
        let via: String?
        let at: String
        let form: String?
        let fields: Fields

        private enum CodingKeys: String, CodingKey {
            case ordinal, move, from, to, event, actor, actorName = "actor_name", via, at, form, fields
        }
    }

    struct Move: Encodable {
        let key: String
        let title: String
        let to: String
        let form: FormJSON?
        let clauses: [String]
        /// Why the caller may not make it now; left out when the caller may.
        let refusal: Refusal?
    }

    struct Refusal: Encodable {
        let code: String
        let title: String
        let detail: String
        let clauses: [String]
    }

    init(_ detail: CaseService.Detail, _ context: APIContext) {
        let (charter, language) = (detail.charter, context.language)
        matter = CaseJSON(detail.matter, context)
        more = More(
            title: detail.workflow.title[language],
            stateTitle: detail.workflow.state(detail.matter.state)?.title[language] ?? detail.matter.state,
            steps: detail.steps.map { step in
                Step(
                    ordinal: step.ordinal, move: step.move, from: step.from, to: step.to,
                    event: step.event.description, actor: step.actor.description, actorName: detail.names[step.actor],
                    via: step.via, at: context.time(step.at), form: step.form,
                    fields: context.shown(step.fields, by: step.form.flatMap(charter.form)?.fields ?? []))
            },
            moves: detail.moves.map { move, refusal in
                Move(
                    key: move.key, title: move.title[language], to: move.target,
                    form: move.form.flatMap(charter.form).map { FormJSON($0, in: language) }, clauses: move.clauses,
                    refusal: refusal.map { refusal in
                        let answer = Answer(refusal, words: context.words, charter: charter)
                        return Refusal(
                            code: answer.code, title: answer.title, detail: answer.text, clauses: refusal.clauses)
                    })
            })
    }

    func encode(to encoder: any Encoder) throws {
        try matter.encode(to: encoder)
        try more.encode(to: encoder)
    }
}

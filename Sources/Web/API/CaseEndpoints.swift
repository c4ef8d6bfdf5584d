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
            .get(
                "/cases",
                query: [
                    "state", "workflow", "workflow_state", "cause", "customer", "reference", "q", "unit", "handler",
                    "filed_from", "filed_through", "overdue", "repeated", "sort", "cursor", "limit",
                ], list),
            .post("/cases", start),
            .get("/cases/{id}", show),
            .post("/cases/{id}/moves", move),
            .post("/cases/{id}/handler", handOver),
            .post("/cases/{id}/pause", pause),
            .post("/cases/{id}/pause/end", resume),
            .post("/cases/{id}/merger", merge),
            .post("/cases/{id}/merger/undo", unmerge),
        ]
    }

    private enum Shown: String, CaseIterable {
        case open, closed
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let isOpen = query.choice("state", of: Shown.self).map { $0 == .open }
        var wanted = CaseQuery()
        wanted.shown = isOpen.map { $0 ? .open : .closed } ?? .all
        wanted.text = (query.text("q", maximum: CaseQuery.longestText) ?? "").trimmed
        wanted.workflow = query.text("workflow", maximum: 100)
        wanted.workflowState = query.text("workflow_state", maximum: 100)
        wanted.cause = query.text("cause", maximum: 100)
        wanted.unit = query.identifier("unit")
        wanted.handler = query.identifier("handler")
        wanted.isOverdue = query.flag("overdue") ?? false
        wanted.isRepeated = query.flag("repeated") ?? false
        wanted.order = query.choice("sort", of: CaseService.Order.self) ?? .filed
        let days = ["filed_from", "filed_through"].map { ($0, query.text($0, maximum: 10)) }
        let customer: CustomerID? = query.identifier("customer")
        let reference = query.text("reference", maximum: 40)
        let cursor = query.cursor { CaseCursor($0) }
        let limit = query.limit()
        try query.check()
        var faults = FormFaults()
        for (name, day) in days where day.map({ CalendarDay($0) == nil }) == true { faults.add(name, .notADate) }
        if wanted.workflow == nil, wanted.workflowState != nil || wanted.cause != nil {
            faults.add("workflow", .missing)
        }
        try faults.check()
        wanted.filedFrom = days[0].1.flatMap { CalendarDay($0) }
        wanted.filedThrough = days[1].1.flatMap { CalendarDay($0) }
        guard var filter = try await wanted.filter(context.desk, zone: context.zone, for: context.principal) else {
            _ = try context.principal.reach(.readCases)
            return try .ok(CasePageJSON(items: [], next: nil, previous: nil))
        }
        filter.customer = customer
        if let reference { filter.reference = reference }
        let page = try await context.desk.cases.list(
            filter, by: wanted.order, from: cursor, limit: limit, for: context.principal)
        if page.cases.isEmpty { try await context.mustSee(customer: customer) }
        return try .ok(
            CasePageJSON(
                items: page.cases.map { CaseJSON($0, duty: page.duties[$0.id], context) },
                next: page.next?.description, previous: page.previous?.description))
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

extension CaseEndpoints {
    /// Makes the case wait for the customer.
    @Sendable private func pause(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseKind.self)
        var body = try await context.body()
        let reason = body.text("reason", 1...500)
        let revision = context.revision(&body).number
        try body.check()
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body) { transaction in
            Receipt(try cases.pause(id, reason: reason, revision: revision, by: principal, in: transaction))
        }
    }

    @Sendable private func resume(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseKind.self)
        var body = try await context.body()
        let revision = context.revision(&body).number
        try body.check()
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body) { transaction in
            Receipt(try cases.resume(id, revision: revision, by: principal, in: transaction))
        }
    }

    /// Puts the case into an earlier one.
    @Sendable private func merge(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseKind.self)
        var body = try await context.body()
        let target: CaseID? = body.identifier("into", isRequired: true)
        let reason = body.text("reason", 1...500)
        let revision = context.revision(&body).number
        try body.check()
        guard let target else { throw APIFault.unfit([.init("into", .missing)]) }
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body) { transaction in
            Receipt(
                try cases.merge(id, into: target, reason: reason, revision: revision, by: principal, in: transaction))
        }
    }

    @Sendable private func unmerge(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseKind.self)
        var body = try await context.body()
        let revision = context.revision(&body).number
        try body.check()
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body) { transaction in
            Receipt(try cases.unmerge(id, revision: revision, by: principal, in: transaction))
        }
    }

    /// Gives the case to somebody else.
    @Sendable private func handOver(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: CaseKind.self)
        var body = try await context.body()
        let staff: StaffID? = body.identifier("staff", isRequired: true)
        let reason = body.text("reason", 1...500)
        let revision = context.revision(&body).number
        try body.check()
        guard let staff else { throw APIFault.unfit([.init("staff", .missing)]) }
        let (cases, principal) = (context.desk.cases, context.principal)
        return try await context.act(body) { transaction in
            Receipt(
                try cases.handOver(id, to: staff, reason: reason, revision: revision, by: principal, in: transaction))
        }
    }
}

extension Receipt {
    init(_ matter: Case) {
        self.init(
            id: matter.id.description, reference: matter.reference, state: matter.state, revision: matter.revision)
    }
}

/// A stretch of the list of cases, and the cursors of those around it.
struct CasePageJSON: Encodable {
    let items: [CaseJSON]
    /// Left out at the end.
    let next: String?
    /// Left out at the beginning.
    let previous: String?
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
    /// How many cases of the workflow the customer had before.
    let repeats: Int
    /// When what is owed next is due, and who owes it; in lists.
    let dueAt: String?
    let handler: String?
    /// The case that it was put into.
    let mergedInto: String?
    /// Since when it waits for the customer.
    let pausedAt: String?
    let cause: String?
    let revision: Int

    private enum CodingKeys: String, CodingKey {
        case id, reference, workflow, charterVersion = "charter_version", state, open, summary, subject, customer
        case unit, openedBy = "opened_by", openedAt = "opened_at", touchedAt = "touched_at", closedAt = "closed_at"
        case repeats, dueAt = "due_at", handler, mergedInto = "merged_into"
        case pausedAt = "paused_at", cause, revision
    }

    init(_ matter: Case, duty: CaseService.NextDuty? = nil, _ context: APIContext) {
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
        repeats = matter.repeats
        dueAt = context.time(duty?.dueAt)
        handler = duty?.holder?.description
        mergedInto = matter.mergedInto?.description
        pausedAt = context.time(matter.pausedAt)
        cause = matter.cause
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

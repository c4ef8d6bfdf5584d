import Cases
import Customers
import HTTPTypes
import Obligations
import Organisations
import Policy
import Primitives
import Storage

/// Duties: the work queue, one of them with its reckoning, and what becomes of it.
struct ObligationEndpoints {
    var routes: [APIRoute] {
        [
            .get("/obligations", query: ["view", "case", "customer", "cursor", "limit"], list),
            .get("/obligations/{id}", show),
            .post("/obligations/{id}/discharge", discharge),
            .post("/obligations/{id}/waiver", waive),
            .post("/obligations/{id}/holder", reassign),
        ]
    }

    @Sendable private func list(_ context: APIContext) async throws -> APIAnswer {
        var query = context.query
        let view = query.choice("view", of: ObligationService.View.self)
        let matter = query.identifier("case", of: CaseKind.self)
        let customer = query.identifier("customer", of: CustomerKind.self)
        let cursor = query.cursor { ObligationService.Cursor(text: $0) }
        let limit = query.limit()
        try query.check()
        let page: ObligationService.Page
        if view == nil, matter != nil || customer != nil {
            page = try await about(matter, customer, after: cursor, limit: limit, context)
        } else {
            page = try await context.desk.obligations.list(
                view ?? .mine, matter: matter, customer: customer, after: cursor, limit: limit,
                for: context.principal)
        }
        if page.obligations.isEmpty { try await context.mustSee(customer: customer, matter: matter) }
        let charters = try await context.charters(page.obligations.map(\.charterVersion))
        let cases = try await context.visibleCases(of: page.obligations)
        return try .ok(
            APIPage(
                items: page.obligations.map {
                    ObligationJSON(
                        $0, charter: charters[$0.charterVersion], now: page.now, namesCase: $0.namesCase(among: cases),
                        context)
                }, next: page.next?.text))
    }

    /// All duties of a case in every state, or the open ones about a customer.
    private func about(
        _ matter: CaseID?, _ customer: CustomerID?, after cursor: ObligationService.Cursor?, limit: Int,
        _ context: APIContext
    ) async throws -> ObligationService.Page {
        let (desk, principal) = (context.desk, context.principal)
        var all: [Obligation] = []
        if let customer {
            all = try await desk.obligations.list(ofCustomer: customer, for: principal, limit: 1000)
        }
        if let matter {
            all = try await desk.obligations.list(ofCase: matter, for: principal)
                .filter { customer == nil || $0.customer == customer }
        }
        let rest = all.sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }.filter { duty in
            cursor.map { (duty.dueAt, duty.id) > ($0.instant, $0.id) } ?? true
        }
        let page = Array(rest.prefix(limit))
        return ObligationService.Page(
            obligations: page,
            next: rest.count > limit ? page.last.map { .init(instant: $0.dueAt, id: $0.id) } : nil,
            now: try await desk.database.read(.installation) { $0.now })
    }

    @Sendable private func show(_ context: APIContext) async throws -> APIAnswer {
        let detail = try await context.desk.obligations.find(context.id(), for: context.principal)
        let cases = try await context.visibleCases(of: [detail.obligation])
        return try .ok(
            ObligationDetailJSON(detail, namesCase: detail.obligation.namesCase(among: cases), context),
            revision: detail.obligation.revision)
    }

    @Sendable private func discharge(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: ObligationKind.self)
        var body = try await context.body()
        let fields = body.fields()
        let revision = context.revision(&body).number
        try body.check()
        let (obligations, principal) = (context.desk.obligations, context.principal)
        return try await context.act(body) { transaction in
            try Receipt(
                obligations.tickOff(id, input: fields, revision: revision, by: principal, in: transaction),
                to: principal, in: transaction)
        }
    }

    @Sendable private func waive(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: ObligationKind.self)
        var body = try await context.body()
        let reason = body.text("reason", 1...2000)
        let revision = context.revision(&body).number
        try body.check()
        let (obligations, principal) = (context.desk.obligations, context.principal)
        return try await context.act(body) { transaction in
            try Receipt(
                obligations.waive(id, reason: reason, revision: revision, by: principal, in: transaction),
                to: principal, in: transaction)
        }
    }

    @Sendable private func reassign(_ context: APIContext) async throws -> APIAnswer {
        let id = try context.id(of: ObligationKind.self)
        var body = try await context.body()
        let staff: StaffID? = body.identifier("staff", isRequired: true)
        let revision = context.revision(&body).number
        try body.check()
        // A missing one is among the faults.
        guard let staff else { throw APIFault.unfit([.init("staff", .missing)]) }
        let (obligations, principal) = (context.desk.obligations, context.principal)
        return try await context.act(body) { transaction in
            try Receipt(
                obligations.reassign(id, to: staff, revision: revision, by: principal, in: transaction),
                to: principal, in: transaction)
        }
    }
}

extension Receipt {
    /// Names the case only to who may know of it, as the duty itself does.
    init(_ obligation: Obligation, to principal: Principal, in transaction: any ReadTransaction) throws {
        let cases = try CaseStore(transaction, principal.organisation).visible(
            obligation.matter.map { [$0] } ?? [], to: principal)
        self.init(
            id: obligation.id.description,
            reference: obligation.namesCase(among: cases) ? obligation.reference : nil,
            state: obligation.state.rawValue, revision: obligation.revision)
    }
}

extension Obligation {
    /// Whether a reader may know of the case that it belongs to; a duty of none hides none.
    /// - Parameter visible: the cases that the reader may open.
    func namesCase(among visible: Set<CaseID>) -> Bool { matter.map(visible.contains) ?? true }
}

extension APIContext {
    /// Of the cases that duties belong to, those that the caller may open; one query for all.
    func visibleCases(of obligations: [Obligation]) async throws -> Set<CaseID> {
        try await visible(obligations.compactMap(\.matter))
    }

    /// Of some cases those that the caller may open.
    func visible(_ cases: [CaseID]) async throws -> Set<CaseID> {
        if cases.isEmpty { return [] }
        return try await desk.database.read(for: principal.organisation) { [principal] transaction in
            try CaseStore(transaction, principal.organisation).visible(Array(Set(cases)), to: principal)
        }
    }
}

extension ObligationService.Cursor {
    /// `1760000000000_018f3c5e-7c1a-7b2e-9d40-5a1f0c9b7e21`
    var text: String { "\(instant.milliseconds)_\(id)" }

    init?(text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...15).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy({ 48...57 ~= $0 }),
            let milliseconds = Int64(parts[0]), let id = ObligationID(String(parts[1]))
        else { return nil }
        self.init(instant: Instant(milliseconds: milliseconds), id: id)
    }
}

struct ObligationJSON: Encodable {
    let id: String
    let clause: String
    let title: String
    let charterVersion: Int
    /// Left out where it is a case that the reader may not know of.
    let subject: SubjectJSON?
    /// The case number, where there is a case that the reader may know of.
    let reference: String?
    let matter: String?
    let customer: String?
    let unit: String
    let post: String
    /// Left out while nobody holds it.
    let holder: String?
    let escalatedTo: String?
    let openedAt: String
    let dueAt: String
    let state: String
    let overdue: Bool
    /// Judged when it was closed or the clock saw the breach.
    let late: Bool
    let closedAt: String?
    let revision: Int

    private enum CodingKeys: String, CodingKey {
        case id, clause, title, charterVersion = "charter_version", subject, reference, matter = "case", customer, unit,
            post, holder
        case escalatedTo = "escalated_to", openedAt = "opened_at", dueAt = "due_at", state, overdue, late, closedAt =
            "closed_at", revision
    }

    /// - Parameter namesCase: whether the reader may know of the case.
    init(_ obligation: Obligation, charter: Charter?, now: Instant, namesCase: Bool, _ context: APIContext) {
        let clause = charter?.clause(obligation.clause)
        id = obligation.id.description
        self.clause = obligation.clause
        title = (clause?.duty?.title ?? clause?.title)?[context.language] ?? obligation.clause
        charterVersion = obligation.charterVersion
        subject =
            namesCase || obligation.subjectKind != SubjectKind.matter.rawValue
            ? SubjectJSON(obligation.subjectKind, obligation.subject) : nil
        reference = namesCase ? obligation.reference : nil
        matter = namesCase ? obligation.matter?.description : nil
        customer = obligation.customer?.description
        unit = obligation.unit.description
        post = obligation.post
        holder = obligation.holder?.description
        escalatedTo = obligation.escalatedTo?.description
        openedAt = context.time(obligation.openedAt)
        dueAt = context.time(obligation.dueAt)
        state = obligation.state.rawValue
        overdue = obligation.isOverdue(at: now)
        late = obligation.wasLate
        closedAt = context.time(obligation.closedAt)
        revision = obligation.revision
    }
}

/// A duty with the arithmetic of its deadline and how it is discharged.
struct ObligationDetailJSON: Encodable {
    private let obligation: ObligationJSON
    private let more: More

    private struct More: Encodable {
        let holderName: String?
        let escalatedToName: String?
        let openedBy: Opening
        let due: DueJSON
        let discharge: Discharge

        private enum CodingKeys: String, CodingKey {
            case holderName = "holder_name", escalatedToName = "escalated_to_name", openedBy = "opened_by", due
            case discharge
        }
    }

    struct Opening: Encodable {
        let id: String
        let type: String
        let at: String
    }

    struct DueJSON: Encodable {
        /// The word of the charter language: `24h`, `2wd` …
        let within: String
        let note: String?
        /// Empty where the calendar cannot say.
        let steps: [Step]
        let warnings: [String]
    }

    struct Step: Encodable {
        let kind: String
        let label: String
        let text: String
        let amount: String
    }

    struct Discharge: Encodable {
        /// `hand` or `event`
        let by: String
        let events: [String]
        let form: FormJSON?
    }

    init(_ detail: ObligationService.Detail, namesCase: Bool, _ context: APIContext) {
        let language = context.language
        let duty = detail.clause.duty
        let events = duty?.metBy ?? []
        let form = duty?.form.flatMap(detail.charter.form)
        obligation = ObligationJSON(
            detail.obligation, charter: detail.charter, now: detail.now, namesCase: namesCase, context)
        more = More(
            holderName: detail.holderName, escalatedToName: detail.escalatedToName,
            openedBy: Opening(
                id: detail.openedBy.id.description, type: detail.openedBy.type,
                at: context.time(detail.openedBy.occurredAt)),
            due: DueJSON(
                within: duty?.within.description ?? "", note: detail.clause.note?[language],
                steps: (detail.due?.lines(in: language) ?? []).map {
                    Step(kind: $0.kind.rawValue, label: $0.label, text: $0.text, amount: $0.amount)
                }, warnings: detail.due?.warnings(in: language) ?? []),
            discharge: Discharge(
                by: events.isEmpty ? "hand" : "event", events: events,
                form: events.isEmpty
                    ? form.map { FormJSON($0, in: language) } ?? FormJSON([ObligationService.noteField], in: language)
                    : nil))
    }

    func encode(to encoder: any Encoder) throws {
        try obligation.encode(to: encoder)
        try more.encode(to: encoder)
    }
}

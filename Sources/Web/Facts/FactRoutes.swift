import Cases
import Customers
import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// Recording what the rules speak of and no workflow makes.
struct FactRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("facts/new", use: list)
        staff.get("facts/new/:event", use: new)
        staff.post("facts/new/:event", use: record)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try context.principal.reach(.recordFacts)
        let query = request.uri.queryParameters
        var about: (id: CustomerID, caption: CustomerCaption)?
        if let id = query["customer"].flatMap({ CustomerID(String($0)) }),
            let caption = try await caption(id, context.principal)
        {
            about = (id, caption)
        }
        let frame = try await desk.frame(
            context, room: nil, path: "/facts/new",
            toast: query["said"] == "recorded" ? desk.book[context.language]("已登记") : nil)
        let kinds: [SubjectKind] = about == nil ? [.customer, .staff, .unit, .organisation] : [.customer]
        let groups = kinds.map { kind in
            FactListPage.Group(
                title: frame.words(FactRoutes.title(of: kind)),
                rows: (frame.charter?.facts ?? []).filter { $0.subject == kind }.map { fact in
                    FactListPage.Row(
                        path: "/facts/new/\(fact.event)" + (about.map { "?customer=\($0.id)" } ?? ""),
                        title: fact.title[frame.language],
                        clause: fact.clauses.first, more: FactRoutes.consequence(of: fact, frame))
                })
        }.filter { !$0.rows.isEmpty }
        return desk.html(
            FactListPage(
                shell: frame.shell, groups: groups, isEmpty: groups.isEmpty, about: about?.caption.name,
                backPath: about.map { "/customers/\($0.id)" } ?? "/",
                backTitle: about?.caption.reference ?? frame.words("工作台")),
            "facts/list", context)
    }

    private static func title(of kind: SubjectKind) -> String {
        switch kind {
        case .customer: "关于客户"
        case .staff: "关于员工"
        case .unit: "关于单位"
        case .organisation: "关于公司"
        case .matter: "关于事务"
        }
    }

    private static func consequence(of fact: FactKind, _ frame: Frame) -> String {
        guard let charter = frame.charter else { return "" }
        let opens = charter.clauses(openedBy: fact.event).count { $0.duty != nil }
        let meets = charter.clauses(metBy: fact.event).count
        var words: [String] = []
        if opens > 0 { words.append(frame.words("开出{0}项待办", String(opens))) }
        if meets > 0 { words.append(frame.words("了结{0}项待办", String(meets))) }
        return words.joined(separator: frame.words("；"))
    }

    // MARK: One fact

    /// What the form asks beside the fact's own fields.
    private struct Questions {
        /// Names the subject; `nil` for the company.
        let subject: FormField?
        let when: FormField

        init(_ fact: FactKind, words: Words) {
            func field(
                _ key: String, _ title: String, _ kind: FieldKind, required: Bool, isPast: Bool = false
            ) -> FormField {
                let text = words(title)
                return FormField(
                    key: key, title: LocalizedText(simplified: text, traditional: text, english: text), kind: kind,
                    isRequired: required, isPersonal: false, isPast: isPast, clauses: [])
            }
            // A fact may have a field of its own by that name.
            func key(_ usual: String) -> String {
                fact.fields.contains { $0.key == usual } ? "about_" + usual : usual
            }
            subject =
                switch fact.subject {
                case .customer: field(key("customer"), "客户", .customer, required: true)
                case .staff: field(key("staff"), "员工", .staff, required: true)
                case .unit: field(key("unit"), "单位", .unit, required: true)
                case .matter: field(key("case"), "事务", .matter, required: true)
                case .organisation: nil
                }
            when = field(key("occurred_at"), "何时发生", .time, required: false, isPast: true)
        }
    }

    private struct Filled {
        var input: Fields = [:]
        var query = ""
        var faults: FormFaults?
    }

    @Sendable func new(_ request: Request, _ context: StaffContext) async throws -> Response {
        var filled = Filled()
        let fact = try await fact(context).kind
        let questions = Questions(fact, words: desk.book[context.language])
        if let key = questions.subject?.key,
            let id = request.uri.queryParameters[Substring(fact.subject.rawValue)]
        {
            filled.input[key] = .text(String(id))
        }
        if fact.subject == .unit, let key = questions.subject?.key, filled.input[key] == nil {
            filled.input[key] = .text(context.principal.unit.description)
        }
        return try await form(context, filled)
    }

    @Sendable func record(_ request: Request, _ context: StaffContext) async throws -> Response {
        let body = try await context.form(request)
        var filled = Filled(input: body.input, query: body["customer_query"] ?? "")
        if body["find"] != nil { return try await form(context, filled) }
        let (charter, fact, now) = try await fact(context)
        let questions = Questions(fact, words: desk.book[context.language])
        do {
            let (subject, occurredAt, input) = try read(
                body.input, fact, questions, charter.calendar.zone, at: now)
            let (facts, principal) = (desk.facts, context.principal)
            return try await desk.act(body, request, context) { transaction in
                let event = try facts.record(
                    fact.event, subject: subject, input: input, occurredAt: occurredAt, by: principal, in: transaction)
                return event.subject.kind == "customer" && principal.can(.readCustomers)
                    ? "/customers/\(CustomerID(event.subject.id))?said=recorded" : "/facts/new?said=recorded"
            }
        } catch let faults as FormFaults {
            filled.faults = FormFaults(
                faults.faults.map {
                    $0.field == "occurred_at" ? FormFault(questions.when.key, $0.problem) : $0
                })
            return try await form(context, filled)
        }
    }

    /// Subject and time apart from the fact's own fields; every fault of both at once.
    private func read(
        _ input: Fields, _ fact: FactKind, _ questions: Questions, _ zone: Zone, at now: Instant
    ) throws -> (Event.Subject?, Instant?, Fields) {
        let asked = [questions.subject, questions.when].compactMap { $0 }
        let keys = Set(asked.map(\.key))
        var faults: [FormFault] = []
        var answers: Fields = [:]
        do throws(FormFaults) {
            answers = try Form.parse(input.filter { keys.contains($0.key) }, by: asked, zone: zone, at: now)
        } catch {
            faults += error.faults
        }
        let own = input.filter { !keys.contains($0.key) }
        do throws(FormFaults) {
            _ = try Form.parse(own, by: fact.fields, zone: zone, at: now)
        } catch {
            faults += error.faults
        }
        if !faults.isEmpty { throw FormFaults(faults) }
        let id = questions.subject.flatMap { answers[$0.key] }.flatMap { Identifier<Event.Subject>($0.text) }
        return (
            id.map { Event.Subject(fact.subject.rawValue, $0) },
            answers[questions.when.key].flatMap { Instant(rfc3339: $0.text) }, own
        )
    }

    private func fact(_ context: StaffContext) async throws -> (charter: Charter, kind: FactKind, now: Instant) {
        let principal = context.principal
        _ = try principal.reach(.recordFacts)
        let event = try context.parameters.require("event")
        let (charter, now) = try await desk.database.read(for: principal.organisation) { [desk] transaction in
            let now = transaction.now
            return (try desk.charters.inForce(for: principal.organisation, at: now, in: transaction), now)
        }
        guard let fact = charter.fact(event) else {
            throw FactService.Refusal.undeclared(
                event: event, nearest: nearestWord(to: event, among: charter.facts.map(\.event)))
        }
        return (charter, fact, now)
    }

    private func caption(_ id: CustomerID, _ principal: Principal) async throws -> CustomerCaption? {
        guard let reach = try? principal.reach(.readCustomers) else { return nil }
        return try await desk.database.read(for: principal.organisation) { transaction in
            let directory = CustomerDirectory(transaction, principal.organisation)
            return try directory.isVisible(id, within: reach) ? try directory.captions(of: [id])[id] : nil
        }
    }

    private func form(_ context: StaffContext, _ filled: Filled) async throws -> Response {
        let (charter, fact, _) = try await fact(context)
        let frame = try await desk.frame(context, room: nil, path: "/facts/new/\(fact.event)")
        let questions = Questions(fact, words: frame.words)
        let asked = [questions.subject].compactMap { $0 } + fact.fields + [questions.when]
        var parts = try await desk.fieldParts(
            of: asked, input: filled.input, query: filled.query, faults: filled.faults, frame: frame,
            principal: context.principal)
        parts[parts.count - 1] = parts[parts.count - 1].hinted(frame.words("不填就是现在"))
        func line(_ clause: Clause) -> FactFormPage.DutyLine {
            FactFormPage.DutyLine(
                clause: clause.key, title: (clause.duty?.title ?? clause.title)[frame.language],
                post: charter.post(clause.duty?.post ?? "")?.title[frame.language] ?? "")
        }
        return desk.html(
            FactFormPage(
                shell: frame.shell, title: fact.title[frame.language], clause: fact.clauses.first,
                action: "/facts/new/\(fact.event)", fields: parts, message: message(filled.faults, asked, frame),
                backPath: "/facts/new", backTitle: frame.words("登记事实"),
                opens: charter.clauses(openedBy: fact.event).filter { $0.duty != nil }.map(line),
                meets: charter.clauses(metBy: fact.event).map(line)),
            "facts/form", context, status: filled.faults == nil ? .ok : .unprocessableContent)
    }

    private func message(_ faults: FormFaults?, _ asked: [FormField], _ frame: Frame) -> String? {
        guard let faults else { return nil }
        let shown = Set(asked.map(\.key))
        let others = faults.faults.filter { !shown.contains($0.field) }.map { $0.problem.text(frame.words) }
        return ([frame.words("还有几处要改")] + others).joined(separator: frame.words("；"))
    }
}

extension FieldPart {
    func hinted(_ hint: String) -> FieldPart {
        var part = FieldPart(
            key: key, title: title, isRequired: isRequired, clause: clause, value: value, error: error, hint: hint)
        part.isText = isText
        part.rows = rows
        part.maximum = maximum
        part.latest = latest
        part.inputType = inputType
        part.inputMode = inputMode
        part.autocomplete = autocomplete
        part.isChoice = isChoice
        part.options = options
        part.isFlag = isFlag
        part.isPicked = isPicked
        part.customer = customer
        return part
    }
}

import Customers
import Organisations
import Policy
import Primitives
import Storage

/// One act on cases within its transaction: what is recorded, and the cases and articles that follow from it.
struct CaseActs {
    let principal: Principal
    let charter: Charter
    let journal: Journal
    let secrets: PersonKeys
    let pointed: FormReferences
    let transaction: any WriteTransaction
    /// The part of the program through which a customer acts, in the place of that member of staff.
    var via: String?

    private var actor: Event.Actor { via.map(Event.Actor.program) ?? .staff(principal.staff) }
    private var store: CaseStore { CaseStore(transaction, principal.organisation) }

    // MARK: Opening

    /// - Parameters:
    ///   - fields: parsed and checked.
    ///   - parent: the case and its event that this one follows from.
    func open(
        _ workflow: Workflow, form: Form, fields: Fields, reference: String, prepared: PersonKeys.Prepared? = nil,
        parent: (matter: CaseID, event: Event.ID)? = nil
    ) throws -> (matter: Case, event: Event) {
        let decision = workflow.started(with: fields)
        let (subject, unit) = try place(of: workflow, form: form, fields: fields)
        let new = Case(
            id: transaction.identifier(), reference: reference, workflow: workflow.key,
            charterVersion: charter.version, state: decision.state, summary: form.summary(of: fields),
            subject: subject, unit: unit, openedBy: principal.staff, at: transaction.now, isFinal: decision.isFinal,
            repeats: try store.repeats(of: workflow.key, about: subject),
            cause: workflow.batch.flatMap { fields[$0.field]?.text })
        try store.add(new, in: transaction)
        let event = try record(
            decision, move: nil, form: form, reference: reference, subject: subject, matter: new.id, unit: unit,
            beginsMatter: true, prepared: prepared, cause: parent?.event)
        try store.add(
            CaseStore.NewStep(
                ordinal: 0, move: nil, from: nil, to: decision.state, actor: principal.staff, form: form.key,
                fields: fields, signed: nil, via: via), event: event.id, to: new.id, in: transaction)
        if let parent { try store.link(parent.matter, to: new.id, in: transaction) }
        if new.cause != nil { try recordBatch(with: new, in: workflow, because: event) }
        return (new, event)
    }

    // MARK: What follows from a move

    /// Opens the cases and puts out the article that the move says.
    /// - Parameter numbers: drawn for the cases, by workflow.
    func follow(
        _ move: Workflow.Move, fields: Fields, record: CaseRecord, from matter: Case, because event: Event,
        numbers: [String: [String]]
    ) throws {
        let own = move.form.flatMap(charter.form)
        func value(_ field: String) -> FieldValue? {
            own?.field(field) != nil ? fields[field] : record.latest(field)
        }
        var numbers = numbers
        for opening in move.opens where opening.conditions.allSatisfy({ $0.holds(in: fields) }) {
            guard let workflow = charter.workflow(opening.workflow), let form = charter.form(workflow.start.form)
            else { throw WorkflowRefusal(.unknownWorkflow(opening.workflow), move.clauses) }
            guard let reference = numbers[opening.workflow]?.popLast() else {
                throw StorageError.changedMeanwhile("the cases that follow from \(move.key)")
            }
            let mapped = opening.with.compactMapValues(value)
            var faults = FormFaults()
            for (target, source) in opening.with.sorted(by: { $0.key < $1.key })
            where mapped[target] == nil && form.field(target)?.isRequired == true {
                faults.add(source, .missing)
            }
            try faults.check()
            do {
                try pointed.check(mapped, by: form.fields, for: principal, in: transaction)
            } catch let found as FormFaults {
                // Told at the field that somebody can mend.
                throw FormFaults(found.faults.map { FormFault(opening.with[$0.field] ?? $0.field, $0.problem) })
            }
            _ = try open(
                workflow, form: form, fields: mapped, reference: reference, parent: (matter.id, event.id))
        }
        if let publication = move.publishes {
            let text = publication.text.compactMap { value($0)?.text }.joined(separator: "\n\n")
            try journal.record(
                EventDraft(
                    organisation: principal.organisation, type: "article.published",
                    subject: Event.Subject("case", matter.id), matter: matter.id, unit: matter.unit,
                    actor: actor, cause: event.id, charterVersion: charter.version,
                    nature: .consequence,
                    body: [
                        "place": .text(publication.place.rawValue),
                        "title": .text(value(publication.title)?.text ?? charter.title.simplified),
                        "text": .text(text), "clause": .text(move.clauses.first ?? ""),
                    ]), in: transaction)
        }
    }

    // MARK: Recording

    func record(
        _ decision: CaseDecision, move: String?, form: Form?, reference: String, subject: Event.Subject,
        matter: CaseID, unit: UnitID, beginsMatter: Bool = false, prepared: PersonKeys.Prepared? = nil,
        cause: Event.ID? = nil
    ) throws -> Event {
        // Only customers have keys; words about others stay in the body rather than get lost.
        var (body, personal) =
            subject.kind == "customer" ? decision.fields.parted(by: form?.fields ?? []) : (decision.fields, [:])
        body["reference"] = .text(reference)
        // A field's key has no dot.
        body["case.move"] = move.map(FieldValue.text)
        body["case.state"] = .text(decision.state)
        let secret: [UInt8]? =
            personal.isEmpty
            ? nil
            : try secrets.seal(
                personal, for: CustomerID(subject.id), of: principal.organisation, prepared: prepared, in: transaction)
        var draft = EventDraft(
            organisation: principal.organisation, type: decision.event, subject: subject, matter: matter,
            unit: unit, actor: actor, cause: cause, charterVersion: charter.version, body: body,
            secret: secret)
        draft.beginsMatter = beginsMatter
        return try journal.record(draft, in: transaction)
    }

    /// Says that a case has become one of a batch.
    func recordBatch(with matter: Case, in workflow: Workflow, because event: Event) throws {
        guard let count = try CaseStore(transaction, principal.organisation).batch(of: matter, in: workflow) else {
            return
        }
        try journal.record(
            EventDraft(
                organisation: event.organisation, type: "case.batched", subject: event.subject, matter: matter.id,
                unit: event.unit, actor: event.actor, cause: event.id, charterVersion: charter.version,
                nature: .consequence,
                body: [
                    "reference": .text(matter.reference), "customers": .integer(Int64(count)),
                    "cause": matter.cause.map(FieldValue.text),
                    "clause": workflow.batch?.clauses.first.map(FieldValue.text),
                ].compactMapValues { $0 }), in: transaction)
    }

    /// Says which of the forbidden phrases were sent all the same, and why.
    func record(_ said: OutgoingWords.Said?, in event: Event) throws {
        guard let said else { return }
        try journal.record(
            EventDraft(
                organisation: event.organisation, type: "phrase.overridden", subject: event.subject,
                matter: event.matter, unit: event.unit, actor: event.actor, cause: event.id,
                charterVersion: charter.version, nature: .consequence,
                body: [
                    "phrases": .list(said.phrases.map(FieldValue.text)), "reason": .text(said.reason),
                    "clause": .text(said.clause ?? ""),
                ]), in: transaction)
    }

    /// Whom or what the case is about, and the unit that it counts in: the subject's own, where the opener may act
    /// on the case there, else the opener's.
    private func place(
        of workflow: Workflow, form: Form, fields: Fields
    ) throws -> (Event.Subject, UnitID) {
        let (subject, home) = try subject(of: workflow, form: form, fields: fields)
        let reach = try principal.reach(.actOnCases)
        guard let home, reach.covers(unit: home, owner: principal.staff) else { return (subject, principal.unit) }
        return (subject, home)
    }

    private func subject(
        of workflow: Workflow, form: Form, fields: Fields
    ) throws -> (Event.Subject, home: UnitID?) {
        let value = fields[workflow.subject]?.text ?? ""
        switch form.field(workflow.subject)?.kind {
        case .customer:
            guard let id = CustomerID(value) else { break }
            let home = try CustomerDirectory(transaction, principal.organisation).unit(of: id, within: .all)
            return (Event.Subject("customer", id), home)
        case .staff:
            guard let id = StaffID(value) else { break }
            return (
                Event.Subject("staff", id),
                try OrganisationStore(transaction).staff(id, of: principal.organisation).unit
            )
        case .unit:
            guard let id = UnitID(value) else { break }
            return (Event.Subject("unit", id), id)
        default: break
        }
        return (Event.Subject("unit", principal.unit), nil)
    }
}

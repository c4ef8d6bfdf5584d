public import Organisations
import Policy
public import Primitives
public import Storage

extension CaseService {
    /// What giving a case to somebody else asks for.
    static let handOverReason = FormField(
        key: "reason", title: LocalizedText(simplified: "理由", traditional: "理由", english: "Reason"),
        kind: .text(maximum: 500), isRequired: true, isPersonal: false, clauses: [])

    /// Gives what the handler of a case owes in it to another person; the handler is who owes what is due next.
    ///
    /// Obligations answers the event: it gives the duties, or refuses with the reason why that person may not have them.
    /// - Throws: `Denial`, `.notFound`, `EditConflict`, `FormFaults`, `CaseListRefusal`, `ObligationService.Refusal`.
    public func handOver(
        _ id: CaseID, to receiver: StaffID, reason: String, revision: Int?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Case {
        let reach = try principal.reach(.waiveObligations)
        let store = CaseStore(transaction, principal.organisation)
        let current = try store.find(id, to: principal, for: .readCases)
        let person = try OrganisationStore(transaction).staff(receiver, of: principal.organisation)
        let duty = try store.next(in: [id])[id]
        guard reach.covers(unit: current.unit, owner: duty?.holder), reach.covers(unit: person.unit, owner: receiver)
        else { throw Denial(action: .waiveObligations, beyond: principal) }
        try check(revision, of: current, by: principal, in: transaction)
        let charter = try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
        let fields = try Form.parse(
            ["reason": .text(reason)], by: [Self.handOverReason], zone: charter.calendar.zone, at: transaction.now)
        guard let duty else { throw CaseListRefusal.nothingOwed }
        if duty.holder == receiver { throw CaseListRefusal.sameHandler }
        if try isConcerned(receiver, in: current, charter, store) { throw CaseListRefusal.concernedReceiver }
        try transaction.run(
            """
            UPDATE matter SET touched_at = \(transaction.now), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(id) AND revision = \(current.revision)
            """, changing: 1, orElse: .changedMeanwhile("case \(id)"))
        var body = fields
        body["reference"] = .text(current.reference)
        body["clause"] = .text(duty.clause)
        body["from"] = .text(duty.holder?.description ?? "")
        body["to"] = .text(receiver.description)
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: "case.handed_over", subject: Event.Subject("case", id),
                matter: id, unit: current.unit, actor: .staff(principal.staff),
                charterVersion: current.charterVersion, body: body), in: transaction)
        return try store.found(id)
    }

    /// Whether the case is about that person, or names the person as one who may not decide in it.
    private func isConcerned(
        _ person: StaffID, in matter: Case, _ charter: Charter, _ store: CaseStore
    ) throws -> Bool {
        if matter.subjectKind == "staff", StaffID(matter.subject) == person { return true }
        let record = CaseRecord(try store.steps(of: matter.id), charter: charter)
        let barred = Set(charter.workflow(matter.workflow)?.states.flatMap(\.moves).flatMap(\.barred) ?? [])
        return barred.contains { record.latest($0)?.text == person.description }
    }
}

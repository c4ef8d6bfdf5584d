public import Organisations
import Policy
public import Primitives
public import Storage

extension CaseService {
    /// What putting a case into another asks for.
    static let mergeReason = FormField(
        key: "reason", title: LocalizedText(simplified: "理由", traditional: "理由", english: "Reason"),
        kind: .text(maximum: 500), isRequired: true, isPersonal: false, clauses: [])

    /// Puts a case into an earlier one of the same customer and workflow: it is closed, Obligations lets its duties go,
    /// and nothing of it is lost.
    ///
    /// As duties are let go, it takes whoever may waive them.
    /// - Throws: `Denial`, `.notFound`, `EditConflict`, `FormFaults`, `CaseListRefusal`.
    public func merge(
        _ id: CaseID, into target: CaseID, reason: String, revision: Int?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Case {
        let store = CaseStore(transaction, principal.organisation)
        let later = try mergeable(id, by: principal, store)
        let earlier = try mergeable(target, by: principal, store)
        try check(revision, of: later, by: principal, in: transaction)
        let charter = try charters.version(later.charterVersion, of: principal.organisation, in: transaction)
        let fields = try Form.parse(
            ["reason": .text(reason)], by: [Self.mergeReason], zone: charter.calendar.zone, at: transaction.now)
        guard later.customer != nil, later.customer == earlier.customer, later.workflow == earlier.workflow else {
            throw CaseListRefusal.mergeOfOthers
        }
        guard earlier.id < later.id else { throw CaseListRefusal.mergeIntoLater }
        if later.pausedAt != nil { throw CaseListRefusal.alreadyPaused }
        guard later.closedAt == nil, earlier.closedAt == nil else { throw CaseListRefusal.mergeOfClosed }
        try transaction.run(
            """
            UPDATE matter SET closed_at = \(transaction.now), touched_at = \(transaction.now),
                merged_into = \(target), merged_at = \(transaction.now), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(id) AND revision = \(later.revision)
            """, changing: 1, orElse: .changedMeanwhile("case \(id)"))
        // A move may close the earlier one meanwhile: it is held to the revision that was read.
        try transaction.run(
            """
            UPDATE matter SET touched_at = \(transaction.now), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(target) AND revision = \(earlier.revision)
            """, changing: 1, orElse: .changedMeanwhile("case \(target)"))
        var body = fields
        body["reference"] = .text(later.reference)
        body["into"] = .text(earlier.id.description)
        body["into_reference"] = .text(earlier.reference)
        let event = try journal.record(
            draft("case.merged", of: later, body: body, by: principal), in: transaction)
        var told = draft(
            "case.took_in", of: earlier,
            body: ["reference": .text(earlier.reference), "from_reference": .text(later.reference)], by: principal)
        told.cause = event.id
        try journal.record(told, in: transaction)
        return try store.found(id)
    }

    /// Takes a case out again, on the day on which it was put into another; Obligations opens its duties anew, each
    /// with the deadline that it had.
    public func unmerge(
        _ id: CaseID, revision: Int?, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> Case {
        let store = CaseStore(transaction, principal.organisation)
        let current = try mergeable(id, by: principal, store)
        try check(revision, of: current, by: principal, in: transaction)
        guard let mergedAt = current.mergedAt, let target = current.mergedInto else { throw CaseListRefusal.notMerged }
        let charter = try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
        guard charter.calendar.zone.local(mergedAt).day == charter.calendar.zone.local(transaction.now).day else {
            throw CaseListRefusal.mergedBefore
        }
        try transaction.run(
            """
            UPDATE matter SET closed_at = NULL, touched_at = \(transaction.now), merged_into = NULL, merged_at = NULL,
                revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(id) AND revision = \(current.revision)
            """, changing: 1, orElse: .changedMeanwhile("case \(id)"))
        let earlier = try store.found(target)
        let event = try journal.record(
            draft(
                "case.unmerged", of: current,
                body: ["reference": .text(current.reference), "into_reference": .text(earlier.reference)],
                by: principal), in: transaction)
        var told = draft(
            "case.gave_back", of: earlier,
            body: ["reference": .text(earlier.reference), "from_reference": .text(current.reference)], by: principal)
        told.cause = event.id
        try journal.record(told, in: transaction)
        return try store.found(id)
    }

    private func mergeable(_ id: CaseID, by principal: Principal, _ store: CaseStore) throws -> Case {
        let reach = try principal.reach(.waiveObligations)
        let matter = try store.find(id, to: principal, for: .actOnCases)
        guard reach.covers(unit: matter.unit, owner: matter.openedBy) else {
            throw Denial(action: .waiveObligations, beyond: principal)
        }
        return matter
    }

    private func draft(_ type: String, of matter: Case, body: Fields, by principal: Principal) -> EventDraft {
        EventDraft(
            organisation: principal.organisation, type: type, subject: Event.Subject("case", matter.id),
            matter: matter.id, unit: matter.unit, actor: .staff(principal.staff),
            charterVersion: matter.charterVersion, body: body)
    }
}

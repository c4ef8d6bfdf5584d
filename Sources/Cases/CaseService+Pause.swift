public import Organisations
import Policy
public import Primitives
public import Storage

extension CaseService {
    /// What making a case wait asks for.
    static let pauseReason = FormField(
        key: "reason", title: LocalizedText(simplified: "等什么", traditional: "等什麼", english: "What it waits for"),
        kind: .text(maximum: 500), isRequired: true, isPersonal: false, clauses: [])

    /// Makes a case wait for the customer. Obligations lets the duties wait whose clauses allow it, and refuses where
    /// there are none.
    /// - Throws: `Denial`, `.notFound`, `EditConflict`, `FormFaults`, `WorkflowRefusal`, `CaseListRefusal`,
    ///   `ObligationService.Refusal`.
    public func pause(
        _ id: CaseID, reason: String, revision: Int?, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> Case {
        let (store, current, charter) = try waiting(id, revision, principal, transaction)
        let fields = try Form.parse(
            ["reason": .text(reason)], by: [Self.pauseReason], zone: charter.calendar.zone, at: transaction.now)
        if current.pausedAt != nil { throw CaseListRefusal.alreadyPaused }
        if current.closedAt != nil { throw WorkflowRefusal(.wrongState(state: current.state, moves: []), []) }
        try set(pausedAt: transaction.now, current, transaction, principal)
        var body = fields
        body["reference"] = .text(current.reference)
        try journal.record(Self.waits("case.paused", current, body, principal), in: transaction)
        return try store.found(id)
    }

    /// Goes on with a case that waited; each duty falls due as much later as it waited.
    public func resume(
        _ id: CaseID, revision: Int?, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> Case {
        let (store, current, _) = try waiting(id, revision, principal, transaction)
        if current.pausedAt == nil { throw CaseListRefusal.notPaused }
        try set(pausedAt: nil, current, transaction, principal)
        try journal.record(
            Self.waits("case.resumed", current, ["reference": .text(current.reference)], principal), in: transaction)
        return try store.found(id)
    }

    private func waiting(
        _ id: CaseID, _ revision: Int?, _ principal: Principal, _ transaction: any WriteTransaction
    ) throws -> (CaseStore, Case, Charter) {
        let store = CaseStore(transaction, principal.organisation)
        let current = try store.find(id, to: principal, for: .actOnCases)
        try check(revision, of: current, by: principal, in: transaction)
        if let refusal = try store.refusalAsMerged(current) { throw refusal }
        return (
            store, current,
            try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
        )
    }

    private func set(
        pausedAt instant: Instant?, _ matter: Case, _ transaction: any WriteTransaction, _ principal: Principal
    ) throws {
        try transaction.run(
            """
            UPDATE matter SET paused_at = \(instant), touched_at = \(transaction.now), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(matter.id) AND revision = \(matter.revision)
            """, changing: 1, orElse: .changedMeanwhile("case \(matter.id)"))
    }

    static func waits(_ type: String, _ matter: Case, _ body: Fields, _ principal: Principal) -> EventDraft {
        EventDraft(
            organisation: principal.organisation, type: type, subject: Event.Subject("case", matter.id),
            matter: matter.id, unit: matter.unit, actor: .staff(principal.staff),
            charterVersion: matter.charterVersion, body: body)
    }
}

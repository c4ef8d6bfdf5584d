public import Organisations
import Policy
public import Primitives
public import Storage

/// The cases' rows.
public struct CaseStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID

    public init(_ transaction: any ReadTransaction, _ organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    /// The one predicate for list, detail, search, export and counters.
    static func covered(by reach: Reach) -> SQL { reach.covers(unit: "matter.unit", owner: "matter.opened_by") }

    /// The cases about somebody, who answers in them wherever they are dealt with.
    static func about(_ staff: StaffID) -> SQL { "matter.subject_kind = 'staff' AND matter.subject = \(staff)" }

    /// Both, for cases at hand; a list looks for them one after the other, since one index serves each.
    static func open(to principal: Principal, for action: Action = .readCases) throws -> SQL {
        let reach = try principal.reach(action)
        if reach == .all { return covered(by: reach) }
        return "(\(covered(by: reach)) OR (\(about(principal.staff))))"
    }

    /// - Throws: `Denial`; `.notFound` for what the principal's reach does not cover, as for what is not there.
    func find(_ id: CaseID, to principal: Principal, for action: Action) throws -> Case {
        try transaction.one(
            """
            SELECT \(Case.columns) FROM matter
            WHERE organisation = \(organisation) AND id = \(id) AND \(try Self.open(to: principal, for: action))
            """, orElse: "case \(id)", Case.init(row:))
    }

    /// One that is known to be within the writer's reach.
    func found(_ id: CaseID) throws -> Case {
        try transaction.one(
            "SELECT \(Case.columns) FROM matter WHERE organisation = \(organisation) AND id = \(id)",
            orElse: "case \(id)", Case.init(row:))
    }

    /// Those of the cases that the reader may open: what else is named gets no link.
    public func visible(_ ids: [CaseID], to principal: Principal) throws -> Set<CaseID> {
        guard principal.can(.readCases), !ids.isEmpty else { return [] }
        return Set(
            try transaction.all(
                """
                SELECT id FROM matter
                WHERE organisation = \(organisation) AND id IN \(list: ids) AND \(try Self.open(to: principal))
                """
            ) { try $0[0] as CaseID })
    }

    /// Those of the cases that the reader may open.
    func open(_ ids: [CaseID], to principal: Principal) throws -> [Case] {
        if ids.isEmpty { return [] }
        return try transaction.all(
            """
            SELECT \(Case.columns) FROM matter
            WHERE organisation = \(organisation) AND id IN \(list: ids) AND \(try Self.open(to: principal))
            """, Case.init(row:))
    }

    func steps(of id: CaseID) throws -> [CaseStep] {
        try transaction.all(
            """
            SELECT ordinal, move, from_state, to_state, event, actor, acted_at, form, fields, signed, via
            FROM matter_step
            WHERE organisation = \(organisation) AND matter = \(id) ORDER BY ordinal
            """, CaseStep.init(row:))
    }

    func link(_ earlier: CaseID, to later: CaseID, in write: any WriteTransaction) throws {
        try write.run(
            """
            INSERT INTO matter_link (organisation, earlier, later) VALUES (\(organisation), \(earlier), \(later))
            ON CONFLICT (organisation, earlier, later) DO NOTHING
            """)
    }

    /// The cases before and after, the earlier first.
    func links(of id: CaseID, to principal: Principal) throws -> [CaseLink] {
        // Crossed, so that SQLite begins with the few links and not with all cases of the company.
        func look(_ own: String, _ other: String) throws -> [CaseLink] {
            try transaction.all(
                """
                SELECT matter.id, matter.reference, matter.summary, matter.workflow, matter.state,
                    matter.charter_version
                FROM matter_link CROSS JOIN matter
                WHERE matter_link.organisation = \(organisation) AND matter_link.\(raw: own) = \(id)
                  AND matter.organisation = matter_link.organisation AND matter.id = matter_link.\(raw: other)
                  AND \(try Self.open(to: principal))
                ORDER BY matter.id LIMIT 50
                """
            ) { row in
                CaseLink(
                    matter: try row[0], reference: try row[1], summary: try row[2], workflow: try row[3],
                    state: try row[4], charterVersion: try row[5], isLater: other == "later")
            }
        }
        return try look("later", "earlier") + look("earlier", "later")
    }

    /// Reference and summary of cases named by duties, as far as the reader may open them.
    /// - Parameter principal: `nil` for whoever owes the duties, who must know what about.
    public func titles(
        of ids: [CaseID], to principal: Principal?
    ) throws -> [CaseID: (reference: String, summary: String)] {
        guard principal?.can(.readCases) != false, !ids.isEmpty else { return [:] }
        let open = try principal.map { try Self.open(to: $0) } ?? Self.covered(by: .all)
        let rows = try transaction.all(
            """
            SELECT id, reference, summary FROM matter
            WHERE organisation = \(organisation) AND id IN \(list: ids) AND \(open)
            """
        ) { (try $0[0] as CaseID, (reference: try $0[1] as String, summary: try $0[2] as String)) }
        return Dictionary(rows) { first, _ in first }
    }

    /// How many customers one cause has brought, where they make a batch. All of the company count, whoever may open their
    /// cases: it is a number, and no name.
    func batch(of matter: Case, in workflow: Workflow) throws -> Int? {
        guard let batch = workflow.batch, let cause = matter.cause else { return nil }
        let filed = try transaction.all(
            """
            SELECT opened_at, subject FROM matter
            WHERE organisation = \(organisation) AND workflow = \(matter.workflow) AND cause = \(cause)
              AND opened_at >= \(matter.openedAt.adding(milliseconds: -batch.milliseconds))
              AND opened_at <= \(matter.openedAt.adding(milliseconds: batch.milliseconds))
              AND subject_kind = 'customer' AND merged_into IS NULL
            ORDER BY opened_at LIMIT 2000
            """
        ) { (at: try $0[0] as Instant, customer: try $0[1] as CustomerID) }
        return batch.customers(around: matter.openedAt, filed)
    }

    /// The cases that were put into one, the earliest first.
    func merged(into id: CaseID, to principal: Principal) throws -> [Case] {
        try transaction.all(
            """
            SELECT \(Case.columns) FROM matter
            WHERE organisation = \(organisation) AND merged_into = \(id) AND \(try Self.open(to: principal))
            ORDER BY id LIMIT 50
            """, Case.init(row:))
    }

    /// Why nothing more is done in a case that was put into another.
    func refusalAsMerged(_ matter: Case) throws -> WorkflowRefusal? {
        try matter.mergedInto.map { WorkflowRefusal(.merged(into: try found($0).reference), []) }
    }

    func add(_ new: Case, in write: any WriteTransaction) throws {
        try write.run(
            """
            INSERT INTO matter (organisation, id, reference, workflow, charter_version, state, summary,
                subject_kind, subject, unit, opened_by, opened_at, touched_at, closed_at, revision, repeats,
                is_repeated, cause)
            VALUES (\(organisation), \(new.id), \(new.reference), \(new.workflow), \(new.charterVersion),
                \(new.state), \(new.summary), \(new.subjectKind), \(new.subject), \(new.unit), \(new.openedBy),
                \(new.openedAt), \(new.touchedAt), \(new.closedAt), \(new.revision), \(new.repeats),
                \(new.repeats > 0), \(new.cause))
            """)
    }

    /// How many cases of a workflow a customer has had, 100 for more.
    ///
    /// It is asked as the next one is opened. The look falls where the customer's cases lie, out of the way of other
    /// acts.
    func repeats(of workflow: String, about subject: Event.Subject) throws -> Int {
        guard subject.kind == "customer" else { return 0 }
        return try transaction.one(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM matter
                WHERE organisation = \(organisation) AND subject_kind = 'customer' AND subject = \(subject.id)
                  AND workflow = \(workflow)
                LIMIT 100) AS capped
            """, orElse: "count"
        ) { try $0[0] }
    }

    /// What is owed next in each of these cases, and by whom; a case in which nothing is owed is left out.
    func next(in ids: [CaseID]) throws -> [CaseID: CaseService.NextDuty] {
        if ids.isEmpty { return [:] }
        let open = try transaction.all(
            """
            SELECT matter, clause, opened_at, due_at, holder, id FROM obligation
            WHERE organisation = \(organisation) AND matter IN \(list: ids) AND state = 'open'
            ORDER BY due_at DESC, id DESC
            """
        ) { row in
            (
                matter: try row[0] as CaseID,
                duty: CaseService.NextDuty(
                    clause: try row[1], openedAt: try row[2], dueAt: try row[3], holder: try row[4])
            )
        }
        return Dictionary(open.map { ($0.matter, $0.duty) }) { _, sooner in sooner }
    }

    struct NewStep {
        let ordinal: Int
        let move: String?
        let from: String?
        let to: String
        let actor: StaffID
        let form: String?
        let fields: Fields
        let signed: [UInt8]?
        var via: String?
    }

    func add(_ step: NewStep, event: Event.ID, to id: CaseID, in write: any WriteTransaction) throws {
        try write.run(
            """
            INSERT INTO matter_step
                (organisation, matter, ordinal, move, from_state, to_state, event, actor, acted_at, form, fields,
                 signed, via)
            VALUES (\(organisation), \(id), \(step.ordinal), \(step.move), \(step.from), \(step.to), \(event),
                \(step.actor), \(write.now), \(step.form), \(Value.json(EventBody.encode(step.fields))), \(step.signed),
                \(step.via))
            """)
    }
}

import Organisations
import Policy
import Primitives
import Storage

/// The obligations' rows.
struct ObligationStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID

    init(_ transaction: any ReadTransaction, _ organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    struct New {
        let clause: Clause.Key
        let charterVersion: Int
        let subject: Event.Subject
        let period: String
        let reference: String?
        let customer: CustomerID?
        let matter: CaseID?
        let unit: UnitID
        let post: Post.Key
        let holder: StaffID?
        let due: Instant
        let openedBy: Event.ID
    }

    /// Opens a duty unless (clause, subject, period) has one already.
    /// - Returns: its identifier, or `nil` when there was one.
    func open(_ new: New, in write: any WriteTransaction) throws -> ObligationID? {
        try open([new], in: write)[0]
    }

    /// Opens the duties of one event together: each statement of its own would wait for its answer.
    /// - Returns: in their order, the identifier of each, or `nil` where there was one already.
    func open(_ duties: [New], in write: any WriteTransaction) throws -> [ObligationID?] {
        if duties.isEmpty { return [] }
        let rows = duties.map { (id: write.identifier(ObligationKind.self), duty: $0) }
        let count = try write.rowsChanged(by: Self.insertion(rows.map { values($0.id, $0.duty, write.now) }))
        // Nearly always all of them; SQLite would make a table of its own for what it returns.
        let opened = count == rows.count ? Set(rows.map(\.id)) : try stored(among: rows.map(\.id))
        for (id, duty) in rows where opened.contains(id) {
            if let holder = duty.holder { try addLoad(1, to: holder, in: write) }
            if duty.due < write.now { try days.correct(duty.clause, dueAt: duty.due, by: 1, write) }
        }
        return rows.map { opened.contains($0.id) ? $0.id : nil }
    }

    private func stored(among ids: [ObligationID]) throws -> Set<ObligationID> {
        let found = try transaction.all(
            "SELECT id FROM obligation WHERE organisation = \(organisation) AND id IN \(list: ids)"
        ) { try $0[0] as ObligationID }
        return Set(found)
    }

    private static let insertion = Insertion(
        into: "obligation",
        columns: """
            organisation, id, clause, charter_version, subject_kind, subject, period, reference, customer, matter, unit,
            post, holder, opened_at, due_at, opened_by, state, alarm_at
            """, ending: "ON CONFLICT (organisation, clause, subject_kind, subject, period) DO NOTHING")

    /// In the order of those columns.
    private func values(_ id: ObligationID, _ new: New, _ now: Instant) -> [Value] {
        [
            organisation.value, id.value, new.clause.value, new.charterVersion.value, new.subject.kind.value,
            new.subject.id.value, new.period.value, new.reference.value, new.customer.value, new.matter.value,
            new.unit.value, new.post.value, new.holder.value, now.value, new.due.value, new.openedBy.value,
            Obligation.State.open.rawValue.value, new.due.value,
        ]
    }

    /// How many open duties somebody holds.
    static func load(of holder: StaffID, in organisation: OrganisationID) -> RunningCount {
        RunningCount(loads, of: organisation, holder)
    }

    static let loads = RunningCount.Table("holder_load", key: "holder", number: "open_count")

    func addLoad(_ change: Int, to holder: StaffID, in write: any WriteTransaction) throws {
        try write.add(change, to: Self.load(of: holder, in: organisation))
    }

    /// By which clauses the open duties about one subject stand, next due first.
    func named(about subject: Event.Subject) throws -> [(id: ObligationID, clause: Clause.Key, charterVersion: Int)] {
        try transaction.all(
            """
            SELECT id, clause, charter_version FROM obligation
            WHERE organisation = \(organisation) AND subject_kind = \(subject.kind) AND subject = \(subject.id)
              AND state = 'open'
            ORDER BY due_at, id
            """
        ) { (try $0[0], try $0[1], try $0[2]) }
    }

    /// The open duties of one person, or of nobody, next due first.
    func open(heldBy staff: StaffID?) throws -> [Obligation] {
        let holder: SQL = staff.map { "holder = \($0)" } ?? "holder IS NULL"
        return try transaction.all(
            """
            SELECT \(Obligation.columns) FROM obligation
            WHERE organisation = \(organisation) AND \(holder) AND state = 'open' ORDER BY due_at, id
            """, Obligation.init(row:))
    }

    /// The open duties that were raised to one person, next due first.
    func open(escalatedTo staff: StaffID) throws -> [Obligation] {
        try transaction.all(
            """
            SELECT \(Obligation.columns) FROM obligation
            WHERE organisation = \(organisation) AND escalated_to = \(staff) AND state = 'open' ORDER BY due_at, id
            """, Obligation.init(row:))
    }

    func isOpen(_ id: ObligationID) throws -> Bool {
        try transaction.first(
            "SELECT 1 FROM obligation WHERE organisation = \(organisation) AND id = \(id) AND state = 'open'"
        ) { _ in true } ?? false
    }

    /// Gives an open duty to another person, or takes it from one; the loads follow.
    func give(_ obligation: Obligation, to staff: StaffID?, in write: any WriteTransaction) throws {
        // Whom it was escalated to owes it now, so it stands once in his list.
        let escalatedTo = obligation.escalatedTo == staff ? nil : obligation.escalatedTo
        try write.run(
            """
            UPDATE obligation SET holder = \(staff), escalated_to = \(escalatedTo), revision = revision + 1
            WHERE organisation = \(organisation) AND id = \(obligation.id) AND state = 'open'
              AND revision = \(obligation.revision)
            """, changing: 1, orElse: .changedMeanwhile("obligation \(obligation.id)"))
        if let holder = obligation.holder { try addLoad(-1, to: holder, in: write) }
        if let staff { try addLoad(1, to: staff, in: write) }
    }

    /// Closes an open duty, guarding against a second writer.
    func close(
        _ obligation: Obligation, as state: Obligation.State, by event: Event.ID, in write: any WriteTransaction
    ) throws {
        try write.run(
            """
            UPDATE obligation
            SET state = \(state.rawValue), closed_at = \(write.now), closed_by = \(event), alarm_at = NULL,
                is_late = \(obligation.wasLate || (state == .met && obligation.dueAt < write.now)),
                revision = revision + 1
            WHERE organisation = \(organisation) AND id = \(obligation.id) AND state = 'open'
              AND revision = \(obligation.revision)
            """, changing: 1, orElse: .changedMeanwhile("obligation \(obligation.id)"))
        if let holder = obligation.holder { try addLoad(-1, to: holder, in: write) }
        if state != .met, obligation.dueAt < write.now {
            try days.correct(obligation.clause, dueAt: obligation.dueAt, by: -1, write)
        }
    }

    private var days: AdherenceDays { AdherenceDays(organisation: organisation) }

    /// Those of a case that one event closed, in the order of their opening.
    func closed(by event: Event.ID, inCase matter: CaseID) throws -> [Obligation] {
        try transaction.all(
            """
            SELECT \(Obligation.columns) FROM obligation
            WHERE organisation = \(organisation) AND matter = \(matter) AND closed_by = \(event) ORDER BY id
            """, Obligation.init(row:))
    }

    func find(_ id: ObligationID) throws -> Obligation {
        try transaction.one(
            "SELECT \(Obligation.columns) FROM obligation WHERE organisation = \(organisation) AND id = \(id)",
            orElse: "obligation \(id)", Obligation.init(row:))
    }
}

public import Organisations
public import Policy
public import Primitives
public import Storage

/// The work queue: who owes what by when, and what becomes of it.
public struct ObligationService: Sendable {
    let database: any Database
    private let journal: Journal
    let charters: CharterShelf
    let pointed: FormReferences
    private let seal: Seal

    /// Seals personal words about a customer for the journal.
    public typealias Seal =
        @Sendable (
            _ words: [String: String], _ customer: CustomerID, _ organisation: OrganisationID,
            _ transaction: any WriteTransaction
        ) throws -> [UInt8]

    public init(
        database: any Database, journal: Journal, charters: CharterShelf, references: FormReferences,
        seal: @escaping Seal
    ) {
        self.database = database
        self.journal = journal
        self.charters = charters
        pointed = references
        self.seal = seal
    }

    /// Whose duties a list shows.
    public enum View: String, Sendable, CaseIterable, Hashable {
        /// Those that the reader owes, and those escalated to the reader.
        case mine
        /// Those of all that the reader's permission covers.
        case team
        /// What the reader has done, latest first.
        case done
    }

    /// Where a page of a list ends.
    public struct Cursor: Sendable, Hashable {
        public let instant: Instant
        public let id: ObligationID

        public init(instant: Instant, id: ObligationID) {
            self.instant = instant
            self.id = id
        }
    }

    /// A page of the work queue, overdue first, and business time as it was read.
    public struct Page: Sendable {
        public let obligations: [Obligation]
        public let next: Cursor?
        public let now: Instant

        public init(obligations: [Obligation], next: Cursor?, now: Instant) {
            self.obligations = obligations
            self.next = next
            self.now = now
        }
    }

    /// - Parameters:
    ///   - matter: only those of that case.
    ///   - customer: only those about that customer.
    public func list(
        _ view: View, matter: CaseID? = nil, customer: CustomerID? = nil, after cursor: Cursor? = nil, limit: Int = 50,
        for principal: Principal
    ) async throws -> Page {
        try await database.read(for: principal.organisation) { transaction in
            try list(
                view, matter: matter, customer: customer, after: cursor, limit: limit, for: principal, in: transaction)
        }
    }

    /// The same in a transaction at hand.
    public func list(
        _ view: View, matter: CaseID? = nil, customer: CustomerID? = nil, after cursor: Cursor? = nil, limit: Int = 50,
        for principal: Principal, in transaction: any ReadTransaction
    ) throws -> Page {
        let covered = try Self.covered(by: view, for: principal)
        var narrowing: SQL = "1 = 1"
        if let matter { narrowing = "\(narrowing) AND obligation.matter = \(matter)" }
        if let customer { narrowing = "\(narrowing) AND obligation.customer = \(customer)" }
        let rows = try Self.rows(
            view, covered, narrowing, after: cursor, limit: limit + 1, for: principal, in: transaction)
        let page = Array(rows.prefix(limit))
        let last = rows.count > limit ? page.last : nil
        return Page(
            obligations: page,
            next: last.map { Cursor(instant: view == .done ? $0.closedAt ?? $0.dueAt : $0.dueAt, id: $0.id) },
            now: transaction.now)
    }

    /// One predicate for list, counters and detail.
    static func covered(by view: View, for principal: Principal) throws -> SQL {
        switch view {
        case .mine, .done: return "obligation.holder = \(principal.staff)"
        case .team:
            return try principal.reach(.readObligations).covers(unit: "obligation.unit", owner: "obligation.holder")
        }
    }

    private static func rows(
        _ view: View, _ covered: SQL, _ narrowing: SQL, after cursor: Cursor?, limit: Int, for principal: Principal,
        in transaction: any ReadTransaction
    ) throws -> [Obligation] {
        let covered: SQL = "\(covered) AND \(narrowing)"
        switch view {
        case .done:
            let before: SQL = cursor.map { "AND (closed_at, id) < (\($0.instant), \($0.id))" } ?? ""
            return try transaction.all(
                """
                SELECT \(Obligation.columns) FROM obligation
                WHERE organisation = \(principal.organisation) AND \(covered) AND state <> 'open' \(before)
                ORDER BY closed_at DESC, id DESC LIMIT \(limit: limit)
                """, Obligation.init(row:))
        case .team:
            let after: SQL = cursor.map { "AND (due_at, id) > (\($0.instant), \($0.id))" } ?? ""
            return try transaction.all(
                """
                SELECT \(Obligation.columns) FROM obligation
                WHERE organisation = \(principal.organisation) AND \(covered) AND state = 'open' \(after)
                ORDER BY due_at, id LIMIT \(limit: limit)
                """, Obligation.init(row:))
        case .mine:
            // Two index ranges instead of an OR that no index serves.
            let after: SQL = cursor.map { "AND (due_at, id) > (\($0.instant), \($0.id))" } ?? ""
            let own = try transaction.all(
                """
                SELECT \(Obligation.columns) FROM obligation
                WHERE organisation = \(principal.organisation) AND \(covered) AND state = 'open' \(after)
                ORDER BY due_at, id LIMIT \(limit: limit)
                """, Obligation.init(row:))
            let escalated = try transaction.all(
                """
                SELECT \(Obligation.columns) FROM obligation
                WHERE organisation = \(principal.organisation) AND escalated_to = \(principal.staff)
                  AND \(narrowing) AND state = 'open' \(after)
                ORDER BY due_at, id LIMIT \(limit: limit)
                """, Obligation.init(row:))
            if escalated.isEmpty { return own }
            let known = Set(own.map(\.id))
            return Array(
                (own + escalated.filter { !known.contains($0.id) })
                    .sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }.prefix(limit))
        }
    }

    /// Counters of the menu, each capped: 100 stands for "99+".
    public struct Counts: Sendable, Hashable {
        public let mine: Int
        public let overdue: Int
        public let team: Int
    }

    public func counts(for principal: Principal) async throws -> Counts {
        try await database.read(for: principal.organisation) { try counts(for: principal, in: $0) }
    }

    /// The same in a transaction at hand.
    public func counts(for principal: Principal, in transaction: any ReadTransaction) throws -> Counts {
        // In the order of the lists, so that the engine takes their indexes and not one of the whole history;
        // what is overdue comes first there.
        func count(_ condition: SQL) throws -> (all: Int, overdue: Int) {
            try transaction.one(
                """
                SELECT count(*), coalesce(sum(CASE WHEN due_at < \(transaction.now) THEN 1 ELSE 0 END), 0) FROM (
                    SELECT due_at FROM obligation
                    WHERE organisation = \(principal.organisation) AND state = 'open' AND \(condition)
                    ORDER BY due_at, id LIMIT 100) AS capped
                """, orElse: "count"
            ) { (try $0[0], try $0[1]) }
        }
        let mine = try count(Self.covered(by: .mine, for: principal))
        // Only what is not counted as the reader's own.
        let escalated = try count(
            "escalated_to = \(principal.staff) AND (holder IS NULL OR holder <> \(principal.staff))"
        ).all
        return Counts(
            mine: min(100, mine.all + escalated), overdue: min(100, mine.overdue + escalated),
            team: principal.can(.readObligations) ? try count(Self.covered(by: .team, for: principal)).all : 0)
    }

    /// How much a person carries.
    public struct Load: Sendable {
        public let staff: StaffID
        public let name: String
        public let capacity: Int
        public let awayUntil: CalendarDay?
        public let overdue: Int
        /// Due until the given instant, the overdue ones not counted.
        public let today: Int
        public let later: Int
        public var total: Int { overdue + today + later }
    }

    /// The open duties per person within reach, most loaded first.
    public func loads(within reach: Reach, until tonight: Instant, for principal: Principal) async throws -> [Load] {
        try await database.read(for: principal.organisation) {
            try loads(within: reach, until: tonight, for: principal, in: $0)
        }
    }

    /// The same in a transaction at hand.
    public func loads(
        within reach: Reach, until tonight: Instant, for principal: Principal, in transaction: any ReadTransaction
    ) throws -> [Load] {
        let now = transaction.now
        // Of the duties that fall due later only the kept number is read.
        let people = try transaction.all(
            """
            SELECT staff.id, staff.name, staff.capacity, staff.away_until, holder_load.open_count
            FROM staff JOIN holder_load
              ON holder_load.organisation = staff.organisation AND holder_load.holder = staff.id
            WHERE staff.organisation = \(principal.organisation) AND staff.left_on IS NULL
              AND holder_load.open_count > 0 AND \(reach.covers(unit: "staff.unit", owner: "staff.id"))
            """
        ) {
            (
                id: try $0[0] as StaffID, name: try $0[1] as String, capacity: try $0[2] as Int,
                awayUntil: try $0[3] as CalendarDay?, all: try $0[4] as Int
            )
        }
        if people.isEmpty { return [] }
        let near = try transaction.all(
            """
            SELECT holder, sum(CASE WHEN due_at < \(now) THEN 1 ELSE 0 END), count(*) FROM obligation
            WHERE organisation = \(principal.organisation) AND state = 'open'
              AND holder IN \(list: people.map(\.id)) AND due_at <= \(tonight)
            GROUP BY holder
            """
        ) { (try $0[0] as StaffID, (overdue: try $0[1] as Int, all: try $0[2] as Int)) }
        let byHolder = Dictionary(near) { first, _ in first }
        return people.map { person in
            let (overdue, soon) = byHolder[person.id] ?? (0, 0)
            return Load(
                staff: person.id, name: person.name, capacity: person.capacity, awayUntil: person.awayUntil,
                overdue: overdue, today: soon - overdue, later: max(0, person.all - soon))
        }.sorted { ($0.total, $0.name) > ($1.total, $1.name) }
    }

    /// One duty with what led to it.
    public struct Detail: Sendable {
        public let obligation: Obligation
        public let clause: Clause
        public let charter: Charter
        /// The reckoning of its deadline; `nil` where the calendar could not say.
        public let due: Due?
        public let openedBy: Event
        public let holderName: String?
        public let escalatedToName: String?
        public let now: Instant
    }

    /// - Throws: `.notFound` for what the reader may not see, as for what is not there.
    public func find(_ id: ObligationID, for principal: Principal) async throws -> Detail {
        try await database.read(for: principal.organisation) { [charters] transaction in
            let obligation = try Self.visible(id, for: principal, in: transaction)
            let charter = try charters.version(
                obligation.charterVersion, of: principal.organisation, in: transaction)
            guard let clause = charter.clause(obligation.clause), let duty = clause.duty else {
                throw StorageError.notFound("clause \(obligation.clause)")
            }
            let event = try EventStore(transaction).find(obligation.openedBy, in: principal.organisation)
            let names = OrganisationStore(transaction)
            return Detail(
                obligation: obligation, clause: clause, charter: charter,
                due: try? charter.calendar.due(duty.within, from: event.occurredAt, fields: event.body),
                openedBy: event,
                holderName: try obligation.holder.flatMap { try names.name(of: $0, in: principal.organisation) },
                escalatedToName: try obligation.escalatedTo.flatMap {
                    try names.name(of: $0, in: principal.organisation)
                }, now: transaction.now)
        }
    }

    static func visible(_ id: ObligationID, for principal: Principal, in transaction: any ReadTransaction) throws
        -> Obligation
    {
        let obligation = try ObligationStore(transaction, principal.organisation).find(id)
        if obligation.holder == principal.staff || obligation.escalatedTo == principal.staff { return obligation }
        guard let reach = try? principal.reach(.readObligations),
            reach.covers(unit: obligation.unit, owner: obligation.holder)
        else { throw StorageError.notFound("obligation \(id)") }
        return obligation
    }

    /// What `visible` lets through, as a condition.
    static func visible(to principal: Principal) -> SQL {
        let own: SQL = "obligation.holder = \(principal.staff) OR obligation.escalated_to = \(principal.staff)"
        guard let reach = try? principal.reach(.readObligations) else { return "(\(own))" }
        return "(\(own) OR \(reach.covers(unit: "obligation.unit", owner: "obligation.holder")))"
    }

    /// The duties of one case that the reader may open, oldest first.
    public func list(ofCase matter: CaseID, for principal: Principal) async throws -> [Obligation] {
        try await database.read(for: principal.organisation) { transaction in
            try list(ofCase: matter, for: principal, in: transaction)
        }
    }

    public func list(
        ofCase matter: CaseID, for principal: Principal, in transaction: any ReadTransaction
    ) throws -> [Obligation] {
        try transaction.all(
            """
            SELECT \(Obligation.columns) FROM obligation
            WHERE organisation = \(principal.organisation) AND matter = \(matter)
              AND \(Self.visible(to: principal)) ORDER BY id
            """, Obligation.init(row:))
    }

    /// The open duties about one customer that the reader may open, next due first.
    public func list(ofCustomer customer: CustomerID, for principal: Principal, limit: Int = 20) async throws
        -> [Obligation]
    {
        try await database.read(for: principal.organisation) { transaction in
            try transaction.all(
                """
                SELECT \(Obligation.columns) FROM obligation
                WHERE organisation = \(principal.organisation) AND customer = \(customer) AND state = 'open'
                  AND \(Self.visible(to: principal)) ORDER BY due_at, id LIMIT \(limit: limit)
                """, Obligation.init(row:))
        }
    }

    /// Why a duty cannot be ticked off, waived or handed over.
    public enum Refusal: Error, Sendable, Equatable {
        /// Discharged by an act elsewhere: these events.
        case metByEvent(events: [String], clause: Clause.Key)
        /// Somebody else owes it.
        case notTheHolder(clause: Clause.Key)
        /// Closed already.
        case closed(Obligation.State, clause: Clause.Key)
        /// It was to be given to somebody who has left, or of a post that may not do it; these may.
        case notTheirs(clause: Clause.Key, posts: [Post.Key])
        /// No clause by which something is owed in the case lets it wait, or what is owed is overdue.
        case notPausable(clauses: [Clause.Key])
        /// It was to be given to somebody who may not see the case or the customer that it is about.
        case outOfTheirSight(clause: Clause.Key)
    }

    /// The holder says that it is done.
    /// - Parameter input: the fields of the duty's form, or `note`.
    /// - Throws: `Refusal`, `FormFaults`, `.changedMeanwhile`.
    public func tickOff(_ id: ObligationID, input: Fields, revision: Int?, by principal: Principal) async throws {
        try await database.write(for: principal.organisation) { transaction in
            _ = try tickOff(id, input: input, revision: revision, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency; the duty as it is then.
    public func tickOff(
        _ id: ObligationID, input: Fields, revision: Int?, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> Obligation {
        let obligation = try Self.current(id, revision, for: principal, in: transaction)
        guard
            obligation.holder == principal.staff || obligation.escalatedTo == principal.staff
                || obligation.holder == nil
        else { throw Refusal.notTheHolder(clause: obligation.clause) }
        let charter = try charters.version(obligation.charterVersion, of: principal.organisation, in: transaction)
        guard let duty = charter.clause(obligation.clause)?.duty else {
            throw StorageError.notFound("clause \(obligation.clause)")
        }
        guard duty.metBy.isEmpty else {
            throw Refusal.metByEvent(events: duty.metBy, clause: obligation.clause)
        }
        let form = duty.form.flatMap(charter.form)?.fields ?? [Self.noteField]
        var fields = try Form.parse(input, by: form, zone: charter.calendar.zone, at: transaction.now)
        try pointed.check(fields, by: form, for: principal, in: transaction)
        var secret: [UInt8]?
        if let customer = obligation.customer {
            var personal: [String: String] = [:]
            for field in form where field.isPersonal {
                personal[field.key] = fields.removeValue(forKey: field.key)?.text
            }
            if !personal.isEmpty { secret = try seal(personal, customer, principal.organisation, transaction) }
        }
        try Self.act(
            "obligation.ticked_off", on: obligation, as: .met, body: fields, secret: secret, principal, transaction,
            journal)
        return try ObligationStore(transaction, principal.organisation).find(id)
    }

    /// Somebody with the right lets a duty go, with a reason.
    public func waive(_ id: ObligationID, reason: String, revision: Int?, by principal: Principal) async throws {
        try await database.write(for: principal.organisation) { transaction in
            _ = try waive(id, reason: reason, revision: revision, by: principal, in: transaction)
        }
    }

    public func waive(
        _ id: ObligationID, reason: String, revision: Int?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Obligation {
        let reach = try principal.reach(.waiveObligations)
        let obligation = try Self.current(id, revision, for: principal, in: transaction)
        guard reach.covers(unit: obligation.unit, owner: obligation.holder) else {
            throw Denial(action: .waiveObligations, beyond: principal)
        }
        let fields = try Form.parse(
            ["reason": .text(reason)], by: [Self.reason], zone: try Self.zone(principal, charters, transaction),
            at: transaction.now)
        try Self.act("obligation.waiver", on: obligation, as: .waived, body: fields, principal, transaction, journal)
        return try ObligationStore(transaction, principal.organisation).find(id)
    }

    /// Gives a duty to another person in reach who may do it; the deadline stays.
    /// - Throws: `Denial`, `Refusal`, `.changedMeanwhile`.
    public func reassign(_ id: ObligationID, to staff: StaffID, revision: Int?, by principal: Principal) async throws {
        try await database.write(for: principal.organisation) { transaction in
            _ = try reassign(id, to: staff, revision: revision, by: principal, in: transaction)
        }
    }

    public func reassign(
        _ id: ObligationID, to staff: StaffID, revision: Int?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Obligation {
        let reach = try principal.reach(.waiveObligations)
        let obligation = try Self.current(id, revision, for: principal, in: transaction)
        let person = try OrganisationStore(transaction).staff(staff, of: principal.organisation)
        guard reach.covers(unit: obligation.unit, owner: obligation.holder),
            reach.covers(unit: person.unit, owner: staff)
        else { throw Denial(action: .waiveObligations, beyond: principal) }
        try check(person, asHeirOf: obligation, in: principal.organisation, transaction)
        let store = ObligationStore(transaction, principal.organisation)
        try store.give(obligation, to: staff, in: transaction)
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: "obligation.reassigned",
                subject: Event.Subject("obligation", id), matter: obligation.matter, unit: obligation.unit,
                actor: .staff(principal.staff), charterVersion: obligation.charterVersion,
                body: ["clause": .text(obligation.clause), "holder": .text(staff.description)]), in: transaction)
        return try store.find(id)
    }

    /// What a duty without a form of its own asks for.
    public static let noteField = FormField(
        key: "note", title: LocalizedText(simplified: "说明", traditional: "說明", english: "Note"),
        kind: .text(maximum: 2000), isRequired: false, isPersonal: true, clauses: [])
    /// What letting somebody off a duty asks for.
    public static let reason = FormField(
        key: "reason", title: LocalizedText(simplified: "理由", traditional: "理由", english: "Reason"),
        kind: .text(maximum: 2000), isRequired: true, isPersonal: false, clauses: [])

    private static func zone(
        _ principal: Principal, _ charters: CharterShelf, _ transaction: any ReadTransaction
    ) throws -> Zone {
        try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction).calendar.zone
    }

    private static func current(
        _ id: ObligationID, _ revision: Int?, for principal: Principal, in transaction: any WriteTransaction
    ) throws -> Obligation {
        let obligation = try visible(id, for: principal, in: transaction)
        guard obligation.state == .open else { throw Refusal.closed(obligation.state, clause: obligation.clause) }
        try EditConflict.check(
            revision, is: obligation.revision, of: Event.Subject("obligation", id), in: principal.organisation,
            transaction)
        return obligation
    }

    private static func act(
        _ type: String, on obligation: Obligation, as state: Obligation.State, body: Fields, secret: [UInt8]? = nil,
        _ principal: Principal, _ transaction: any WriteTransaction, _ journal: Journal
    ) throws {
        var said = body
        said["clause"] = .text(obligation.clause)
        let event = try journal.record(
            EventDraft(
                organisation: principal.organisation, type: type, subject: Event.Subject("obligation", obligation.id),
                matter: obligation.matter, unit: obligation.unit, actor: .staff(principal.staff),
                charterVersion: obligation.charterVersion, body: said, secret: secret), in: transaction)
        try Discharge(
            store: ObligationStore(transaction, principal.organisation), journal: journal, transaction: transaction
        ).close(obligation, as: state, because: event)
    }
}

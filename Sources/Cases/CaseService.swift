public import Customers
public import Organisations
public import Policy
public import Primitives
public import Storage

/// One engine for every workflow of a charter.
public struct CaseService: Sendable {
    private let database: any Database
    private let journal: Journal
    private let charters: CharterShelf
    private let references: ReferenceNumbers
    private let secrets: PersonKeys
    private let pointed: FormReferences

    public init(
        database: any Database, journal: Journal, charters: CharterShelf, references: ReferenceNumbers,
        secrets: PersonKeys
    ) {
        self.database = database
        self.journal = journal
        self.charters = charters
        self.references = references
        self.secrets = secrets
        pointed = FormReferences(charters: charters)
    }

    // MARK: Acts

    /// Opens a case of a workflow.
    /// - Throws: `WorkflowRefusal`, `FormFaults`, `Denial`, `.notFound` for a customer out of reach.
    public func start(_ workflow: String, input: Fields, by principal: Principal) async throws -> Case {
        let registration = try await prepare(workflow, input: input, by: principal)
        return try await database.write(for: principal.organisation) { try start(registration, by: principal, in: $0) }
    }

    /// What is registered, as far as it can be worked out before the act, so that acts stay short.
    public struct Registration: Sendable {
        fileprivate let workflow: String
        fileprivate let input: Fields
        fileprivate let reference: String
        /// What the form of that charter made of the input; `nil` where it found faults, which the act will tell.
        fileprivate let read: (version: Int, fields: Fields)?
        /// The personal words among them, where their customer has a key.
        fileprivate let secret: PersonKeys.Prepared?
    }

    /// Reads the form and draws a case number, so that acts never wait for one counter.
    public func prepare(_ key: String, input: Fields, by principal: Principal) async throws -> Registration {
        _ = try principal.reach(.actOnCases)
        let (prefix, year, read, secret) = try await database.read(for: principal.organisation) {
            [charters, secrets] transaction in
            let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
            guard let workflow = charter.workflow(key) else { throw WorkflowRefusal(.unknownWorkflow(key), []) }
            _ = try workflow.decideStart(by: principal.post)
            let zone = charter.calendar.zone
            // A fault waits for the act: of a request that was answered before, that answer comes first.
            let form = charter.form(workflow.start.form)
            let fields = try? form?.parse(input, zone: zone, at: transaction.now)
            var secret: PersonKeys.Prepared?
            if let fields, let form, form.field(workflow.subject)?.kind == .customer,
                let customer = fields[workflow.subject].flatMap({ CustomerID($0.text) })
            {
                let personal = workflow.started(with: fields).fields.parted(by: form.fields).personal
                if !personal.isEmpty {
                    secret = try secrets.prepare(
                        personal, for: customer, of: principal.organisation, in: transaction)
                }
            }
            return (
                workflow.reference, zone.local(transaction.now).day.year,
                fields.map { (version: charter.version, fields: $0) }, secret
            )
        }
        return Registration(
            workflow: key, input: input,
            reference: try await references.next(prefix, year: year, for: principal.organisation), read: read,
            secret: secret)
    }

    /// Opens the case within a transaction at hand, for request idempotency.
    public func start(
        _ registration: Registration, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> Case {
        _ = try principal.reach(.actOnCases)
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        guard let workflow = charter.workflow(registration.workflow), let form = charter.form(workflow.start.form)
        else { throw WorkflowRefusal(.unknownWorkflow(registration.workflow), []) }
        _ = try workflow.decideStart(by: principal.post)
        let fields: Fields
        if let read = registration.read, read.version == charter.version {
            fields = read.fields
        } else {
            fields = try form.parse(registration.input, zone: charter.calendar.zone, at: transaction.now)
        }
        try pointed.check(fields, by: form.fields, for: principal, in: transaction)
        let decision = workflow.started(with: fields)
        let (subject, unit) = try place(
            of: workflow, form: form, fields: fields, principal: principal, in: transaction)
        let new = Case(
            id: transaction.identifier(), reference: registration.reference, workflow: registration.workflow,
            charterVersion: charter.version,
            state: decision.state, summary: form.summary(of: fields), subject: subject, unit: unit,
            openedBy: principal.staff, at: transaction.now, isFinal: decision.isFinal)
        let store = CaseStore(transaction, principal.organisation)
        try store.add(new, in: transaction)
        let event = try record(
            decision, form: form, reference: new.reference, subject: subject, matter: new.id, charter: charter,
            unit: unit, by: principal, beginsMatter: true, prepared: registration.secret, in: transaction)
        try store.add(
            CaseStore.NewStep(
                ordinal: 0, move: nil, from: nil, to: decision.state, actor: principal.staff, form: form.key,
                fields: fields), event: event.id, to: new.id, in: transaction)
        return new
    }

    /// Makes a move; the case keeps the charter that opened it.
    /// - Parameter revision: what the reader saw; `nil` skips the check.
    /// - Throws: `WorkflowRefusal`, `FormFaults`, `Denial`, `.notFound`, `EditConflict`.
    public func move(
        _ id: CaseID, _ move: String, input: Fields, revision: Int?, by principal: Principal
    ) async throws -> Case {
        try await database.write(for: principal.organisation) { transaction in
            try self.move(id, move, input: input, revision: revision, by: principal, in: transaction)
        }
    }

    public func move(
        _ id: CaseID, _ key: String, input: Fields, revision: Int?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Case {
        let reach = try principal.reach(.actOnCases)
        let store = CaseStore(transaction, principal.organisation)
        let current = try store.find(id, within: reach)
        try check(revision, of: current, by: principal, in: transaction)
        let charter = try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
        guard let workflow = charter.workflow(current.workflow) else {
            throw WorkflowRefusal(.unknownWorkflow(current.workflow), [])
        }
        let made = try store.made(in: id)
        let move = try workflow.decideMove(key, from: current.state, by: principal.post, made: made.moves)
        let form = move.form.flatMap(charter.form)
        let fields = try Form.parse(
            input, by: form?.fields ?? [], zone: charter.calendar.zone, at: transaction.now)
        try pointed.check(fields, by: form?.fields ?? [], for: principal, in: transaction)
        let decision = workflow.decision(of: move, fields: fields)
        let now = transaction.now
        try transaction.run(
            """
            UPDATE matter SET state = \(decision.state), touched_at = \(now),
                closed_at = \(decision.isFinal ? now : nil), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(id) AND revision = \(current.revision)
            """, changing: 1, orElse: .changedMeanwhile("case \(id)"))
        let event = try record(
            decision, form: form, reference: current.reference,
            subject: Event.Subject(current.subjectKind, current.subject), matter: id, charter: charter,
            unit: current.unit, by: principal, in: transaction)
        try store.add(
            CaseStore.NewStep(
                ordinal: made.count, move: key, from: current.state, to: decision.state, actor: principal.staff,
                form: form?.key, fields: fields), event: event.id, to: id, in: transaction)
        return try store.find(id, within: .all)
    }

    /// - Throws: `EditConflict` that names who made the last step, and when.
    private func check(
        _ seen: Int?, of matter: Case, by principal: Principal, in transaction: any ReadTransaction
    ) throws {
        guard let seen, seen != matter.revision else { return }
        let last = try CaseStore(transaction, principal.organisation).steps(of: matter.id).last
        throw EditConflict(
            subject: Event.Subject("case", matter.id),
            changedBy: try last.map {
                try OrganisationStore(transaction).staff($0.actor, of: principal.organisation).name
            }, changedAt: last?.at ?? matter.touchedAt, revision: matter.revision)
    }

    private func record(
        _ decision: CaseDecision, form: Form?, reference: String, subject: Event.Subject, matter: CaseID,
        charter: Charter, unit: UnitID, by principal: Principal, beginsMatter: Bool = false,
        prepared: PersonKeys.Prepared? = nil, in transaction: any WriteTransaction
    ) throws -> Event {
        // Only customers have keys; words about others stay in the body rather than get lost.
        var (body, personal) =
            subject.kind == "customer" ? decision.fields.parted(by: form?.fields ?? []) : (decision.fields, [:])
        body["reference"] = .text(reference)
        let secret: [UInt8]? =
            personal.isEmpty
            ? nil
            : try secrets.seal(
                personal, for: CustomerID(subject.id), of: principal.organisation, prepared: prepared, in: transaction)
        var draft = EventDraft(
            organisation: principal.organisation, type: decision.event, subject: subject, matter: matter,
            unit: unit, actor: .staff(principal.staff), charterVersion: charter.version, body: body, secret: secret)
        draft.beginsMatter = beginsMatter
        return try journal.record(draft, in: transaction)
    }

    /// Whom or what the case is about, and the unit that it counts in: the subject's own, where the opener may act
    /// on the case there, else the opener's.
    private func place(
        of workflow: Workflow, form: Form, fields: Fields, principal: Principal, in transaction: any ReadTransaction
    ) throws -> (Event.Subject, UnitID) {
        let (subject, home) = try subject(of: workflow, form: form, fields: fields, principal, transaction)
        let reach = try principal.reach(.actOnCases)
        guard let home, reach.covers(unit: home, owner: principal.staff) else { return (subject, principal.unit) }
        return (subject, home)
    }

    private func subject(
        of workflow: Workflow, form: Form, fields: Fields, _ principal: Principal, _ transaction: any ReadTransaction
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

    // MARK: Reading

    /// A case with its steps, its workflow and what the reader may do next.
    public struct Detail: Sendable {
        public let matter: Case
        public let steps: [CaseStep]
        public let charter: Charter
        public let workflow: Workflow
        /// The moves that lead on; each with why this reader may not make it now, if so.
        public let moves: [(move: Workflow.Move, refusal: WorkflowRefusal?)]
        public let names: [StaffID: String]
        public let now: Instant
    }

    public func find(_ id: CaseID, for principal: Principal) async throws -> Detail {
        let reach = try principal.reach(.readCases)
        return try await database.read(for: principal.organisation) { [charters] transaction in
            let store = CaseStore(transaction, principal.organisation)
            let matter = try store.find(id, within: reach)
            let steps = try store.steps(of: id)
            let charter = try charters.version(matter.charterVersion, of: principal.organisation, in: transaction)
            guard let workflow = charter.workflow(matter.workflow) else {
                throw StorageError.notFound("workflow \(matter.workflow)")
            }
            let made = Set(steps.compactMap(\.move))
            let moves = workflow.moves(from: matter.state, made: made).map { move in
                do throws(WorkflowRefusal) {
                    _ = try workflow.decideMove(move.key, from: matter.state, by: principal.post, made: made)
                    return (move: move, refusal: WorkflowRefusal?.none)
                } catch {
                    return (move: move, refusal: WorkflowRefusal?.some(error))
                }
            }
            return Detail(
                matter: matter, steps: steps, charter: charter, workflow: workflow, moves: moves,
                names: try OrganisationStore(transaction).names(of: principal.organisation), now: transaction.now)
        }
    }

    public struct Filter: Sendable, Hashable {
        public var isOpen: Bool?
        public var workflow: String?
        public var customer: CustomerID?
        /// The beginning of a case number.
        public var reference: String?

        public init(
            isOpen: Bool? = nil, workflow: String? = nil, customer: CustomerID? = nil, reference: String? = nil
        ) {
            self.isOpen = isOpen
            self.workflow = workflow
            self.customer = customer
            self.reference = reference
        }
    }

    public struct Page: Sendable {
        public let cases: [Case]
        public let next: CaseID?
        public let charter: Charter
        public let now: Instant
    }

    /// Newest first; `before` is the last of the page that went before.
    public func list(_ filter: Filter, before: CaseID? = nil, limit: Int = 50, for principal: Principal) async throws
        -> Page
    {
        let reach = try principal.reach(.readCases)
        return try await database.read(for: principal.organisation) { [charters] transaction in
            var conditions: SQL = "organisation = \(principal.organisation) AND \(CaseStore.covered(by: reach))"
            switch filter.isOpen {
            case true?: conditions = "\(conditions) AND closed_at IS NULL"
            case false?: conditions = "\(conditions) AND closed_at IS NOT NULL"
            case nil: break
            }
            if let workflow = filter.workflow { conditions = "\(conditions) AND workflow = \(workflow)" }
            if let customer = filter.customer {
                conditions = "\(conditions) AND subject_kind = 'customer' AND subject = \(customer)"
            }
            if let reference = filter.reference?.uppercased() {
                conditions = "\(conditions) AND reference >= \(reference) AND reference < \(reference + "\u{10FFFF}")"
            }
            if let before { conditions = "\(conditions) AND id < \(before)" }
            let rows = try transaction.all(
                "SELECT \(Case.columns) FROM matter WHERE \(conditions) ORDER BY id DESC LIMIT \(limit: limit + 1)",
                Case.init(row:))
            return Page(
                cases: Array(rows.prefix(limit)), next: rows.count > limit ? rows[limit - 1].id : nil,
                charter: try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction),
                now: transaction.now)
        }
    }

    /// How many open cases the reader may see, capped at 100.
    public func openCount(for principal: Principal) async throws -> Int {
        try await database.read(for: principal.organisation) { try openCount(for: principal, in: $0) }
    }

    /// The same in a transaction at hand.
    public func openCount(for principal: Principal, in transaction: any ReadTransaction) throws -> Int {
        guard let reach = try? principal.reach(.readCases) else { return 0 }
        return try transaction.one(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM matter WHERE organisation = \(principal.organisation) AND closed_at IS NULL
                  AND \(CaseStore.covered(by: reach)) ORDER BY id DESC LIMIT 100) AS capped
            """, orElse: "count"
        ) { try $0[0] }
    }
}

extension Form {
    /// The first words of the first text field.
    func summary(of fields: Fields) -> String {
        for field in self.fields {
            switch field.kind {
            case .text, .line:
                guard let text = fields[field.key]?.text else { continue }
                let line = text.split(separator: "\n").first.map(String.init) ?? text
                return line.count > 60 ? String(line.prefix(59)) + "…" : line
            default: continue
            }
        }
        return title.simplified
    }
}

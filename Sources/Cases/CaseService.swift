public import Customers
public import Organisations
public import Policy
public import Primitives
public import Storage

/// One engine for every workflow of a charter.
public struct CaseService: Sendable {
    let database: any Database
    let journal: Journal
    let charters: CharterShelf
    let references: ReferenceNumbers
    let secrets: PersonKeys
    let pointed: FormReferences

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
            let fields = try? form?.parse(OutgoingWords(input).input, zone: zone, at: transaction.now)
            var secret: PersonKeys.Prepared?
            if let fields, let form, form.field(workflow.subject)?.kind == .customer,
                let customer = fields[workflow.subject].flatMap({ CustomerID($0.text) })
            {
                let personal = fields.parted(by: form.fields).personal
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
        let words = OutgoingWords(registration.input)
        let fields: Fields
        if let read = registration.read, read.version == charter.version {
            fields = read.fields
        } else {
            fields = try form.parse(words.input, zone: charter.calendar.zone, at: transaction.now)
        }
        let said = try words.check(fields, by: form.fields, charter: charter)
        try pointed.check(fields, by: form.fields, for: principal, in: transaction)
        let acts = acts(by: principal, charter, transaction)
        let (matter, event) = try acts.open(
            workflow, form: form, fields: fields, reference: registration.reference, prepared: registration.secret)
        try acts.record(said, in: event)
        return matter
    }

    func acts(
        by principal: Principal, _ charter: Charter, _ transaction: any WriteTransaction, via: String? = nil
    ) -> CaseActs {
        CaseActs(
            principal: principal, charter: charter, journal: journal, secrets: secrets, pointed: pointed,
            transaction: transaction, via: via)
    }

    /// Numbers for the cases that a move may open, drawn before the act so that acts never wait for one counter.
    public struct Numbers: Sendable {
        fileprivate(set) var drawn: [String: [String]] = [:]
        public static let none = Numbers()
    }

    /// Draws the numbers of the cases that may follow from a move; those not needed stay gaps.
    public func prepareMove(_ id: CaseID, _ key: String, by principal: Principal) async throws -> Numbers {
        let (wanted, year) = try await database.read(for: principal.organisation) { [charters] transaction in
            let current = try CaseStore(transaction, principal.organisation)
                .find(id, to: principal, for: .actOnCases)
            let charter = try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
            let opens = charter.workflow(current.workflow)?.state(current.state)?.move(key)?.opens ?? []
            return (
                opens.compactMap { opening in
                    charter.workflow(opening.workflow).map { (workflow: $0.key, prefix: $0.reference) }
                }, charter.calendar.zone.local(transaction.now).day.year
            )
        }
        var numbers = Numbers()
        for (workflow, prefix) in wanted {
            numbers.drawn[workflow, default: []]
                .append(try await references.next(prefix, year: year, for: principal.organisation))
        }
        return numbers
    }

    /// Makes a move; the case keeps the charter that opened it.
    /// - Parameter revision: what the reader saw; `nil` skips the check.
    /// - Throws: `WorkflowRefusal`, `FormFaults`, `Denial`, `.notFound`, `EditConflict`.
    public func move(
        _ id: CaseID, _ move: String, input: Fields, revision: Int?, by principal: Principal
    ) async throws -> Case {
        let numbers = try await prepareMove(id, move, by: principal)
        return try await database.write(for: principal.organisation) { transaction in
            try self.move(id, move, input: input, revision: revision, numbers, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    /// - Parameter numbers: as `prepareMove` drew them.
    public func move(
        _ id: CaseID, _ key: String, input: Fields, revision: Int?, _ numbers: Numbers, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Case {
        try move(id, key, input: input, revision: revision, numbers, by: principal, via: nil, in: transaction)
    }

    /// - Parameter via: as which part of the program a customer makes the move, in the place of the principal.
    func move(
        _ id: CaseID, _ key: String, input: Fields, revision: Int?, _ numbers: Numbers, by principal: Principal,
        via: String?, in transaction: any WriteTransaction
    ) throws -> Case {
        let store = CaseStore(transaction, principal.organisation)
        let current = try store.find(id, to: principal, for: .actOnCases)
        try check(revision, of: current, by: principal, in: transaction)
        let charter = try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
        guard let workflow = charter.workflow(current.workflow) else {
            throw WorkflowRefusal(.unknownWorkflow(current.workflow), [])
        }
        let steps = try store.steps(of: id)
        let record = CaseRecord(steps, charter: charter)
        let move = try workflow.decideMove(
            key, from: current.state, by: principal.post, principal.staff, record: record,
            made: record.standing(workflow, of: id))
        let form = move.form.flatMap(charter.form)
        let words = OutgoingWords(input)
        let fields = try Form.parse(
            words.input, by: form?.fields ?? [], known: record.latest, zone: charter.calendar.zone,
            at: transaction.now)
        let said = try words.check(fields, by: form?.fields ?? [], charter: charter)
        try pointed.check(fields, by: form?.fields ?? [], for: principal, in: transaction)
        let decision = workflow.decision(of: move, fields: fields)
        try transaction.run(
            """
            UPDATE matter SET state = \(decision.state), touched_at = \(transaction.now),
                closed_at = \(decision.isFinal ? transaction.now : nil), revision = revision + 1
            WHERE organisation = \(principal.organisation) AND id = \(id) AND revision = \(current.revision)
            """, changing: 1, orElse: .changedMeanwhile("case \(id)"))
        let acts = acts(by: principal, charter, transaction, via: via)
        let event = try acts.record(
            decision, move: key, form: form, reference: current.reference,
            subject: Event.Subject(current.subjectKind, current.subject), matter: id, unit: current.unit)
        // Whoever signs signs the move's own form too, where it is among those named.
        let now = record.adding(CaseRecord.Step(move: key, form: form?.key, fields: fields))
        let signed = move.signs.isEmpty ? nil : now.seal(over: move.signs, of: id)
        try store.add(
            CaseStore.NewStep(
                ordinal: steps.count, move: key, from: current.state, to: decision.state, actor: principal.staff,
                form: form?.key, fields: fields, signed: signed, via: via), event: event.id, to: id, in: transaction)
        try acts.record(said, in: event)
        try acts.follow(move, fields: fields, record: record, from: current, because: event, numbers: numbers.drawn)
        return try store.found(id)
    }

    /// - Throws: `EditConflict` that names who made the last step, and when.
    private func check(
        _ seen: Int?, of matter: Case, by principal: Principal, in transaction: any ReadTransaction
    ) throws {
        guard let seen, seen != matter.revision else { return }
        let last = try CaseStore(transaction, principal.organisation).steps(of: matter.id).last
        throw EditConflict(
            subject: Event.Subject("case", matter.id),
            changedBy: try last.flatMap {
                $0.via != nil
                    ? nil : try OrganisationStore(transaction).staff($0.actor, of: principal.organisation).name
            }, changedAt: last?.at ?? matter.touchedAt, revision: matter.revision)
    }

    // MARK: Reading

    /// A case with its steps, its workflow and what the reader may do next.
    public struct Detail: Sendable {
        public let matter: Case
        public let steps: [CaseStep]
        public let charter: Charter
        public let workflow: Workflow
        public let record: CaseRecord
        /// The moves that were made and count; a signature that became void does not.
        public let standing: Set<String>
        /// The moves that lead on; each with why this reader may not make it now, if so.
        public let moves: [(move: Workflow.Move, refusal: WorkflowRefusal?)]
        /// The cases that it came from and that came from it, as far as the reader may open them.
        public let links: [CaseLink]
        public let names: [StaffID: String]
        public let now: Instant
    }

    public func find(_ id: CaseID, for principal: Principal) async throws -> Detail {
        return try await database.read(for: principal.organisation) { [charters] transaction in
            let store = CaseStore(transaction, principal.organisation)
            let matter = try store.find(id, to: principal, for: .readCases)
            let steps = try store.steps(of: id)
            let charter = try charters.version(matter.charterVersion, of: principal.organisation, in: transaction)
            guard let workflow = charter.workflow(matter.workflow) else {
                throw StorageError.notFound("workflow \(matter.workflow)")
            }
            let record = CaseRecord(steps, charter: charter)
            let made = record.standing(workflow, of: id)
            let moves = workflow.moves(from: matter.state, made: made).map { move in
                do throws(WorkflowRefusal) {
                    _ = try workflow.decideMove(
                        move.key, from: matter.state, by: principal.post, principal.staff, record: record, made: made)
                    return (move: move, refusal: WorkflowRefusal?.none)
                } catch {
                    return (move: move, refusal: WorkflowRefusal?.some(error))
                }
            }
            return Detail(
                matter: matter, steps: steps, charter: charter, workflow: workflow, record: record, standing: made,
                moves: moves, links: try store.links(of: id, to: principal),
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
            var conditions: SQL = "organisation = \(principal.organisation)"
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
            func look(_ which: SQL) throws -> [Case] {
                try transaction.all(
                    """
                    SELECT \(Case.columns) FROM matter WHERE \(conditions) AND \(which)
                    ORDER BY id DESC LIMIT \(limit: limit + 1)
                    """, Case.init(row:))
            }
            var rows = try look(CaseStore.covered(by: reach))
            if reach != .all {
                let known = Set(rows.map(\.id))
                let own = try look(CaseStore.about(principal.staff)).filter { !known.contains($0.id) }
                if !own.isEmpty { rows = Array((rows + own).sorted { $0.id > $1.id }.prefix(limit + 1)) }
            }
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
        func count(_ which: SQL) throws -> Int {
            try transaction.one(
                """
                SELECT count(*) FROM (
                    SELECT 1 FROM matter WHERE organisation = \(principal.organisation) AND closed_at IS NULL
                      AND \(which) ORDER BY id DESC LIMIT 100) AS capped
                """, orElse: "count"
            ) { try $0[0] }
        }
        let covered = CaseStore.covered(by: reach)
        let all = try count(covered)
        if reach == .all || all >= 100 { return all }
        return min(100, all + (try count("\(CaseStore.about(principal.staff)) AND NOT (\(covered))")))
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

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
        if let refusal = try store.refusalAsMerged(current) { throw refusal }
        let charter = try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
        guard let workflow = charter.workflow(current.workflow) else {
            throw WorkflowRefusal(.unknownWorkflow(current.workflow), [])
        }
        let steps = try store.steps(of: id)
        let files = AttachmentTable(transaction, principal.organisation)
        let record = CaseRecord(steps, charter: charter, attachments: try files.count(of: id).standing)
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
        try files.check(fields, by: form?.fields ?? [], of: id)
        let decision = workflow.decision(of: move, fields: fields)
        // What ends the waiting, or the case.
        let goesOn = current.pausedAt != nil && !decision.isFinal && charter.resumes(decision.event)
        let cause = workflow.batch.flatMap { fields[$0.field]?.text } ?? current.cause
        let pausedAt = goesOn || decision.isFinal ? nil : current.pausedAt
        try transaction.run(
            """
            UPDATE matter SET state = \(decision.state), touched_at = \(transaction.now),
                closed_at = \(decision.isFinal ? transaction.now : nil), paused_at = \(pausedAt), cause = \(cause),
                revision = revision + 1
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
        if goesOn {
            var draft = Self.waits("case.resumed", current, ["reference": .text(current.reference)], principal)
            draft.cause = event.id
            try journal.record(draft, in: transaction)
        }
        try acts.follow(move, fields: fields, record: record, from: current, because: event, numbers: numbers.drawn)
        let moved = try store.found(id)
        if cause != current.cause { try acts.recordBatch(with: moved, in: workflow, because: event) }
        return moved
    }

    /// - Throws: `EditConflict` that names who made the last step, and when.
    func check(
        _ seen: Int?, of matter: Case, by principal: Principal, in transaction: any ReadTransaction
    ) throws {
        guard let seen, seen != matter.revision else { return }
        // Not the last step alone: a case is also handed over.
        let last = try EventStore(transaction).lastAct(onCase: matter.id, in: principal.organisation)
        var name: String?
        if let last, case .staff(let staff) = last.actor {
            name = try OrganisationStore(transaction).staff(staff, of: principal.organisation).name
        }
        throw EditConflict(
            subject: Event.Subject("case", matter.id), changedBy: name,
            changedAt: last?.occurredAt ?? matter.touchedAt, revision: matter.revision)
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
        /// The case that it was put into, where the reader may open that one.
        public let mergedInto: (matter: CaseID, reference: String)?
        /// The cases that were put into it.
        public let tookIn: [Case]
        /// How many customers complain of the same, where they make a batch.
        public let batch: Int?
        /// Its files, the first first, with those that were taken back.
        public let attachments: [Attachment]
        public let names: [StaffID: String]
        public let now: Instant
    }

    public func find(_ id: CaseID, for principal: Principal) async throws -> Detail {
        try await database.read(for: principal.organisation) { transaction in
            try find(id, for: principal, in: transaction)
        }
    }

    public func find(_ id: CaseID, for principal: Principal, in transaction: any ReadTransaction) throws -> Detail {
        let store = CaseStore(transaction, principal.organisation)
        let matter = try store.find(id, to: principal, for: .readCases)
        let steps = try store.steps(of: id)
        let charter = try charters.version(matter.charterVersion, of: principal.organisation, in: transaction)
        guard let workflow = charter.workflow(matter.workflow) else {
            throw StorageError.notFound("workflow \(matter.workflow)")
        }
        let attachments = try AttachmentTable(transaction, principal.organisation).all(of: id)
        let record = CaseRecord(
            steps, charter: charter, attachments: attachments.count { $0.withdrawal == nil })
        let made = record.standing(workflow, of: id)
        let merged = try store.refusalAsMerged(matter)
        let moves = workflow.moves(from: matter.state, made: made).map { move in
            if let merged { return (move: move, refusal: WorkflowRefusal?.some(merged)) }
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
            mergedInto: try matter.mergedInto.flatMap { target in
                try store.titles(of: [target], to: principal)[target].map { (target, $0.reference) }
            }, tookIn: try store.merged(into: id, to: principal), batch: try store.batch(of: matter, in: workflow),
            attachments: attachments,
            names: try OrganisationStore(transaction).names(of: principal.organisation), now: transaction.now)
    }

    /// What is owed next in a case.
    public struct NextDuty: Sendable, Hashable {
        public let clause: Clause.Key
        public let openedAt: Instant
        public let dueAt: Instant
        public let holder: StaffID?
    }

    public struct Page: Sendable {
        public let cases: [Case]
        public let next: CaseCursor?
        public let previous: CaseCursor?
        /// What is owed next in each case, where anything is.
        public let duties: [CaseID: NextDuty]
        public let charter: Charter
        public let now: Instant
    }

    /// - Parameter isExport: only what the reader may also take along.
    /// - Throws: `Denial`; `FormFaults` for a cursor of another list.
    public func list(
        _ filter: Filter, by order: Order = .filed, from cursor: CaseCursor? = nil, limit: Int = 50,
        isExport: Bool = false, for principal: Principal
    ) async throws -> Page {
        try await database.read(for: principal.organisation) { transaction in
            try list(filter, by: order, from: cursor, limit: limit, isExport: isExport, for: principal, in: transaction)
        }
    }

    public func list(
        _ filter: Filter, by order: Order = .filed, from cursor: CaseCursor? = nil, limit: Int = 50,
        isExport: Bool = false, for principal: Principal, in transaction: any ReadTransaction
    ) throws -> Page {
        let page = try listing(filter, by: order, from: cursor, isExport: isExport, for: principal, in: transaction)
            .page(from: cursor, limit: limit)
        let cases = page.entries.map(\.matter)
        return Page(
            cases: cases, next: page.next, previous: page.previous,
            duties: try CaseStore(transaction, principal.organisation).next(in: cases.map(\.id)),
            charter: try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction),
            now: transaction.now)
    }

    /// The cases alone.
    public func cases(
        _ filter: Filter, limit: Int, for principal: Principal, in transaction: any ReadTransaction
    ) throws -> [Case] {
        try listing(filter, by: .filed, from: nil, isExport: false, for: principal, in: transaction)
            .page(from: nil, limit: limit).entries.map(\.matter)
    }

    private func listing(
        _ filter: Filter, by order: Order, from cursor: CaseCursor?, isExport: Bool, for principal: Principal,
        in transaction: any ReadTransaction
    ) throws -> CaseListing {
        _ = try principal.reach(.readCases)
        let export = isExport ? try principal.reach(.exportCustomers) : nil
        if let cursor, !cursor.fits(order, filter) { throw FormFaults([FormFault("cursor", .unknownReference)]) }
        return CaseListing(
            transaction: transaction, principal: principal, filter: filter, order: order, export: export)
    }

    /// Notes that somebody takes a list along, before the first row leaves.
    /// - Parameter filter: the parameters of the list, without what was typed: that may be a name.
    public func noteExport(_ filter: String, by principal: Principal) async throws {
        _ = try principal.reach(.readCases)
        _ = try principal.reach(.exportCustomers)
        try await database.write(for: principal.organisation) { [journal] transaction in
            _ = try journal.record(
                EventDraft(
                    organisation: principal.organisation, type: "cases.exported",
                    subject: Event.Subject(
                        "organisation", OrganisationService.subject(of: principal.organisation)),
                    unit: principal.unit, actor: .staff(principal.staff), body: ["filter": .text(filter)]),
                in: transaction)
        }
    }

    /// How many cases the reader may see there, capped at 100.
    public func count(_ filter: Filter, for principal: Principal) async throws -> Int {
        try await database.read(for: principal.organisation) { transaction in
            guard principal.can(.readCases) else { return 0 }
            return try CaseListing(transaction: transaction, principal: principal, filter: filter, order: .filed)
                .count()
        }
    }

    /// How many open cases the reader may see, capped at 100.
    public func openCount(for principal: Principal) async throws -> Int {
        try await database.read(for: principal.organisation) { try openCount(for: principal, in: $0) }
    }

    /// The same in a transaction at hand.
    public func openCount(for principal: Principal, in transaction: any ReadTransaction) throws -> Int {
        guard principal.can(.readCases) else { return 0 }
        return try CaseListing(
            transaction: transaction, principal: principal, filter: Filter(isOpen: true), order: .filed
        ).count()
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

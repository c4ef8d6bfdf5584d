import Customers
public import Organisations
public import Policy
public import Primitives
public import Storage

extension PortalService {
    /// A case as its customer may see it, and what he may do in it.
    public struct Sight: Sendable {
        public let matter: Case
        public let workflow: Workflow
        public let portal: Portal
        public let charter: Charter
        public let company: String
        public let steps: [CaseStep]
        public let record: CaseRecord
        public let words: [Word]
        /// What he sent, but for what was taken back.
        public let photos: [Attachment]
        /// What he may sign now; `nil` where nothing waits for him.
        public let signing: Signing?
        /// Whether he has signed, and it stands.
        public let hasSigned: Bool
        public let now: Instant
    }

    /// What the customer may sign now.
    public struct Signing: Sendable {
        public let move: Workflow.Move
        public let rule: Portal.Signing
        /// The seal over what stands in it.
        public let content: [UInt8]
    }

    /// What a customer said in a case of his own accord.
    public struct Word: Sendable, Hashable {
        public let event: Event.ID
        /// `nil` for a word that is no opinion.
        public let isSatisfied: Bool?
        public let words: String
        public let saidAt: Instant

        init(row: Row) throws {
            event = try row[0]
            isSatisfied = try row[1]
            words = try row[2]
            saidAt = try row[3]
        }
    }

    /// The case of that number whose customer has a telephone that ends so; `nil` for a wrong number and for wrong
    /// digits alike.
    public func match(number: String, ending: String, in organisation: OrganisationID) async throws -> CaseID? {
        try await database.read(for: organisation) { [cases, customers] transaction in
            let found = try transaction.first(
                """
                SELECT \(Case.columns) FROM matter
                WHERE organisation = \(organisation) AND reference = \(number) AND subject_kind = 'customer'
                """, Case.init(row:))
            guard let found, let customer = found.customer,
                try cases.charters.version(found.charterVersion, of: organisation, in: transaction)
                    .workflow(found.workflow)?.portal != nil,
                try customers.endings(of: customer, in: organisation, transaction).contains(ending)
            else { return nil }
            return found.id
        }
    }

    /// - Throws: `.notFound` for a case that no visitor may see.
    public func sight(of id: CaseID, in organisation: OrganisationID) async throws -> Sight {
        try await database.read(for: organisation) { try sight(of: id, in: organisation, $0) }
    }

    func sight(of id: CaseID, in organisation: OrganisationID, _ transaction: any ReadTransaction) throws -> Sight {
        let store = CaseStore(transaction, organisation)
        let matter = try store.found(id)
        let charter = try cases.charters.version(matter.charterVersion, of: organisation, in: transaction)
        guard let workflow = charter.workflow(matter.workflow), let portal = workflow.portal,
            matter.subjectKind == "customer"
        else { throw StorageError.notFound("case \(id)") }
        let steps = try store.steps(of: id)
        let record = CaseRecord(steps, charter: charter)
        let standing = record.standing(workflow, of: id)
        let standIn = Self.standIn(matter, steps, portal, organisation)
        let signing = portal.signing.flatMap { rule -> Signing? in
            let move = try? workflow.decideMove(
                rule.move, from: matter.state, by: standIn.post, standIn.staff, record: record, made: standing)
            return move.map {
                Signing(move: $0, rule: rule, content: Self.content(of: $0, in: record, of: id))
            }
        }
        return Sight(
            matter: matter, workflow: workflow, portal: portal, charter: charter,
            company: try OrganisationStore(transaction).organisation(organisation).name, steps: steps, record: record,
            words: try Self.words(in: id, of: organisation, transaction),
            photos: try AttachmentTable(transaction, organisation).all(of: id)
                .filter { $0.via != nil && $0.withdrawal == nil }, signing: signing,
            hasSigned: portal.signing.map { standing.contains($0.move) } ?? false, now: transaction.now)
    }

    /// The seal over what a move would sign, but for its own form, which is yet to be filled in.
    static func content(of move: Workflow.Move, in record: CaseRecord, of id: CaseID) -> [UInt8] {
        record.seal(over: move.signs.filter { $0 != move.form }, of: id)
    }

    /// What the customer said in a case, oldest first.
    static func words(
        in id: CaseID, of organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> [Word] {
        try transaction.all(
            """
            SELECT event, is_satisfied, words, said_at FROM matter_word
            WHERE organisation = \(organisation) AND matter = \(id) ORDER BY event LIMIT 200
            """, Word.init(row:))
    }

    /// What the customer said in a case that the reader may open, oldest first.
    public func words(in id: CaseID, for principal: Principal) async throws -> [Word] {
        try await database.read(for: principal.organisation) { transaction in
            _ = try CaseStore(transaction, principal.organisation).find(id, to: principal, for: .readCases)
            return try Self.words(in: id, of: principal.organisation, transaction)
        }
    }

    /// The same in a case that the reader has found.
    public func words(in matter: Case, for principal: Principal, in transaction: any ReadTransaction) throws -> [Word] {
        try Self.words(in: matter.id, of: principal.organisation, transaction)
    }

    // MARK: Words

    /// So many words and opinions are taken in a case within a day.
    static let wordsADay = 20

    /// Adds a word of the customer's: records `case.word_added`, of which the handler is told.
    /// - Throws: `FormFaults` at `words`; `PortalRefusal.tooManyWords`.
    public func say(
        _ text: String, in id: CaseID, of organisation: OrganisationID, _ transaction: any WriteTransaction
    ) throws {
        let sight = try sight(of: id, in: organisation, transaction)
        try keep(try Self.read(text, isRequired: true, sight), nil, of: sight, in: organisation, transaction)
    }

    /// Keeps the customer's opinion: records `case.opinion_given`, and makes the charter's own move where the case
    /// stands at one.
    public func judge(
        isSatisfied: Bool, _ text: String, in id: CaseID, of organisation: OrganisationID,
        _ transaction: any WriteTransaction
    ) throws {
        let sight = try sight(of: id, in: organisation, transaction)
        let words = try Self.read(text, isRequired: false, sight)
        try keep(words, isSatisfied, of: sight, in: organisation, transaction)
        guard let rule = sight.portal.opinion else { return }
        let standIn = Self.standIn(sight.matter, sight.steps, sight.portal, organisation)
        let move = try? sight.workflow.decideMove(
            rule.move, from: sight.matter.state, by: standIn.post, standIn.staff, record: sight.record,
            made: sight.record.standing(sight.workflow, of: id))
        guard let move else { return }
        let form = move.form.flatMap(sight.charter.form)?.fields ?? []
        var input = rule.given.input(
            for: form, unit: sight.matter.unit, zone: sight.charter.calendar.zone, at: transaction.now)
        input[rule.satisfied] = .flag(isSatisfied)
        // Whoever says no more has said this much.
        input[rule.words] = .text(words.isEmpty ? (isSatisfied ? "满意" : "不满意") : words)
        _ = try cases.move(
            id, move.key, input: input, revision: nil, .none, by: standIn, via: Self.actor, in: transaction)
    }

    private static func read(_ text: String, isRequired: Bool, _ sight: Sight) throws(FormFaults) -> String {
        let field = FormField(
            key: "words", title: LocalizedText(simplified: "内容", traditional: "內容", english: "Words"),
            kind: .text(maximum: 1000), isRequired: isRequired, isPersonal: true, clauses: [])
        return try Form.parse(
            ["words": .text(text)], by: [field], zone: sight.charter.calendar.zone, at: sight.now)["words"]?.text ?? ""
    }

    private func keep(
        _ words: String, _ isSatisfied: Bool?, of sight: Sight, in organisation: OrganisationID,
        _ transaction: any WriteTransaction
    ) throws {
        let dayAgo = transaction.now.adding(hours: -24)
        guard sight.words.count(where: { $0.saidAt > dayAgo }) < Self.wordsADay else {
            throw PortalRefusal.tooManyWords
        }
        let matter = sight.matter
        var body: Fields = [
            "reference": .text(matter.reference), "clause": .text(Self.clause(of: sight)),
            "to": .text(Self.handler(of: matter, sight.steps).description),
        ]
        body["satisfied"] = isSatisfied.map(FieldValue.flag)
        let secret = try matter.customer.flatMap { customer in
            words.isEmpty
                ? nil : try cases.secrets.seal(["words": words], for: customer, of: organisation, in: transaction)
        }
        let event = try cases.journal.record(
            EventDraft(
                organisation: organisation, type: isSatisfied == nil ? "case.word_added" : "case.opinion_given",
                subject: Event.Subject(matter.subjectKind, matter.subject), matter: matter.id, unit: matter.unit,
                actor: .program(Self.actor), charterVersion: sight.charter.version, body: body, secret: secret),
            in: transaction)
        try transaction.run(
            """
            INSERT INTO matter_word (organisation, matter, event, is_satisfied, words, said_at)
            VALUES (\(organisation), \(matter.id), \(event.id), \(isSatisfied), \(words), \(transaction.now))
            """)
    }

    /// The clause by which customers act in a workflow.
    static func clause(of sight: Sight) -> Clause.Key {
        (sight.portal.clauses + sight.workflow.clauses).first ?? ""
    }
}

public import Organisations
import Policy
public import Primitives
public import Storage

/// Files of cases: taken in, given out, taken back.
public struct AttachmentService: Sendable {
    private let database: any Database
    private let journal: Journal
    private let charters: CharterShelf
    private let store: any AttachmentStore
    public let limits: AttachmentLimits

    public init(
        database: any Database, journal: Journal, charters: CharterShelf, store: any AttachmentStore,
        limits: AttachmentLimits = AttachmentLimits()
    ) {
        self.database = database
        self.journal = journal
        self.charters = charters
        self.store = store
        self.limits = limits
    }

    // MARK: Taking in

    /// Takes in a file for a case, and keeps nothing of it where that fails; asks before any of it is read.
    /// - Throws: `Denial`, `.notFound` for a case out of reach, `AttachmentRefusal` for a closed one.
    public func receive(
        for matter: CaseID, by principal: Principal,
        _ feed: (inout AttachmentIntake) async throws -> ReceivedFile
    ) async throws -> ReceivedFile {
        try await database.read(for: principal.organisation) { transaction in
            _ = try open(matter, to: principal, in: transaction)
        }
        let receiver = try await store.receive(for: principal.organisation)
        var intake = AttachmentIntake(receiver, limit: limits.largest)
        do {
            return try await feed(&intake)
        } catch {
            try? await store.remove(receiver.content, of: principal.organisation)
            throw error
        }
    }

    /// Makes a received file an attachment of the case, within a transaction at hand.
    public func add(
        _ file: ReceivedFile, to matter: CaseID, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> AttachmentID {
        try add(file, to: matter, by: principal, via: nil, in: transaction)
    }

    /// - Parameter customer: as which part of the program the customer sends it, in the place of the principal, and by
    ///   which clause; the principal is told.
    func add(
        _ file: ReceivedFile, to matter: CaseID, by principal: Principal,
        via customer: (actor: String, clause: String)?,
        in transaction: any WriteTransaction
    ) throws -> AttachmentID {
        let current = try open(matter, to: principal, in: transaction)
        guard try AttachmentTable(transaction, principal.organisation).count(of: matter).all < limits.most else {
            throw AttachmentRefusal.tooMany(limits.most)
        }
        try touch(current, principal, transaction)
        let id: AttachmentID = transaction.identifier()
        var body: Fields = [
            "attachment": .text(id.description), "media_type": .text(file.kind.mediaType),
            "size": .integer(Int64(file.size)), "sha256": .text(file.sha256.map(Hexadecimal.text).joined()),
        ]
        if let customer {
            body["to"] = .text(principal.staff.description)
            body["clause"] = .text(customer.clause)
            body["reference"] = .text(current.reference)
        }
        let event = try record("attachment.added", of: current, body, principal, via: customer?.actor, transaction)
        try AttachmentTable(transaction, principal.organisation)
            .add(
                file, as: id, to: matter, by: principal.staff, via: customer?.actor, event: event, in: transaction)
        return id
    }

    /// The same in a transaction of its own.
    public func add(
        _ file: ReceivedFile, to matter: CaseID, by principal: Principal
    ) async throws -> AttachmentID {
        try await settling(file, of: principal.organisation) {
            try await database.write(for: principal.organisation) {
                try add(file, to: matter, by: principal, in: $0)
            }
        }
    }

    /// Acts, and removes the bytes of the received file unless the act made it an attachment: an act that was answered
    /// before makes none.
    public func settling<T>(
        _ file: ReceivedFile, of organisation: OrganisationID, _ act: () async throws -> T
    ) async throws -> T {
        let result: Result<T, any Error>
        do { result = .success(try await act()) } catch { result = .failure(error) }
        // Where the outcome cannot be asked, the next start sweeps.
        let isKept = try? await database.read(for: organisation) { transaction in
            try transaction.first(
                """
                SELECT 1 FROM attachment WHERE content = \(file.content) AND organisation = \(organisation)
                """
            ) { _ in true } ?? false
        }
        if isKept == false { try? await store.remove(file.content, of: organisation) }
        return try result.get()
    }

    private func open(
        _ matter: CaseID, to principal: Principal, in transaction: any ReadTransaction
    ) throws -> Case {
        let current = try CaseStore(transaction, principal.organisation).find(matter, to: principal, for: .actOnCases)
        guard current.closedAt == nil else { throw AttachmentRefusal.closed }
        return current
    }

    /// Meets whoever closes the case at the same moment; what was read of the case need not be read anew.
    private func touch(_ matter: Case, _ principal: Principal, _ transaction: any WriteTransaction) throws {
        try transaction.run(
            """
            UPDATE matter SET touched_at = \(transaction.now)
            WHERE organisation = \(principal.organisation) AND id = \(matter.id) AND closed_at IS NULL
            """, changing: 1, orElse: .changedMeanwhile("case \(matter.id)"))
    }

    private func record(
        _ type: String, of matter: Case, _ body: Fields, _ principal: Principal, via: String? = nil,
        _ transaction: any WriteTransaction
    ) throws -> Event.ID {
        try journal.record(
            EventDraft(
                organisation: principal.organisation, type: type,
                subject: Event.Subject(matter.subjectKind, matter.subject), matter: matter.id, unit: matter.unit,
                actor: via.map(Event.Actor.program) ?? .staff(principal.staff),
                charterVersion: matter.charterVersion, body: body), in: transaction
        ).id
    }

    // MARK: Giving out

    /// Those of a case, the first first.
    public func list(of matter: CaseID, for principal: Principal) async throws -> [Attachment] {
        try await database.read(for: principal.organisation) { transaction in
            _ = try CaseStore(transaction, principal.organisation).find(matter, to: principal, for: .readCases)
            return try AttachmentTable(transaction, principal.organisation).all(of: matter)
        }
    }

    /// - Throws: `.notFound` also for what was taken back and is not shown to this reader.
    public func find(
        _ id: AttachmentID, of matter: CaseID, for principal: Principal
    ) async throws -> Attachment {
        try await database.read(for: principal.organisation) { transaction in
            _ = try CaseStore(transaction, principal.organisation).find(matter, to: principal, for: .readCases)
            let found = try AttachmentTable(transaction, principal.organisation).find(id, of: matter)
            guard found.isOpen(to: principal.staff, mayReveal: principal.can(.revealCustomers)) else {
                throw StorageError.notFound("attachment \(id)")
            }
            return found
        }
    }

    /// Its bytes, for whoever was let at it.
    public func open(_ attachment: Attachment, for principal: Principal) async throws -> any AttachmentReader {
        try await store.open(attachment.content, of: principal.organisation)
    }

    // MARK: Taking back

    /// Marks it as taken back within a transaction at hand; nothing stored is lost.
    /// - Throws: `FormFaults` without a reason; `AttachmentRefusal.inUse` for what a form of the case names, `.closed`.
    public func withdraw(
        _ id: AttachmentID, of matter: CaseID, why: String, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws {
        let store = CaseStore(transaction, principal.organisation)
        let current = try store.find(matter, to: principal, for: .actOnCases)
        let table = AttachmentTable(transaction, principal.organisation)
        let found = try table.find(id, of: matter)
        guard current.closedAt == nil else { throw AttachmentRefusal.closed }
        guard found.withdrawal == nil else { throw AttachmentRefusal.withdrawn }
        let charter = try charters.version(current.charterVersion, of: principal.organisation, in: transaction)
        let why = try reason(why, at: transaction.now, in: charter.calendar.zone)
        let named = FieldValue.text(id.description)
        let isNamed = try store.steps(of: matter).contains { step in
            step.fields.values.contains { value in
                if case .list(let parts) = value { parts.contains(named) } else { false }
            }
        }
        if isNamed { throw AttachmentRefusal.inUse }
        try touch(current, principal, transaction)
        _ = try record(
            "attachment.withdrawn", of: current, ["attachment": .text(id.description)], principal, transaction)
        try table.withdraw(id, by: principal.staff, why: why, in: transaction)
    }

    private func reason(_ text: String, at instant: Instant, in zone: Zone) throws(FormFaults) -> String {
        let field = FormField(
            key: "reason", title: LocalizedText(simplified: "原因", traditional: "原因", english: "Reason"),
            kind: .line(maximum: 200), isRequired: true, isPersonal: false, clauses: [])
        return try Form.parse(["reason": .text(text)], by: [field], zone: zone, at: instant)["reason"]?.text ?? ""
    }

    // MARK: Keeping house

    /// Removes what a crash left: received, and referred to by nothing.
    public func sweep() async throws -> Int {
        try await store.sweep { [database] contents in
            try await database.read(.everyCompany) { transaction in
                Set(
                    try transaction.all("SELECT content FROM attachment WHERE content IN \(list: contents)") {
                        try $0[0] as ContentID
                    })
            }
        }
    }
}

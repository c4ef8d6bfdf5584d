public import Customers
public import Organisations
public import Policy
public import Primitives
public import Storage

/// Records facts that the rules speak of and no workflow makes.
public struct FactService: Sendable {
    private let database: any Database
    private let journal: Journal
    private let charters: CharterShelf
    private let secrets: PersonKeys
    private let pointed: FormReferences

    public init(database: any Database, journal: Journal, charters: CharterShelf, secrets: PersonKeys) {
        self.database = database
        self.journal = journal
        self.charters = charters
        self.secrets = secrets
        pointed = FormReferences(charters: charters)
    }

    /// The charter declares no such fact, or it is about something else.
    public enum Refusal: Error, Sendable, Equatable {
        case undeclared(event: String, nearest: String?)
        case wrongSubject(expected: SubjectKind)
    }

    /// Records a declared fact about a customer, a member of staff, a unit or the company.
    /// - Parameter occurredAt: when it happened; `nil` for now, never ahead of now.
    /// - Throws: `Denial`, `Refusal`, `FormFaults`, `.notFound` for a subject out of reach.
    public func record(
        _ event: String, subject: Event.Subject?, input: Fields, occurredAt: Instant? = nil, by principal: Principal
    ) async throws -> Event {
        try await database.write(for: principal.organisation) { transaction in
            try record(event, subject: subject, input: input, occurredAt: occurredAt, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func record(
        _ type: String, subject: Event.Subject?, input: Fields, occurredAt: Instant?, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Event {
        let reach = try principal.reach(.recordFacts)
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        guard let kind = charter.fact(type) else {
            throw Refusal.undeclared(event: type, nearest: nearestWord(to: type, among: charter.facts.map(\.event)))
        }
        let fields = try Form.parse(input, by: kind.fields, zone: charter.calendar.zone, at: transaction.now)
        try pointed.check(fields, by: kind.fields, for: principal, in: transaction)
        if let occurredAt, occurredAt > transaction.now {
            throw FormFaults([FormFault("occurred_at", .afterNow)])
        }
        let (subject, unit) = try place(subject, kind: kind.subject, reach: reach, principal, transaction)
        // Only customers have keys; words about others stay in the body rather than get lost.
        let (body, personal) = subject.kind == "customer" ? fields.parted(by: kind.fields) : (fields, [:])
        let secret: [UInt8]? =
            personal.isEmpty
            ? nil
            : try secrets.seal(personal, for: CustomerID(subject.id), of: principal.organisation, in: transaction)
        return try journal.record(
            EventDraft(
                organisation: principal.organisation, type: type, subject: subject, unit: unit,
                actor: .staff(principal.staff), occurredAt: occurredAt, charterVersion: charter.version, body: body,
                secret: secret), in: transaction)
    }

    /// The subject itself, checked, and the unit in which the fact counts.
    private func place(
        _ subject: Event.Subject?, kind: SubjectKind, reach: Reach, _ principal: Principal,
        _ transaction: any ReadTransaction
    ) throws -> (Event.Subject, UnitID) {
        if kind == .organisation {
            return (
                Event.Subject("organisation", OrganisationService.subject(of: principal.organisation)), principal.unit
            )
        }
        guard let subject else { throw FormFaults([FormFault("subject", .missing)]) }
        guard subject.kind == kind.rawValue else { throw Refusal.wrongSubject(expected: kind) }
        switch kind {
        case .customer:
            guard
                let unit = try CustomerDirectory(transaction, principal.organisation)
                    .unit(of: CustomerID(subject.id), within: reach)
            else { throw StorageError.notFound("customer") }
            return (subject, unit)
        case .staff:
            let person = try OrganisationStore(transaction).staff(StaffID(subject.id), of: principal.organisation)
            guard reach.covers(unit: person.unit, owner: person.id) else { throw StorageError.notFound("staff") }
            return (subject, person.unit)
        case .unit:
            let unit = try OrganisationStore(transaction).unit(UnitID(subject.id), of: principal.organisation)
            guard reach.covers(unit: unit.id, owner: nil) else { throw StorageError.notFound("unit") }
            return (subject, unit.id)
        case .matter, .organisation:
            throw Refusal.wrongSubject(expected: kind)
        }
    }
}

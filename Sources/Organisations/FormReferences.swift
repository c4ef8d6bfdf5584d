public import Policy
public import Primitives
public import Storage

/// What the references in a form point to must be there, and customers and cases within the writer's reach.
///
/// The same check for the forms of moves, of facts and of duties ticked off; App says how customers and cases are found.
public struct FormReferences: Sendable {
    public typealias Look<Owner> =
        @Sendable (_ id: Identifier<Owner>, _ principal: Principal, _ transaction: any ReadTransaction) throws -> Bool

    private let charters: CharterShelf
    private let customer: Look<CustomerKind>
    private let matter: Look<CaseKind>

    public init(charters: CharterShelf, customer: @escaping Look<CustomerKind>, matter: @escaping Look<CaseKind>) {
        self.charters = charters
        self.customer = customer
        self.matter = matter
    }

    /// - Throws: `FormFaults` with every field that points to nothing.
    public func check(
        _ fields: Fields, by form: [FormField], for principal: Principal, in transaction: any ReadTransaction
    ) throws {
        var faults = FormFaults()
        for field in form {
            guard let value = fields[field.key]?.text else { continue }
            if case .offence(let person) = field.kind {
                if let problem = try offence(value, of: fields[person]?.text, principal, transaction) {
                    faults.add(field.key, problem)
                }
                continue
            }
            if try !isThere(value, field.kind, principal, transaction) { faults.add(field.key, .unknownReference) }
        }
        try faults.check()
    }

    /// Whether that person may open the customer's file.
    public func isVisible(
        _ id: CustomerID, to principal: Principal, in transaction: any ReadTransaction
    ) throws -> Bool { try customer(id, principal, transaction) }

    /// Whether that person may open the case.
    public func isVisible(
        _ id: CaseID, to principal: Principal, in transaction: any ReadTransaction
    ) throws -> Bool { try matter(id, principal, transaction) }

    /// What keeps an offence from being booked on that person.
    private func offence(
        _ key: String, of person: String?, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> FormFault.Problem? {
        let charter = try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
        guard let offence = charter.offence(key) else {
            return .notAChoice(expected: charter.offences.map(\.key))
        }
        // An unknown person is that field's own fault.
        guard !offence.posts.isEmpty, let id = person.flatMap({ StaffID($0) }),
            try OrganisationStore(transaction).name(of: id, in: principal.organisation) != nil
        else { return nil }
        let post = try OrganisationStore(transaction).staff(id, of: principal.organisation).post
        return offence.posts.contains(post) ? nil : .notOfThatPost(allowed: offence.posts)
    }

    private func isThere(
        _ value: String, _ kind: FieldKind, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> Bool {
        let store = OrganisationStore(transaction)
        switch kind {
        case .customer: return try CustomerID(value).map { try customer($0, principal, transaction) } ?? false
        case .matter: return try CaseID(value).map { try matter($0, principal, transaction) } ?? false
        case .staff: return try StaffID(value).flatMap { try store.name(of: $0, in: principal.organisation) } != nil
        case .unit: return try UnitID(value).map { try store.hasUnit($0, in: principal.organisation) } ?? false
        case .post:
            return try charters.inForce(for: principal.organisation, at: transaction.now, in: transaction)
                .post(value) != nil
        case .text, .line, .choice, .flag, .number, .money, .date, .time, .signature, .table, .files, .offence:
            return true
        }
    }
}

import Organisations
import Policy
import Primitives
import Storage

extension CustomerService {
    /// A file that the principal may read.
    func visible(
        _ id: CustomerID, by principal: Principal, in transaction: any ReadTransaction
    ) throws -> StoredFile {
        try CustomerStore(transaction: transaction, organisation: principal.organisation)
            .find(id, within: principal.reach(.readCustomers))
    }

    /// A file that the principal may change.
    func writable(
        _ id: CustomerID, by principal: Principal, in transaction: any ReadTransaction
    ) throws -> StoredFile {
        let file = try visible(id, by: principal, in: transaction)
        try require(.writeCustomers, for: file.customer, by: principal)
        return file
    }

    func require(_ action: Action, for customer: Customer, by principal: Principal) throws {
        guard try principal.reach(action).covers(unit: customer.unit, owner: customer.owner) else {
            throw Denial(action: action, beyond: principal)
        }
    }

    /// - Throws: `EditConflict` that names who saved the file in between, and when.
    func check(_ revision: Int, of customer: Customer, in transaction: any ReadTransaction) throws {
        if revision == customer.revision { return }
        let store = CustomerStore(transaction: transaction, organisation: customer.organisation)
        throw EditConflict(
            subject: Event.Subject("customer", customer.id), changedBy: try store.name(ofStaff: customer.updatedBy),
            changedAt: customer.updatedAt, revision: customer.revision)
    }

    /// The unit and owner that a new file gets.
    func keeper(
        of input: CustomerInput, _ reach: Reach, _ principal: Principal, _ transaction: any ReadTransaction
    ) throws -> (UnitID, StaffID) {
        let store = CustomerStore(transaction: transaction, organisation: principal.organisation)
        let owner = input.owner ?? principal.staff
        var faults = FormFaults()
        let home = try store.unit(ofStaff: owner)
        if home == nil { faults.add("owner", .unknownReference) }
        let unit = input.unit ?? home ?? principal.unit
        if try !store.has(unit: unit) { faults.add("unit", .unknownReference) }
        try faults.check()
        guard reach.covers(unit: unit, owner: owner) else {
            throw Denial(action: .writeCustomers, beyond: principal)
        }
        return (unit, owner)
    }

    /// An event about a customer; its body holds no personal value.
    /// - Parameter via: the part of the program through which the customer himself acted.
    func draft(
        _ type: String, _ customer: Customer, _ charterVersion: Int, by principal: Principal, via: String? = nil
    ) -> EventDraft {
        EventDraft(
            organisation: customer.organisation, type: type, subject: Event.Subject("customer", customer.id),
            unit: customer.unit, actor: via.map(Event.Actor.program) ?? .staff(principal.staff),
            charterVersion: charterVersion,
            body: [
                "kind": .text(customer.kind.rawValue), "classification": .text(customer.classification),
                "complete": .flag(Completeness(customer).isComplete),
            ])
    }

    /// Records a filed or changed customer: the names of the fields openly, their values sealed.
    /// - Parameters:
    ///   - words: what stands in the file now, by the paths of its fields.
    ///   - former: what stood there before; sealed with it.
    func record(
        _ type: String, _ customer: Customer, _ words: [String: String], former: [String: String] = [:],
        _ charterVersion: Int, by principal: Principal, via: String? = nil, in transaction: any WriteTransaction
    ) throws {
        var event = draft(type, customer, charterVersion, by: principal, via: via)
        event.body["fields"] = .list(words.keys.sorted().map { .text($0) })
        event.secret = try personKeys.seal(
            words.merging(former) { first, _ in first }, for: customer.id, of: customer.organisation, in: transaction)
        try journal.record(event, in: transaction)
    }
}

extension Customer {
    /// What the next revision of this file is stored with.
    func stamp(at instant: Instant, by staff: StaffID) -> FileSealer.Stamp {
        FileSealer.Stamp(
            id: id, reference: reference, unit: unit, owner: owner, createdAt: createdAt, updatedAt: instant,
            updatedBy: staff, revision: revision + 1)
    }
}

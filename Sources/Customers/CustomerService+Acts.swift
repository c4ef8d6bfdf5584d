import Foundation
public import Organisations
import Policy
public import Primitives
public import Storage

extension CustomerService {
    /// Files a new customer: records `customer.filed`.
    /// - Throws: `Denial` without `customers.write` for that unit and owner; `FormFaults` with all fields.
    public func file(_ input: CustomerInput, by principal: Principal) async throws -> Customer {
        let reference = try await drawReference(for: input, by: principal)
        return try await database.write(for: principal.organisation) { transaction in
            try file(input, reference: reference, by: principal, in: transaction)
        }
    }

    /// A customer's number, drawn before the act; everything that can fail is asked before.
    public func drawReference(for input: CustomerInput, by principal: Principal) async throws -> String {
        let reach = try principal.reach(.writeCustomers)
        let day = try await database.read(for: principal.organisation) { transaction in
            _ = try keeper(of: input, reach, principal, transaction)
            let day = try today(of: principal.organisation, in: transaction).day
            _ = try input.read(today: day)
            return day
        }
        return try await references.next(CustomerService.prefix, year: day.year, for: principal.organisation)
    }

    /// The same within a transaction at hand, for request idempotency.
    public func file(
        _ input: CustomerInput, reference: String, by principal: Principal, in transaction: any WriteTransaction
    ) throws -> Customer {
        try file(input, reference: reference, by: principal, via: nil, in: transaction)
    }

    /// - Parameter via: the part of the program through which the customer came by himself.
    func file(
        _ input: CustomerInput, reference: String, by principal: Principal, via: String?,
        in transaction: any WriteTransaction
    ) throws -> Customer {
        let (unit, owner) = try keeper(of: input, principal.reach(.writeCustomers), principal, transaction)
        let (day, version) = try today(of: principal.organisation, in: transaction)
        let draft = try input.read(today: day).withoutKept()
        let file = try sealer(principal.organisation).prepare(
            draft,
            FileSealer.Stamp(
                id: transaction.identifier(), reference: reference, unit: unit, owner: owner,
                createdAt: transaction.now, updatedAt: transaction.now, updatedBy: principal.staff, revision: 1)
        ) { transaction.identifier() }
        try CustomerWriter(transaction: transaction, organisation: principal.organisation).insert([file])
        let words = draft.words()
        try record("customer.filed", file.customer, words, version, by: principal, via: via, in: transaction)
        return file.customer
    }

    /// Changes a file: records `customer.updated` when anything differs. Unit and owner change by `assign`.
    /// - Parameter revision: the one that the input was made from.
    /// - Throws: `EditConflict` when somebody saved in between; `Denial`; `FormFaults`.
    public func update(
        _ id: CustomerID, revision: Int, to input: CustomerInput, by principal: Principal
    ) async throws -> Customer {
        try await database.write(for: principal.organisation) { transaction in
            try update(id, revision: revision, to: input, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func update(
        _ id: CustomerID, revision: Int, to input: CustomerInput, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Customer {
        let old = try writable(id, by: principal, in: transaction)
        try check(revision, of: old.customer, in: transaction)
        let (day, version) = try today(of: principal.organisation, in: transaction)
        let sealer = sealer(principal.organisation)
        let before = try sealer.draft(of: old)
        let draft = try input.read(today: day).keeping(before)
        let words = draft.words(changedFrom: before)
        if words.isEmpty { return old.customer }
        let file = try sealer.prepare(
            draft,
            old.customer.stamp(at: transaction.now, by: principal.staff)
        ) { transaction.identifier() }
        try CustomerWriter(transaction: transaction, organisation: principal.organisation).update(file, from: old)
        try record(
            "customer.updated", file.customer, words, former: before.former(words.keys), version, by: principal,
            in: transaction)
        return file.customer
    }

    /// Gives a customer to a member of staff, and so to that person's unit: records `customer.assigned`.
    /// - Throws: `Denial` unless `customers.write` covers the customer both before and after.
    public func assign(
        _ id: CustomerID, revision: Int?, to owner: StaffID, by principal: Principal
    ) async throws -> Customer {
        try await database.write(for: principal.organisation) { transaction in
            try assign(id, revision: revision, to: owner, by: principal, in: transaction)
        }
    }

    /// The same within a transaction at hand, for request idempotency.
    public func assign(
        _ id: CustomerID, revision: Int?, to owner: StaffID, by principal: Principal,
        in transaction: any WriteTransaction
    ) throws -> Customer {
        let old = try writable(id, by: principal, in: transaction)
        if let revision { try check(revision, of: old.customer, in: transaction) }
        let store = CustomerStore(transaction: transaction, organisation: principal.organisation)
        guard let unit = try store.unit(ofStaff: owner) else {
            throw FormFaults([FormFault("owner", .unknownReference)])
        }
        guard try principal.reach(.writeCustomers).covers(unit: unit, owner: owner) else {
            throw Denial(action: .writeCustomers, beyond: principal)
        }
        if old.customer.owner == owner, old.customer.unit == unit { return old.customer }
        var stamp = old.customer.stamp(at: transaction.now, by: principal.staff)
        stamp = FileSealer.Stamp(
            id: stamp.id, reference: stamp.reference, unit: unit, owner: owner, createdAt: stamp.createdAt,
            updatedAt: stamp.updatedAt, updatedBy: stamp.updatedBy, revision: stamp.revision)
        let sealer = sealer(principal.organisation)
        let file = try sealer.prepare(sealer.draft(of: old), stamp) { transaction.identifier() }
        try CustomerWriter(transaction: transaction, organisation: principal.organisation).update(file, from: old)
        let version = try today(of: principal.organisation, in: transaction).charterVersion
        var draft = draft("customer.assigned", file.customer, version, by: principal)
        draft.body["owner"] = .text(owner.description)
        draft.body["from"] = old.customer.owner.map { .text($0.description) }
        try journal.record(draft, in: transaction)
        return file.customer
    }

    /// Shows a person's numbers in the clear: records `customer.revealed` with who, which fields and why.
    /// - Parameter reason: 2…200 characters.
    /// - Throws: `Denial` without `customers.reveal` for that customer; `FormFaults` without a reason.
    public func reveal(
        _ fields: Set<RevealedField>, of person: Person.ID, in id: CustomerID, reason: String, by principal: Principal
    ) async throws -> Revealed {
        try await database.write(for: principal.organisation) { transaction in
            let file = try visible(id, by: principal, in: transaction)
            try require(.revealCustomers, for: file.customer, by: principal)
            var reader = FieldReader()
            let reason = reader.line(reason, "reason", maximum: 200, isRequired: true)
            if reason.count == 1 { reader.faults.add("reason", .tooShort(minimum: 2)) }
            if fields.isEmpty { reader.faults.add("fields", .missing) }
            try reader.faults.check()
            guard
                let draft = try sealer(principal.organisation).draft(of: file).people.first(where: { $0.id == person })
            else { throw StorageError.notFound("person \(person)") }
            let version = try today(of: principal.organisation, in: transaction).charterVersion
            var event = self.draft("customer.revealed", file.customer, version, by: principal)
            event.body["fields"] = .list(fields.map(\.rawValue).sorted().map { .text($0) })
            event.body["person"] = .text(person.description)
            event.secret = try personKeys.seal(
                ["reason": reason], for: id, of: principal.organisation, in: transaction)
            try journal.record(event, in: transaction)
            return Revealed(
                phones: fields.contains(.phone) ? (draft.phones.new ?? []).map(\.digits) : [],
                email: fields.contains(.email) ? (draft.email.new ?? nil)?.text : nil,
                identityNumber: fields.contains(.identityNumber) ? (draft.identityNumber.new ?? nil)?.text : nil)
        }
    }
}

/// A field that is masked on the screen.
public enum RevealedField: String, Sendable, CaseIterable, Hashable {
    case phone, email
    case identityNumber = "identity_number"
}

/// What a reveal shows, once.
public struct Revealed: Sendable, Equatable {
    public let phones: [String]
    public let email: String?
    public let identityNumber: String?
}

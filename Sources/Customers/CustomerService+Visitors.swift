public import Organisations
import Policy
public import Primitives
public import Storage

/// Customers who come by themselves, without an account.
extension CustomerService {
    /// The customer with that telephone: of several the one with that name, else who was filed first.
    /// - Returns: `nil` where nobody has it.
    public func holder(
        of phone: PhoneNumber, named name: String, in organisation: OrganisationID,
        _ transaction: any ReadTransaction
    ) throws -> (customer: CustomerID, unit: UnitID, owner: StaffID?)? {
        let found = try CustomerStore(transaction: transaction, organisation: organisation)
            .holders(of: [(.phone, index.blind(phone, in: organisation))])
            .sorted { $0.customer < $1.customer }
        let holder = found.first { $0.name == name } ?? found.first
        return holder.map { ($0.customer, $0.unit, $0.owner) }
    }

    /// The last four digits of each telephone in a customer's file.
    public func endings(
        of customer: CustomerID, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> Set<String> {
        let file = try CustomerStore(transaction: transaction, organisation: organisation).find(customer, within: .all)
        let people = try sealer(organisation).draft(of: file).people
        return Set(people.flatMap { ($0.phones.new ?? []).map(\.lastFour) })
    }

    /// The customer of that number whose file has a telephone that ends so; `nil` for a wrong number and for wrong
    /// digits alike.
    public func match(
        number: String, ending: String, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> CustomerID? {
        guard let found = try CustomerDirectory(transaction, organisation).identifier(ofReference: number),
            try endings(of: found, in: organisation, transaction).contains(ending)
        else { return nil }
        return found
    }

    /// A customer's own file, its numbers masked.
    public func ownFile(
        of customer: CustomerID, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> Customer {
        try CustomerStore(transaction: transaction, organisation: organisation).find(customer, within: .all).customer
    }

    /// A customer's number for somebody who may turn out to be new, drawn before the act.
    public func drawReference(year: Int, for organisation: OrganisationID) async throws -> String {
        try await references.next(CustomerService.prefix, year: year, for: organisation)
    }

    /// Files somebody who came by himself, in the keeping of that member of staff: records `customer.filed`.
    /// - Parameter via: the part of the program through which he came.
    public func file(
        visitor name: String, _ phone: PhoneNumber, reference: String, keptBy principal: Principal, via: String,
        in transaction: any WriteTransaction
    ) throws -> CustomerID {
        let input = CustomerInput(
            kind: .person, name: name, unit: principal.unit, owner: principal.staff, source: "顾客门户",
            people: [PersonInput(role: .itself, phone: phone.digits)])
        return try file(input, reference: reference, by: principal, via: via, in: transaction).id
    }
}

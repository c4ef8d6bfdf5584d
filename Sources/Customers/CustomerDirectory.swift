public import Organisations
public import Primitives
public import Storage

/// Who customers are, for rows and pages of other domains.
public struct CustomerDirectory {
    private let transaction: any ReadTransaction
    private let organisation: OrganisationID

    public init(_ transaction: any ReadTransaction, _ organisation: OrganisationID) {
        self.transaction = transaction
        self.organisation = organisation
    }

    /// Whether there is such a customer within that reach.
    public func isVisible(_ id: CustomerID, within reach: Reach) throws -> Bool {
        try unit(of: id, within: reach) != nil
    }

    /// The unit of a customer within that reach; `nil` when there is none.
    public func unit(of id: CustomerID, within reach: Reach) throws -> UnitID? {
        try transaction.first(
            """
            SELECT unit FROM customer WHERE organisation = \(organisation) AND id = \(id)
              AND \(reach.covers(unit: "unit", owner: "owner"))
            """
        ) { try $0[0] as UnitID }
    }

    /// Whether it is a person or a company; `nil` for a customer that there is not.
    public func kind(of id: CustomerID) throws -> Customer.Kind? {
        try transaction.first("SELECT kind FROM customer WHERE organisation = \(organisation) AND id = \(id)") {
            Customer.Kind(rawValue: try $0[0])
        } ?? nil
    }

    /// The customer with that number of the file, `KH-2026-0001`.
    public func identifier(ofReference reference: String) throws -> CustomerID? {
        try transaction.first(
            "SELECT id FROM customer WHERE organisation = \(organisation) AND reference = \(reference)"
        ) { try $0[0] as CustomerID }
    }

    /// Name and masked telephone of customers named by duties and cases.
    public func captions(of ids: [CustomerID]) throws -> [CustomerID: CustomerCaption] {
        if ids.isEmpty { return [:] }
        let rows = try transaction.all(
            """
            SELECT id, name, phone_masked, reference FROM customer
            WHERE organisation = \(organisation) AND id IN \(list: ids)
            """
        ) {
            (
                try $0[0] as CustomerID,
                CustomerCaption(name: try $0[1], maskedPhone: try $0[2], reference: try $0[3])
            )
        }
        return Dictionary(rows) { first, _ in first }
    }
}

/// A customer in a few words.
public struct CustomerCaption: Sendable, Hashable {
    public let name: String
    /// `138****5678`, or empty.
    public let maskedPhone: String
    /// `KH-2026-0001`
    public let reference: String
}

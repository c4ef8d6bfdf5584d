public import Primitives

/// A company or person served, and the file about them; identifying numbers are masked.
public struct Customer: Sendable, Equatable {
    public let id: CustomerID
    public let organisation: OrganisationID
    /// `KH-2026-0001`
    public let reference: String
    public let kind: Kind
    public let name: String
    public let unit: UnitID
    /// Whose customer it is.
    public let owner: StaffID?
    /// A key of the company's own: `ordinary`, `important`, `vip` …
    public let classification: String
    public let status: Status
    /// Where the customer came from, in the clerk's words.
    public let source: String
    public let address: String
    public let notes: String
    public let people: [Person]
    public let createdAt: Instant
    public let updatedAt: Instant
    public let updatedBy: StaffID
    public let revision: Int

    public enum Kind: String, Sendable, CaseIterable, Hashable {
        case company, person
    }

    public enum Status: String, Sendable, CaseIterable, Hashable {
        case active, dormant
    }

    /// The people with that role, in the order of the file.
    public func people(_ role: Person.Role) -> [Person] { people.filter { $0.role == role } }
}

/// Somebody in a customer's file.
public struct Person: Sendable, Equatable {
    public typealias ID = Identifier<Person>

    public let id: ID
    public let role: Role
    /// To the customer, of a family member: 配偶, 女儿 …
    public let relation: String
    public let name: String
    /// The person's title or job.
    public let position: String
    public let gender: Gender?
    public let birthday: Birthday?
    /// When the person likes to be called.
    public let bestTime: String
    public let hobbies: String
    /// Family and other circumstances.
    public let circumstances: String
    /// `138****5678`, several with `、` between them, empty for none.
    public let phone: String
    public let email: String
    public let identityNumber: String

    public enum Role: String, Sendable, CaseIterable, Hashable {
        /// The customer; of a company its own telephone and e-mail.
        case itself = "self"
        /// In charge at the company, 负责人.
        case responsible
        /// Who deals with us, 对接人.
        case contact
        case family
    }
}

/// A line of a list of customers.
public struct CustomerSummary: Sendable, Equatable, Identifiable {
    public let id: CustomerID
    public let reference: String
    public let kind: Customer.Kind
    public let name: String
    public let unit: UnitID
    public let owner: StaffID?
    public let classification: String
    /// The first telephone, masked.
    public let phone: String
    /// How many fields the file still lacks.
    public let missing: Int
    public let updatedAt: Instant
}

/// A stretch of a list, and where the next begins.
public struct Stretch<Item: Sendable>: Sendable {
    public let items: [Item]
    /// To be passed as `after`; `nil` at the end.
    public let next: CustomerID?
}

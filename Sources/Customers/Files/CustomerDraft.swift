import Primitives

/// A customer's file whose fields have been read; nothing in it is unreadable.
struct CustomerDraft: Sendable, Equatable {
    var kind: Customer.Kind
    var name: String
    var unit: UnitID?
    var owner: StaffID?
    var classification: String
    var status: Customer.Status
    var source: String
    var address: String
    var notes: String
    /// Exactly one of them is the customer itself.
    var people: [PersonDraft]
}

struct PersonDraft: Sendable, Equatable {
    var id: Person.ID?
    var role: Person.Role
    var relation = ""
    var name = ""
    var position = ""
    var gender: Gender?
    var birthday: Birthday?
    var bestTime = ""
    var hobbies = ""
    var circumstances = ""
    var phones: Edit<[PhoneNumber]> = .keep
    var email: Edit<EmailAddress?> = .keep
    var identityNumber: Edit<IdentityNumber?> = .keep

    init(id: Person.ID? = nil, role: Person.Role) {
        self.id = id
        self.role = role
    }
}

/// What a form says of a field that it shows masked.
enum Edit<Value: Sendable & Equatable>: Sendable, Equatable {
    case keep
    case set(Value)

    var new: Value? {
        if case .set(let value) = self { value } else { nil }
    }
}

public import Primitives

/// A customer's file as it is typed in; texts are read by the service, all faults at once.
public struct CustomerInput: Sendable, Equatable {
    public var kind: Customer.Kind
    public var name: String
    /// `nil`: the unit of who files it.
    public var unit: UnitID?
    /// `nil`: who files it.
    public var owner: StaffID?
    public var classification: String
    public var status: Customer.Status
    public var source: String
    public var address: String
    public var notes: String
    /// At most one with the role `itself`; a new file may leave it out.
    public var people: [PersonInput]

    public init(
        kind: Customer.Kind, name: String, unit: UnitID? = nil, owner: StaffID? = nil,
        classification: String = "ordinary", status: Customer.Status = .active, source: String = "",
        address: String = "", notes: String = "", people: [PersonInput] = []
    ) {
        self.kind = kind
        self.name = name
        self.unit = unit
        self.owner = owner
        self.classification = classification
        self.status = status
        self.source = source
        self.address = address
        self.notes = notes
        self.people = people
    }

    /// The input that would leave a file as it is; encrypted fields stay untouched.
    public init(_ customer: Customer) {
        self.init(
            kind: customer.kind, name: customer.name, unit: customer.unit, owner: customer.owner,
            classification: customer.classification, status: customer.status, source: customer.source,
            address: customer.address, notes: customer.notes, people: customer.people.map(PersonInput.init))
    }
}

/// A person as typed in.
public struct PersonInput: Sendable, Equatable {
    /// `nil`: a new person.
    public var id: Person.ID?
    public var role: Person.Role
    public var relation: String
    public var name: String
    public var position: String
    /// `male`, `female`, or what people write: 男, 女士, M …
    public var gender: String
    /// `1994-10-17`, `1978年6月18日`, `农历2008年2月廿九` …
    public var birthday: String
    public var bestTime: String
    public var hobbies: String
    public var circumstances: String
    /// `nil` leaves what is stored, the empty text removes it; several numbers with `、` or `/` between them.
    public var phone: String?
    public var email: String?
    public var identityNumber: String?

    public init(
        id: Person.ID? = nil, role: Person.Role, relation: String = "", name: String = "", position: String = "",
        gender: String = "", birthday: String = "", bestTime: String = "", hobbies: String = "",
        circumstances: String = "", phone: String? = nil, email: String? = nil, identityNumber: String? = nil
    ) {
        self.id = id
        self.role = role
        self.relation = relation
        self.name = name
        self.position = position
        self.gender = gender
        self.birthday = birthday
        self.bestTime = bestTime
        self.hobbies = hobbies
        self.circumstances = circumstances
        self.phone = phone
        self.email = email
        self.identityNumber = identityNumber
    }

    public init(_ person: Person) {
        let day = person.birthday.map { ($0.isLunar ? "农历" : "") + $0.words } ?? ""
        self.init(
            id: person.id, role: person.role, relation: person.relation, name: person.name,
            position: person.position, gender: person.gender?.rawValue ?? "", birthday: day,
            bestTime: person.bestTime, hobbies: person.hobbies, circumstances: person.circumstances)
    }
}

extension Birthday {
    /// As a person would write it, and as it is read again: `1994-10-17`, lunar `2008年闰2月29日`.
    public var words: String {
        switch self {
        case .solar(let day): day.description
        case .lunar(let day):
            (day.year.map { "\($0)年" } ?? "") + (day.isLeapMonth ? "闰" : "") + "\(day.month)月\(day.day)日"
        }
    }
}

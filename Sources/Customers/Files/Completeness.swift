/// How far a customer's file is filled in, by what the rules ask for.
///
/// Source: M-13 for the first submission, M-15 for the personal part.
public struct Completeness: Sendable, Hashable {
    /// What the first submission still lacks.
    public let missing: [Field]
    /// What the personal part still lacks.
    public let missingPersonal: [Field]
    /// How many fields are asked for in both parts.
    public let asked: Int

    public struct Field: Sendable, Hashable {
        public let role: Person.Role
        /// `name`, `address`, `phone`, `email`, `position`, `gender`, `birthday`, `best_time`, `hobbies`,
        /// `circumstances`.
        public let key: String
    }

    /// The first submission holds all it must.
    public var isComplete: Bool { missing.isEmpty }
    public var filled: Int { asked - missing.count - missingPersonal.count }
    /// Whole percent, rounded down, so that 100 means all.
    public var percent: Int { asked == 0 ? 100 : filled * 100 / asked }

    public init(_ customer: Customer) {
        self.init(kind: customer.kind, address: customer.address, people: customer.people)
    }

    init(kind: Customer.Kind, address: String, people: [Person]) {
        var first: [Field] = []
        var personal: [Field] = []
        var asked = 0
        func ask(_ role: Person.Role, _ key: String, isFilled: Bool, personal isPersonal: Bool = false) {
            asked += 1
            if isFilled { return }
            if isPersonal {
                personal.append(Field(role: role, key: key))
            } else {
                first.append(Field(role: role, key: key))
            }
        }
        func askPerson(_ role: Person.Role, named isNamed: Bool) {
            let person = people.first { $0.role == role }
            if isNamed {
                ask(role, "name", isFilled: person.map { !$0.name.isEmpty } ?? false)
                ask(role, "position", isFilled: person.map { !$0.position.isEmpty } ?? false)
            }
            ask(role, "phone", isFilled: person.map { !$0.phone.isEmpty } ?? false)
            ask(role, "email", isFilled: person.map { !$0.email.isEmpty } ?? false)
            ask(role, "gender", isFilled: person?.gender != nil)
            ask(role, "birthday", isFilled: person?.birthday != nil)
            ask(role, "best_time", isFilled: person.map { !$0.bestTime.isEmpty } ?? false)
            ask(role, "hobbies", isFilled: person.map { !$0.hobbies.isEmpty } ?? false, personal: true)
            ask(role, "circumstances", isFilled: person.map { !$0.circumstances.isEmpty } ?? false, personal: true)
        }
        ask(.itself, "address", isFilled: !address.isEmpty)
        switch kind {
        case .company:
            ask(.itself, "phone", isFilled: people.contains { $0.role == .itself && !$0.phone.isEmpty })
            askPerson(.responsible, named: true)
            askPerson(.contact, named: true)
        case .person:
            askPerson(.itself, named: false)
        }
        missing = first
        missingPersonal = personal
        self.asked = asked
    }
}

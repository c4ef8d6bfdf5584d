import Customers
import Primitives

/// A line of a list of customers.
struct CustomerLine: Encodable {
    let id: String
    let reference: String
    let kind: String
    let name: String
    let unit: String
    let owner: String?
    let classification: String
    /// Masked.
    let phone: String
    /// How many fields the first submission lacks.
    let missing: Int
    let updatedAt: String

    private enum CodingKeys: String, CodingKey {
        case id, reference, kind, name, unit, owner, classification, phone, missing, updatedAt = "updated_at"
    }

    init(_ customer: CustomerSummary, _ context: APIContext) {
        id = customer.id.description
        reference = customer.reference
        kind = customer.kind.rawValue
        name = customer.name
        unit = customer.unit.description
        owner = customer.owner?.description
        classification = customer.classification
        phone = customer.phone
        missing = customer.missing
        updatedAt = context.time(customer.updatedAt)
    }
}

/// A customer's file, its numbers masked.
struct CustomerJSON: Encodable {
    let id: String
    let reference: String
    let kind: String
    let name: String
    let unit: String
    let owner: String?
    let classification: String
    let status: String
    let source: String
    let address: String
    let notes: String
    let people: [PersonJSON]
    let completeness: CompletenessJSON
    let createdAt: String
    let updatedAt: String
    let updatedBy: String
    let revision: Int

    private enum CodingKeys: String, CodingKey {
        case id, reference, kind, name, unit, owner, classification, status, source, address, notes, people
        case completeness, createdAt = "created_at", updatedAt = "updated_at", updatedBy = "updated_by", revision
    }

    init(_ customer: Customer, _ context: APIContext) {
        id = customer.id.description
        reference = customer.reference
        kind = customer.kind.rawValue
        name = customer.name
        unit = customer.unit.description
        owner = customer.owner?.description
        classification = customer.classification
        status = customer.status.rawValue
        source = customer.source
        address = customer.address
        notes = customer.notes
        people = customer.people.map(PersonJSON.init)
        completeness = CompletenessJSON(Completeness(customer))
        createdAt = context.time(customer.createdAt)
        updatedAt = context.time(customer.updatedAt)
        updatedBy = customer.updatedBy.description
        revision = customer.revision
    }
}

struct PersonJSON: Encodable {
    let id: String
    let role: String
    let relation: String
    let name: String
    let position: String
    let gender: String?
    /// As it may be sent back: `1994-10-17`, `农历1978年6月15日`.
    let birthday: String?
    let bestTime: String
    let hobbies: String
    let circumstances: String
    let phone: String
    let email: String
    let identityNumber: String

    private enum CodingKeys: String, CodingKey {
        case id, role, relation, name, position, gender, birthday, bestTime = "best_time", hobbies, circumstances
        case phone, email, identityNumber = "identity_number"
    }

    init(_ person: Person) {
        id = person.id.description
        role = person.role.rawValue
        relation = person.relation
        name = person.name
        position = person.position
        gender = person.gender?.rawValue
        birthday = person.birthday.map { ($0.isLunar ? "农历" : "") + $0.words }
        bestTime = person.bestTime
        hobbies = person.hobbies
        circumstances = person.circumstances
        phone = person.phone
        email = person.email
        identityNumber = person.identityNumber
    }
}

struct CompletenessJSON: Encodable {
    let complete: Bool
    let percent: Int
    let missing: [Field]
    let missingPersonal: [Field]

    private enum CodingKeys: String, CodingKey {
        case complete, percent, missing, missingPersonal = "missing_personal"
    }

    struct Field: Encodable {
        let role: String
        let key: String

        init(_ field: Completeness.Field) {
            role = field.role.rawValue
            key = field.key
        }
    }

    init(_ completeness: Completeness) {
        complete = completeness.isComplete
        percent = completeness.percent
        missing = completeness.missing.map(Field.init)
        missingPersonal = completeness.missingPersonal.map(Field.init)
    }
}

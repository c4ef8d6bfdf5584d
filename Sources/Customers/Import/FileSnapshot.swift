import Foundation
import Primitives

/// A file as it was before an import changed it, to be sealed and restored.
struct FileSnapshot: Codable {
    let kind: String
    let name: String
    let classification: String
    let status: String
    let source: String
    let address: String
    let notes: String
    let people: [Member]

    struct Member: Codable {
        let id: Person.ID?
        let role: String
        let texts: [String]
        let gender: String?
        let birthday: String?
        let isLunar: Bool
        let phones: [String]
        let email: String?
        let identityNumber: String?
    }

    init(_ draft: CustomerDraft) {
        kind = draft.kind.rawValue
        name = draft.name
        classification = draft.classification
        status = draft.status.rawValue
        source = draft.source
        address = draft.address
        notes = draft.notes
        people = draft.people.map { person in
            Member(
                id: person.id, role: person.role.rawValue,
                texts: [
                    person.relation, person.name, person.position, person.bestTime, person.hobbies,
                    person.circumstances,
                ],
                gender: person.gender?.rawValue, birthday: person.birthday?.text,
                isLunar: person.birthday?.isLunar ?? false, phones: (person.phones.new ?? []).map(\.digits),
                email: (person.email.new ?? nil)?.text, identityNumber: (person.identityNumber.new ?? nil)?.text)
        }
    }

    /// `nil` when it is not what `init` made.
    func draft(unit: UnitID, owner: StaffID?) -> CustomerDraft? {
        guard let kind = Customer.Kind(rawValue: kind), let status = Customer.Status(rawValue: status) else {
            return nil
        }
        var draft = CustomerDraft(
            kind: kind, name: name, unit: unit, owner: owner, classification: classification, status: status,
            source: source, address: address, notes: notes, people: [])
        for member in people {
            guard let role = Person.Role(rawValue: member.role), member.texts.count == 6 else { return nil }
            var person = PersonDraft(id: member.id, role: role)
            person.relation = member.texts[0]
            person.name = member.texts[1]
            person.position = member.texts[2]
            person.bestTime = member.texts[3]
            person.hobbies = member.texts[4]
            person.circumstances = member.texts[5]
            person.gender = member.gender.flatMap(Gender.init(rawValue:))
            person.birthday = member.birthday.flatMap { Birthday(text: $0, isLunar: member.isLunar) }
            person.phones = .set(member.phones.compactMap { PhoneNumber($0) })
            person.email = .set(member.email.flatMap { EmailAddress($0) })
            person.identityNumber = .set(member.identityNumber.flatMap { IdentityNumber($0) })
            draft.people.append(person)
        }
        return draft
    }
}

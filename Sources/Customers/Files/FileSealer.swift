import Organisations
import Primitives

/// Turns drafts into files: encrypts, masks, and makes grams and blind indexes; and opens what is encrypted.
struct FileSealer {
    let organisation: OrganisationID
    let cipher: FieldCipher
    let index: BlindIndex

    /// What does not come from the draft.
    struct Stamp {
        let id: CustomerID
        let reference: String
        let unit: UnitID
        let owner: StaffID?
        let createdAt: Instant
        let updatedAt: Instant
        let updatedBy: StaffID
        let revision: Int
    }

    /// - Parameters:
    ///   - draft: every encrypted field set, none kept.
    ///   - identifier: for people who have none yet.
    func prepare(_ draft: CustomerDraft, _ stamp: Stamp, identifier: () -> Person.ID) throws -> PreparedFile {
        var people: [Person] = []
        var sealed: [StoredFile.SealedNumbers] = []
        var keys: [PreparedFile.Key] = []
        for person in draft.people {
            let id = person.id ?? identifier()
            people.append(person.masked(id))
            sealed.append(try numbers(of: person, id))
            let values = BlindValue.all(of: person) + (person.role == .itself ? BlindValue.place(of: draft) : [])
            keys += values.map { PreparedFile.Key(kind: $0.kind, blind: blind($0), person: id) }
        }
        let customer = Customer(
            id: stamp.id, organisation: organisation, reference: stamp.reference, kind: draft.kind, name: draft.name,
            unit: stamp.unit, owner: stamp.owner, classification: draft.classification, status: draft.status,
            source: draft.source, address: draft.address, notes: draft.notes, people: people,
            createdAt: stamp.createdAt, updatedAt: stamp.updatedAt, updatedBy: stamp.updatedBy,
            revision: stamp.revision)
        return PreparedFile(
            file: StoredFile(customer: customer, sealed: sealed), searchText: FileSealer.searchText(customer),
            grams: FileSealer.grams(customer), identifiers: keys)
    }

    func blind(_ value: BlindValue) -> [UInt8] { index.blind(value.text, value.kind, in: organisation) }

    private func numbers(of person: PersonDraft, _ id: Person.ID) throws -> StoredFile.SealedNumbers {
        let phones = person.phones.new ?? []
        return StoredFile.SealedNumbers(
            phone: phones.isEmpty
                ? nil : try cipher.seal(phones.map(\.digits).joined(separator: "\n"), at: place(.phone, id)),
            email: try (person.email.new ?? nil).map { try cipher.seal($0.text, at: place(.email, id)) },
            identityNumber: try (person.identityNumber.new ?? nil).map {
                try cipher.seal($0.text, at: place(.identity, id))
            })
    }

    /// The draft that a stored file amounts to, with its numbers in the clear.
    func draft(of file: StoredFile) throws -> CustomerDraft {
        let customer = file.customer
        let people = try zip(customer.people, file.sealed).map { person, sealed in
            var draft = PersonDraft(person)
            draft.phones = .set(
                try open(sealed.phone, .phone, of: person.id)?.split(separator: "\n")
                    .compactMap { PhoneNumber(String($0)) } ?? [])
            draft.email = .set(try open(sealed.email, .email, of: person.id).flatMap { EmailAddress($0) })
            draft.identityNumber = .set(
                try open(sealed.identityNumber, .identity, of: person.id).flatMap { IdentityNumber($0) })
            return draft
        }
        return CustomerDraft(
            kind: customer.kind, name: customer.name, unit: customer.unit, owner: customer.owner,
            classification: customer.classification, status: customer.status, source: customer.source,
            address: customer.address, notes: customer.notes, people: people)
    }

    private func open(_ sealed: [UInt8]?, _ kind: BlindIndex.Kind, of person: Person.ID) throws -> String? {
        try sealed.map { try cipher.text($0, at: place(kind, person)) }
    }

    private func place(_ kind: BlindIndex.Kind, _ person: Person.ID) -> FieldCipher.Place {
        FieldCipher.Place(organisation, column: "customer_person.\(kind.rawValue)", row: person)
    }

    static func searchText(_ customer: Customer) -> String { searchText(names: names(customer)) }

    /// - Parameter names: of the file and of the people in it.
    static func searchText(names: [String]) -> String {
        names.filter { !$0.isEmpty }.map(NameGrams.searchText).joined(separator: "\n")
    }

    /// From what is shown only, so that the grams to remove can be told from the stored file.
    static func grams(_ customer: Customer) -> [String] {
        grams(names: names(customer), phones: customer.people.map(\.phone))
    }

    /// - Parameter phones: masked, those of one person with `、` between them.
    static func grams(names: [String], phones: [String]) -> [String] {
        NameGrams.grams(
            names: names.filter { !$0.isEmpty },
            endings: phones.flatMap { $0.split(separator: "、").map { String($0.suffix(4)) } })
    }

    private static func names(_ customer: Customer) -> [String] { [customer.name] + customer.people.map(\.name) }
}

extension PersonDraft {
    init(_ person: Person) {
        self.init(id: person.id, role: person.role)
        relation = person.relation
        name = person.name
        position = person.position
        gender = person.gender
        birthday = person.birthday
        bestTime = person.bestTime
        hobbies = person.hobbies
        circumstances = person.circumstances
    }

    func masked(_ id: Person.ID) -> Person {
        Person(
            id: id, role: role, relation: relation, name: name, position: position, gender: gender,
            birthday: birthday, bestTime: bestTime, hobbies: hobbies, circumstances: circumstances,
            phone: (phones.new ?? []).map(\.masked).joined(separator: "、"),
            email: (email.new ?? nil)?.masked ?? "", identityNumber: (identityNumber.new ?? nil)?.masked ?? "")
    }
}

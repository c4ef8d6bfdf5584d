import Organisations
import Primitives

/// A file as its rows hold it: what is shown, and what is encrypted.
struct StoredFile: Sendable {
    let customer: Customer
    /// In the order of `customer.people`.
    let sealed: [SealedNumbers]

    /// The encrypted numbers of one person.
    struct SealedNumbers: Sendable {
        let phone: [UInt8]?
        let email: [UInt8]?
        let identityNumber: [UInt8]?
    }
}

/// A file ready to be stored, with what it is found by.
struct PreparedFile: Sendable {
    let file: StoredFile
    let searchText: String
    let grams: [String]
    let identifiers: [Key]

    /// A blind index, and whose it is.
    struct Key: Sendable {
        let kind: BlindIndex.Kind
        let blind: [UInt8]
        let person: Person.ID
    }

    var customer: Customer { file.customer }
}

/// A value that is found by its blind index.
struct BlindValue: Hashable, Sendable {
    let kind: BlindIndex.Kind
    let text: String

    static func all(of person: PersonDraft) -> [BlindValue] {
        (person.phones.new ?? []).map { BlindValue(kind: .phone, text: $0.digits) }
            + ((person.email.new ?? nil).map { [BlindValue(kind: .email, text: $0.text)] } ?? [])
            + ((person.identityNumber.new ?? nil).map { [BlindValue(kind: .identity, text: $0.text)] } ?? [])
    }

    /// Name and address in one; none while there is no address.
    static func place(of draft: CustomerDraft) -> [BlindValue] {
        let address = NameGrams.folded(draft.address)
        return address.isEmpty ? [] : [BlindValue(kind: .place, text: NameGrams.folded(draft.name) + "|" + address)]
    }
}

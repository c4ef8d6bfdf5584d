public import Organisations
import Policy
public import Primitives
public import Storage

/// Files, finds and changes customers; every act asks the post's permission and records an event.
public struct CustomerService: Sendable {
    let database: any Database
    let journal: Journal
    let charters: CharterShelf
    let references: ReferenceNumbers
    let personKeys: PersonKeys
    let cipher: FieldCipher
    let index: BlindIndex
    /// What visitors without an account are known again by.
    public let visitors: VisitorSeal

    /// The prefix of customers' references.
    static let prefix = "KH"

    public init(
        database: any Database, journal: Journal, charters: CharterShelf, references: ReferenceNumbers,
        personKeys: PersonKeys, keys: KeyRing
    ) {
        self.database = database
        self.journal = journal
        self.charters = charters
        self.references = references
        self.personKeys = personKeys
        cipher = FieldCipher(keys: keys)
        index = BlindIndex(keys: keys)
        visitors = VisitorSeal(keys: keys)
    }

    func sealer(_ organisation: OrganisationID) -> FileSealer {
        FileSealer(organisation: organisation, cipher: cipher, index: index)
    }

    /// The company's day at the transaction's instant, and the charter that counts then.
    func today(
        of organisation: OrganisationID, in transaction: any ReadTransaction
    ) throws -> (day: CalendarDay, charterVersion: Int) {
        let charter = try charters.inForce(for: organisation, at: transaction.now, in: transaction)
        return (charter.calendar.zone.local(transaction.now).day, charter.version)
    }
}

/// Which customers a list shows.
public struct CustomerFilter: Sendable, Hashable {
    public var kind: Customer.Kind?
    public var classification: String?
    public var owner: StaffID?
    /// Only those whose first submission lacks something.
    public var isIncomplete: Bool

    public init(
        kind: Customer.Kind? = nil, classification: String? = nil, owner: StaffID? = nil, isIncomplete: Bool = false
    ) {
        self.kind = kind
        self.classification = classification
        self.owner = owner
        self.isIncomplete = isIncomplete
    }
}

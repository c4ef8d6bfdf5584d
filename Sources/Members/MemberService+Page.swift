import Organisations
public import Policy
public import Primitives
public import Storage

/// Members who look after their cards by themselves, without an account.
extension MemberService {
    /// What a member may see of his own.
    public struct OwnPage: Sendable {
        public let programme: Programme
        public let account: Account
        /// What is still to be done; `nil` without a card.
        public let outlook: Outlook?
        public let perks: [PerkStanding]
        /// In the card year, in order of time.
        public let given: [GivenPerk]
        public let activities: [Doing]
        /// `nil` where nothing is paid in beforehand.
        public let stored: StoredStatement?
        /// What the member confirmed, and when.
        public let confirmed: [(confirmation: Confirmation, at: Instant)]
    }

    /// Whether there is a card or something paid in beforehand.
    /// - Throws: `NoProgramme` where the rules open no such page.
    public func isMember(
        _ customer: CustomerID, of organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> Bool {
        try ownReader(of: customer, in: organisation, transaction).isMember()
    }

    /// - Throws: `NoProgramme` where the rules open no such page; `.notFound` for who is no member.
    public func ownPage(
        of customer: CustomerID, in organisation: OrganisationID, limit: Int = 20, _ transaction: any ReadTransaction
    ) throws -> OwnPage {
        let reader = try ownReader(of: customer, in: organisation, transaction)
        guard try reader.isMember() else { throw StorageError.notFound("member \(customer)") }
        let programme = reader.programme
        let account = try reader.account(naming: nil, limit: limit)
        return OwnPage(
            programme: programme, account: account, outlook: programme.outlook(of: account.member, on: reader.day),
            perks: try reader.perks(),
            given: try account.member.card.map { try reader.given(since: $0.issued) } ?? [],
            activities: try reader.doings(),
            stored: programme.storedValue == nil ? nil : try reader.storedValue(limit: limit),
            confirmed: try reader.confirmations().compactMap { confirmed in
                programme.confirmations.first { $0.key == confirmed.key }.map { ($0, confirmed.at) }
            })
    }

    private func ownReader(
        of customer: CustomerID, in organisation: OrganisationID, _ transaction: any ReadTransaction
    ) throws -> MemberReader {
        let charter = try charters.inForce(for: organisation, at: transaction.now, in: transaction)
        guard let programme = charter.membership, programme.portal != nil else { throw NoProgramme() }
        return MemberReader(transaction, organisation, customer, charter, programme)
    }
}

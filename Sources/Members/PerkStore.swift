import Organisations
import Policy
public import Primitives
import Storage

/// What a card was given, by perk and period.
struct PerkStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID
    let customer: CustomerID

    init(_ transaction: any ReadTransaction, _ organisation: OrganisationID, _ customer: CustomerID) {
        self.transaction = transaction
        self.organisation = organisation
        self.customer = customer
    }

    /// The day on which it was given in that period.
    func day(of perk: Perk.Key, in period: String) throws -> CalendarDay? {
        try transaction.first(
            """
            SELECT day FROM perk_grant
            WHERE organisation = \(organisation) AND customer = \(customer) AND perk = \(perk) AND period = \(period)
            """
        ) { try $0[0] }
    }

    /// All that was given from a day on, in order of time.
    func given(since day: CalendarDay, limit: Int) throws -> [GivenPerk] {
        try transaction.all(
            """
            SELECT perk, count, choice, receipt, staff, day FROM perk_grant
            WHERE organisation = \(organisation) AND customer = \(customer) AND day >= \(day)
            ORDER BY event LIMIT \(limit: limit)
            """
        ) {
            GivenPerk(
                perk: try $0[0], count: try $0[1], option: try $0[2], receipt: try $0[3], staff: try $0[4],
                day: try $0[5])
        }
    }

    /// - Parameter period: of its own where the perk has none.
    /// - Throws: `.changedMeanwhile` where another counter was first.
    func save(
        _ grant: PerkGrant, _ request: PerkRequest, period: String, to staff: StaffID?, on day: CalendarDay,
        _ event: Event.ID, in write: any WriteTransaction
    ) throws {
        let customer = customer
        try write.run(
            """
            INSERT INTO perk_grant (organisation, customer, perk, period, day, tier, count, choice, receipt, staff, event)
            VALUES (\(organisation), \(customer), \(grant.perk), \(period), \(day), \(grant.tier), \(grant.count),
                \(request.option), \(request.receipt), \(staff), \(event))
            ON CONFLICT (organisation, customer, perk, period) DO NOTHING
            """, changing: 1, orElse: .changedMeanwhile("perk \(grant.perk) of \(customer)"))
    }
}

/// Something that a card was given.
public struct GivenPerk: Sendable, Hashable {
    public let perk: String
    public let count: Int64
    public let option: String?
    public let receipt: String?
    /// Who serves.
    public let staff: StaffID?
    public let day: CalendarDay
}

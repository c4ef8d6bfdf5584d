import Organisations
public import Policy
public import Primitives
public import Storage

/// An account of stored value as the rows have it.
struct StoredRow {
    let account: StoredAccount
    let revision: Int
}

/// The rows of stored value: a customer's account, each recharge with what is left of it, and the entries.
struct StoredStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID
    let customer: CustomerID

    func account() throws -> StoredRow? {
        let head = try transaction.first(
            """
            SELECT frozen, revision FROM stored_account
            WHERE organisation = \(organisation) AND customer = \(customer)
            """
        ) { (frozen: try $0[0] as CalendarDay?, revision: try $0[1] as Int) }
        guard let head else { return nil }
        let lots = try transaction.all(
            """
            SELECT number, principal, bonus, given FROM recharge
            WHERE organisation = \(organisation) AND customer = \(customer) AND (principal > 0 OR bonus > 0)
            ORDER BY charged_at, number
            """
        ) {
            StoredAccount.Lot(
                recharge: try $0[0], principal: Money(minorUnits: try $0[1]), bonus: Money(minorUnits: try $0[2]),
                given: Money(minorUnits: try $0[3]))
        }
        return StoredRow(account: StoredAccount(frozen: head.frozen, lots: lots), revision: head.revision)
    }

    /// An account with nothing in it.
    func open(in write: any WriteTransaction) throws -> StoredRow {
        try write.run(
            """
            INSERT INTO stored_account (organisation, customer, principal, bonus, acted_at)
            VALUES (\(organisation), \(customer), 0, 0, \(write.now))
            ON CONFLICT (organisation, customer) DO NOTHING
            """)
        return StoredRow(account: StoredAccount(), revision: 1)
    }

    func mark(frozen: CalendarDay?, on stored: StoredRow, in write: any WriteTransaction) throws {
        let customer = customer
        try write.run(
            """
            UPDATE stored_account SET frozen = \(frozen), acted_at = \(write.now), revision = revision + 1
            WHERE organisation = \(organisation) AND customer = \(customer) AND revision = \(stored.revision)
            """, changing: 1, orElse: .changedMeanwhile("stored value of \(customer)"))
    }

    /// What a receipt took of each recharge and has not given back, in the order of taking.
    func outstanding(of receipt: String) throws -> [StoredPart] {
        try transaction.all(
            """
            SELECT e.recharge, -sum(CASE WHEN e.account = 'principal' THEN e.amount ELSE 0 END),
                -sum(CASE WHEN e.account = 'bonus' THEN e.amount ELSE 0 END)
            FROM stored_entry e JOIN recharge r ON r.organisation = e.organisation AND r.number = e.recharge
            WHERE e.organisation = \(organisation) AND e.receipt = \(receipt) AND e.account IN ('principal', 'bonus')
            GROUP BY e.recharge, r.charged_at ORDER BY r.charged_at, e.recharge
            """
        ) {
            StoredPart(
                recharge: try $0[0], principal: Money(minorUnits: try $0[1]), bonus: Money(minorUnits: try $0[2]))
        }
    }

    func recharge(_ number: String) throws -> (customer: CustomerID, recharge: Recharge)? {
        try transaction.first(
            "SELECT customer, \(Self.columns) FROM recharge WHERE organisation = \(organisation) AND number = \(number)"
        ) { (try $0[0], try Recharge($0, from: 1)) }
    }

    /// The newest first.
    func recharges(limit: Int) throws -> [Recharge] {
        try transaction.all(
            """
            SELECT \(Self.columns) FROM recharge WHERE organisation = \(organisation) AND customer = \(customer)
            ORDER BY charged_at DESC, number DESC LIMIT \(limit: limit)
            """
        ) { try Recharge($0, from: 0) }
    }

    private static let columns: SQL = "number, charged_at, day, tender, staff, paid, given, principal, bonus"

    /// What came and went, the newest first.
    func movements(limit: Int) throws -> [StoredMovement] {
        try transaction.all(
            """
            SELECT s.posting, e.occurred_at, s.purpose, s.recharge, s.receipt, s.account, s.amount
            FROM stored_entry s JOIN event e ON e.organisation = s.organisation AND e.id = s.posting
            WHERE s.organisation = \(organisation) AND s.customer = \(customer) AND s.account IN ('principal', 'bonus')
            ORDER BY s.posting DESC, s.ordinal LIMIT \(limit: limit)
            """
        ) {
            StoredMovement(
                posting: try $0[0], at: try $0[1], purpose: try $0[2], recharge: try $0[3], receipt: try $0[4],
                account: try $0[5], amount: Money(minorUnits: try $0[6]))
        }
    }
}

/// Money that was paid in at once, and what is left of it.
public struct Recharge: Sendable, Hashable {
    public let number: String
    public let at: Instant
    public let day: CalendarDay
    public let tender: StoredValue.Tender
    /// Who took it.
    public let staff: StaffID
    public let paid: Money
    /// The bonus on top.
    public let given: Money
    public let principal: Money
    public let bonus: Money

    init(_ row: Row, from first: Int) throws {
        number = try row[first]
        at = try row[first + 1]
        day = try row[first + 2]
        tender = StoredValue.Tender(rawValue: try row[first + 3]) ?? .transfer
        staff = try row[first + 4]
        paid = Money(minorUnits: try row[first + 5])
        given = Money(minorUnits: try row[first + 6])
        principal = Money(minorUnits: try row[first + 7])
        bonus = Money(minorUnits: try row[first + 8])
    }
}

/// Stored value that came to a customer or left it.
public struct StoredMovement: Sendable, Hashable {
    /// The event that it was posted with.
    public let posting: Event.ID
    public let at: Instant
    /// `stored.recharged`, `purchase.posted` …
    public let purpose: String
    public let recharge: String
    public let receipt: String?
    /// `principal` or `bonus`.
    public let account: String
    public let amount: Money
}

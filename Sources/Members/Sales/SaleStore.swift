import Organisations
import Policy
public import Primitives
import Storage

/// What was sold, by source, person and unit; nothing is updated or deleted.
struct SaleStore {
    let transaction: any ReadTransaction
    let organisation: OrganisationID
    let customer: CustomerID

    /// Who sold, and whether the customer had been served on an earlier day.
    struct Seller {
        let staff: StaffID
        let unit: UnitID
        let isSecond: Bool
    }

    /// Of a receipt or recharge that was entered before; `nil` for one of before the sales were kept.
    func seller(of reference: String) throws -> Seller? {
        try transaction.first(
            """
            SELECT staff, unit, is_second FROM sale WHERE organisation = \(organisation) AND reference = \(reference)
            ORDER BY posting, ordinal LIMIT 1
            """
        ) { Seller(staff: try $0[0], unit: try $0[1], isSecond: try $0[2]) }
    }

    func wasServed(before day: CalendarDay) throws -> Bool {
        try transaction.first(
            """
            SELECT 1 FROM sale WHERE organisation = \(organisation) AND customer = \(customer) AND day < \(day) LIMIT 1
            """
        ) { _ in } != nil
    }

    func enter(
        _ entries: [SaleEntry], of reference: String, by seller: Seller, on day: CalendarDay, _ event: Event,
        in write: any WriteTransaction
    ) throws {
        let kept = entries.filter { $0.due != .zero || $0.amount != .zero }
        for (ordinal, entry) in kept.enumerated() {
            try write.run(
                """
                INSERT INTO sale (organisation, posting, ordinal, reference, customer, day, source, counts, staff, unit, due,
                    amount, is_second)
                VALUES (\(organisation), \(event.id), \(ordinal), \(reference), \(customer), \(day), \(entry.source),
                    \(entry.counts), \(seller.staff), \(seller.unit), \(entry.due.minorUnits), \(entry.amount.minorUnits),
                    \(seller.isSecond))
                """)
        }
    }

    /// What the customer spent from a day on.
    func spent(from day: CalendarDay) throws -> Money {
        try transaction.first(
            """
            SELECT coalesce(sum(due), 0) FROM sale
            WHERE organisation = \(organisation) AND customer = \(customer) AND day >= \(day)
            """
        ) { Money(minorUnits: try $0[0]) } ?? .zero
    }

    func spendingClass() throws -> SpendingClass.Key? {
        try transaction.first(
            "SELECT class FROM spending_class WHERE organisation = \(organisation) AND customer = \(customer)"
        ) { try $0[0] as String }
    }

    /// What the customer spent, by month and source, the latest first.
    func spending(from day: CalendarDay) throws -> [MonthlySpending] {
        try transaction.all(
            """
            SELECT substr(day, 1, 7), source, sum(due), sum(amount) FROM sale
            WHERE organisation = \(organisation) AND customer = \(customer) AND day >= \(day)
            GROUP BY substr(day, 1, 7), source ORDER BY 1 DESC, 2
            """
        ) {
            MonthlySpending(
                month: try $0[0], source: try $0[1], due: Money(minorUnits: try $0[2]),
                amount: Money(minorUnits: try $0[3]))
        }
    }
}

/// What a customer spent on goods of one source, or paid in, in a month.
public struct MonthlySpending: Sendable, Hashable {
    /// `2026-03`
    public let month: String
    public let source: String
    /// After discounts and refunds, over all tenders.
    public let due: Money
    /// Money that came in.
    public let amount: Money
}

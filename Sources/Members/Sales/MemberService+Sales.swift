import Customers
public import Organisations
public import Policy
public import Primitives
import Storage

extension MemberService {
    /// Enters what an act sold or took back, and the class that the customer reaches by it.
    func enterSales(
        of done: DoneAct, _ act: MemberAct.Kind, before: Receipt?, by programme: Programme, for customer: CustomerID,
        _ principal: Principal, on day: CalendarDay, _ event: Event, in transaction: any WriteTransaction
    ) throws {
        guard programme.keepsSales else { return }
        let store = SaleStore(transaction: transaction, organisation: principal.organisation, customer: customer)
        let number: String
        let seller: SaleStore.Seller
        switch act {
        case .purchase(let receipt, _):
            number = receipt
            seller = SaleStore.Seller(
                staff: principal.staff, unit: principal.unit, isSecond: try store.wasServed(before: day))
        case .refund(let receipt, _):
            number = receipt
            // Whoever sold it loses it again, wherever it comes back; what never counted is not taken off anybody.
            guard let sold = try store.seller(of: receipt) else { return }
            seller = sold
        default: return
        }
        guard let after = done.receipts.first(where: { $0.number == number })?.receipt else { return }
        let now = programme.entries(of: after)
        let then = before.map { programme.entries(of: $0) } ?? []
        try store.enter(now.less(then), of: number, by: seller, on: day, event, in: transaction)
        if let classes = programme.spendingClasses {
            try reclass(customer, classes, on: day, store, principal, event, in: transaction)
        }
    }

    /// The class by what was spent lately; a change is an event of its own.
    private func reclass(
        _ customer: CustomerID, _ classes: SpendingClasses, on day: CalendarDay, _ store: SaleStore,
        _ principal: Principal, _ cause: Event, in transaction: any WriteTransaction
    ) throws {
        let spent = try store.spent(from: classes.start(on: day))
        let (before, after) = (try store.spendingClass(), classes.reached(by: spent)?.key)
        guard before != after else { return }
        var body: Fields = ["spent": .integer(spent.minorUnits)]
        if let before { body["from"] = .text(before) }
        if let after { body["to"] = .text(after) }
        _ = try journal.record(
            EventDraft(
                organisation: principal.organisation, type: "customer.classed",
                subject: Event.Subject("customer", customer), unit: cause.unit, actor: cause.actor,
                occurredAt: cause.occurredAt, charterVersion: cause.charterVersion, body: body), in: transaction)
        guard let after else {
            try transaction.run(
                """
                DELETE FROM spending_class
                WHERE organisation = \(principal.organisation) AND customer = \(customer)
                """)
            return
        }
        try transaction.run(
            """
            INSERT INTO spending_class (organisation, customer, class, since)
            VALUES (\(principal.organisation), \(customer), \(after), \(day))
            ON CONFLICT (organisation, customer) DO UPDATE SET class = \(after), since = \(day)
            """)
    }

    /// What a customer spends and on what, with the class that follows.
    public struct Spending: Sendable {
        /// Within the months that count for the class.
        public let spent: Money
        public let reached: SpendingClass?
        /// Of the last twelve months, the latest first.
        public let months: [MonthlySpending]
    }

    /// - Throws: `Denial` without `members.read`; `.notFound` for a customer out of reach; `NoProgramme`.
    public func spending(of customer: CustomerID, for principal: Principal) async throws -> Spending {
        try await database.read(for: principal.organisation) { transaction in
            let (charter, programme) = try rules(for: principal, in: transaction)
            _ = try unit(of: customer, .readMembers, principal, transaction)
            let store = SaleStore(transaction: transaction, organisation: principal.organisation, customer: customer)
            let day = charter.calendar.zone.local(transaction.now).day
            let classes = programme.spendingClasses
            let spent = try store.spent(from: classes?.start(on: day) ?? day.adding(months: -12).adding(days: 1))
            let first = day.adding(days: 1 - day.day).adding(months: -11)
            return Spending(
                spent: spent, reached: classes?.reached(by: spent), months: try store.spending(from: first))
        }
    }
}

extension [SaleEntry] {
    /// What these are above others, by source.
    fileprivate func less(_ others: [SaleEntry]) -> [SaleEntry] {
        map { entry in
            let other = others.first { $0.source == entry.source }
            return SaleEntry(
                source: entry.source, counts: entry.counts, due: entry.due - (other?.due ?? .zero),
                amount: entry.amount - (other?.amount ?? .zero))
        }
    }
}

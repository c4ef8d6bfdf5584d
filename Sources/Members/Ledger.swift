import Organisations
import Policy
import Primitives
import Storage

/// The points of a customer in double entries: those of one purpose sum to zero, and nothing is updated or deleted.
///
/// A member's accounts are `spendable`, `pending` and `period`; against them stand the company's `issued`, `redeemed`,
/// `left` (points that stayed with a card that was given up) and `counted`, the other side of `period`.
struct Ledger {
    let transaction: any WriteTransaction
    let organisation: OrganisationID
    let customer: CustomerID

    /// Posts what an act changed; points whose day had come before it are posted as matured.
    func post(
        _ purpose: String, _ posting: Event.ID, from before: Member, rolledTo day: CalendarDay,
        _ outcome: MemberOutcome
    ) throws {
        let rolled = before.rolled(to: day).points
        let after = outcome.member.points
        var entries: [(purpose: String, account: String, amount: Int64)] = []
        func add(_ account: String, _ points: Points, as purpose: String) {
            if points != .zero { entries.append((purpose, account, points.count)) }
        }
        let matured = rolled.spendable - before.points.spendable
        add("spendable", matured, as: "matured")
        add("pending", .zero - matured, as: "matured")
        var (issued, redeemed) = (Points.zero, Points.zero)
        switch outcome.result {
        case .sold(let quote, let points): (issued, redeemed) = (.zero - quote.earned, points)
        case .refunded(let refund): (issued, redeemed) = (refund.takenBack, .zero - refund.returned)
        case .changed(let change): (issued, redeemed) = (.zero - change.issued, change.redeemed)
        case .refused: break
        }
        let spendable = after.spendable - rolled.spendable
        let pending = after.pending - rolled.pending
        let period = after.period - rolled.period
        add("spendable", spendable, as: purpose)
        add("pending", pending, as: purpose)
        add("issued", issued, as: purpose)
        add("redeemed", redeemed, as: purpose)
        add("left", .zero - spendable - pending - issued - redeemed, as: purpose)
        add("period", period, as: purpose)
        add("counted", .zero - period, as: purpose)
        for (ordinal, entry) in entries.enumerated() {
            try transaction.run(
                """
                INSERT INTO ledger_entry (organisation, posting, ordinal, customer, purpose, account, amount)
                VALUES (\(organisation), \(posting), \(ordinal), \(customer), \(entry.purpose), \(entry.account),
                    \(entry.amount))
                """)
        }
    }
}

import Organisations
import Policy
import Primitives
import Storage

/// Stored value in double entries, each on the recharge it came from; nothing is updated or deleted but the balances.
///
/// A customer's `principal` and `bonus` are what the company owes; against them stand `paid_in`, `granted` (the bonus on
/// top), `spent` on receipts, `paid_out`, `kept` (principal for a bonus used before it) and `ended` (a bonus that ended
/// with its recharge).
struct StoredLedger {
    let transaction: any WriteTransaction
    let organisation: OrganisationID
    let customer: CustomerID
    let purpose: String
    let event: Event
    var receipt: String?

    struct Entry {
        let recharge: String
        let account: String
        let amount: Money
    }

    /// Writes what changed: the balances of the account and of its recharges, and the entries.
    /// - Parameters:
    ///   - stored: the account as it was read; its revision guards against a second counter.
    ///   - parts: what each recharge gains, or below zero loses.
    ///   - against: the other sides.
    func post(_ parts: [StoredPart], against others: [Entry], on stored: StoredRow) throws {
        let customer = customer
        let (principal, bonus) = parts.reduce((Money.zero, Money.zero)) { ($0.0 + $1.principal, $0.1 + $1.bonus) }
        try transaction.run(
            """
            UPDATE stored_account SET principal = principal + \(principal.minorUnits), bonus = bonus + \(bonus.minorUnits),
                acted_at = \(event.occurredAt), revision = revision + 1
            WHERE organisation = \(organisation) AND customer = \(customer) AND revision = \(stored.revision)
            """, changing: 1, orElse: .changedMeanwhile("stored value of \(customer)"))
        for part in parts {
            try transaction.run(
                """
                UPDATE recharge SET principal = principal + \(part.principal.minorUnits),
                    bonus = bonus + \(part.bonus.minorUnits)
                WHERE organisation = \(organisation) AND number = \(part.recharge) AND customer = \(customer)
                """, changing: 1, orElse: .changedMeanwhile("recharge \(part.recharge)"))
        }
        try enter(
            parts.flatMap {
                [
                    Entry(recharge: $0.recharge, account: "principal", amount: $0.principal),
                    Entry(recharge: $0.recharge, account: "bonus", amount: $0.bonus),
                ]
            } + others)
    }

    func enter(_ entries: [Entry]) throws {
        for (ordinal, entry) in entries.filter({ $0.amount != .zero }).enumerated() {
            try transaction.run(
                """
                INSERT INTO stored_entry (organisation, posting, ordinal, customer, purpose, recharge, receipt, account,
                    amount)
                VALUES (\(organisation), \(event.id), \(ordinal), \(customer), \(purpose), \(entry.recharge), \(receipt),
                    \(entry.account), \(entry.amount.minorUnits))
                """)
        }
    }
}

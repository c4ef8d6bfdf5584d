public import Primitives
public import Storage

/// Whether members' balances are what their entries say.
public enum MemberAccount {
    public enum Fault: Sendable, Hashable {
        /// The entries of a posting do not sum to zero.
        case unbalanced(OrganisationID, posting: Event.ID)
        /// A balance differs from the sum of its entries.
        case balance(OrganisationID, customer: CustomerID, account: String)
    }

    public static func faults(in transaction: any ReadTransaction) throws -> [Fault] {
        let unbalanced = try transaction.all(
            """
            SELECT organisation, posting FROM ledger_entry GROUP BY organisation, posting HAVING sum(amount) <> 0
            """
        ) { Fault.unbalanced(try $0[0], posting: try $0[1]) }
        let cached: [(account: String, balance: SQL)] = [
            ("spendable", "m.spendable"), ("period", "m.period"),
            (
                "pending",
                """
                coalesce((SELECT sum(points) FROM member_lot t
                    WHERE t.organisation = m.organisation AND t.customer = m.customer), 0)
                """
            ),
        ]
        let different = try cached.flatMap { account, balance in
            try transaction.all(
                """
                SELECT m.organisation, m.customer FROM member m
                WHERE \(balance) <> coalesce((SELECT sum(amount) FROM ledger_entry l
                    WHERE l.organisation = m.organisation AND l.customer = m.customer AND l.account = \(account)), 0)
                """
            ) { Fault.balance(try $0[0], customer: try $0[1], account: account) }
        }
        return unbalanced + different
    }
}

public import Primitives
public import Storage

/// Whether members' balances are what their entries say.
public enum MemberAccount {
    public enum Fault: Sendable, Hashable {
        /// The entries of a posting do not sum to zero.
        case unbalanced(OrganisationID, posting: Event.ID)
        /// A balance differs from the sum of its entries.
        case balance(OrganisationID, customer: CustomerID, account: String)
        /// What is left of a recharge differs from the sum of its entries.
        case recharge(OrganisationID, number: String, account: String)
        /// The points of a gift are not those that its posting took off the card.
        case exchange(OrganisationID, posting: Event.ID)
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
        let exchanges = try transaction.all(
            """
            SELECT p.organisation, p.event FROM activity_part p
            WHERE p.points <> coalesce((SELECT sum(amount) FROM ledger_entry l
                WHERE l.organisation = p.organisation AND l.posting = p.event AND l.account = 'redeemed'), 0)
            """
        ) { Fault.exchange(try $0[0], posting: try $0[1]) }
        return try unbalanced + different + exchanges + storedFaults(in: transaction)
    }

    private static func storedFaults(in transaction: any ReadTransaction) throws -> [Fault] {
        let unbalanced = try transaction.all(
            "SELECT organisation, posting FROM stored_entry GROUP BY organisation, posting HAVING sum(amount) <> 0"
        ) { Fault.unbalanced(try $0[0], posting: try $0[1]) }
        let parts: [(account: String, column: SQL)] = [("principal", "principal"), ("bonus", "bonus")]
        let recharges = try parts.flatMap { account, column in
            try transaction.all(
                """
                SELECT r.organisation, r.number FROM recharge r
                WHERE r.\(column) <> coalesce((SELECT sum(amount) FROM stored_entry s
                    WHERE s.organisation = r.organisation AND s.recharge = r.number AND s.account = \(account)), 0)
                """
            ) { Fault.recharge(try $0[0], number: try $0[1], account: account) }
        }
        let balances = try parts.flatMap { account, column in
            try transaction.all(
                """
                SELECT a.organisation, a.customer FROM stored_account a
                WHERE a.\(column) <> coalesce((SELECT sum(r.\(column)) FROM recharge r
                    WHERE r.organisation = a.organisation AND r.customer = a.customer), 0)
                """
            ) { Fault.balance(try $0[0], customer: try $0[1], account: account) }
        }
        return unbalanced + recharges + balances
    }
}

public import Organisations
import Policy
public import Primitives
import Storage

/// What was sold in a period, told by one of the views below.
public struct SalesReport: Sendable {
    public let rows: [Row]
    public let total: Money
    /// Of the total, purchases of customers who had been served on an earlier day.
    public let second: Money
    /// What customers have paid in and not used, now.
    public let liability: Liability

    public enum View: String, Sendable, CaseIterable, Hashable {
        case source, staff, unit, month
        /// The customer's kind in the file.
        case type
        /// By what the customer spends.
        case spending
    }

    public struct Row: Sendable, Hashable {
        /// A source, a member of staff, a unit, a month, a classification or a class; empty where there is none.
        public let key: String
        public let amount: Money
        public let second: Money
        public let customers: Int
    }

    public struct Liability: Sendable, Hashable {
        public let principal: Money
        public let bonus: Money
        public let accounts: Int
    }
}

extension MemberService {
    /// What counts as sales between two days, those included, of the units that the principal may read.
    /// - Throws: `Denial` without `members.read`; `NoProgramme`.
    public func sales(
        by view: SalesReport.View, from: CalendarDay, through: CalendarDay, for principal: Principal
    ) async throws -> SalesReport {
        let reach = try principal.reach(.readMembers)
        let key: SQL =
            switch view {
            case .source: "s.source"
            case .staff: "s.staff"
            case .unit: "s.unit"
            case .month: "substr(s.day, 1, 7)"
            case .type: "c.classification"
            case .spending: "coalesce(k.class, '')"
            }
        let order: SQL = view == .month ? "1" : "2 DESC, 1"
        return try await database.read(for: principal.organisation) { transaction in
            _ = try rules(for: principal, in: transaction)
            let rows = try transaction.all(
                """
                SELECT \(key), sum(s.amount), sum(CASE WHEN s.is_second = 1 THEN s.amount ELSE 0 END),
                    count(DISTINCT s.customer)
                FROM sale s JOIN customer c ON c.organisation = s.organisation AND c.id = s.customer
                LEFT JOIN spending_class k ON k.organisation = s.organisation AND k.customer = s.customer
                WHERE s.organisation = \(principal.organisation) AND s.counts = 1
                  AND s.day BETWEEN \(from) AND \(through) AND \(reach.covers(unit: "s.unit", owner: "s.staff"))
                GROUP BY \(key) ORDER BY \(order)
                """
            ) { row in
                let key =
                    switch view {
                    case .staff: (try row[0] as StaffID).description
                    case .unit: (try row[0] as UnitID).description
                    default: try row[0] as String
                    }
                return SalesReport.Row(
                    key: key, amount: Money(minorUnits: try row[1]), second: Money(minorUnits: try row[2]),
                    customers: try row[3])
            }
            let liability = try transaction.first(
                """
                SELECT coalesce(sum(a.principal), 0), coalesce(sum(a.bonus), 0), count(*)
                FROM stored_account a JOIN customer c ON c.organisation = a.organisation AND c.id = a.customer
                WHERE a.organisation = \(principal.organisation) AND (a.principal > 0 OR a.bonus > 0)
                  AND \(reach.covers(unit: "c.unit", owner: "c.owner"))
                """
            ) {
                SalesReport.Liability(
                    principal: Money(minorUnits: try $0[0]), bonus: Money(minorUnits: try $0[1]), accounts: try $0[2])
            }
            return SalesReport(
                rows: rows, total: rows.reduce(.zero) { $0 + $1.amount },
                second: rows.reduce(.zero) { $0 + $1.second },
                liability: liability ?? SalesReport.Liability(principal: .zero, bonus: .zero, accounts: 0))
        }
    }
}

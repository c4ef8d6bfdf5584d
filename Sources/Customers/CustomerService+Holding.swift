public import Organisations
import Storage

extension CustomerService {
    /// What a unit still has of these when it is to be closed.
    public static let ofUnit = UnitHolding(.customers) { unit, organisation, transaction in
        try transaction.first(
            """
            SELECT count(*) FROM customer
            WHERE organisation = \(organisation) AND unit = \(unit)
            """
        ) { try $0[0] as Int } ?? 0
    }
}

public import Organisations
import Storage

extension ObligationService {
    /// What a unit still has of these when it is to be closed.
    public static let ofUnit = UnitHolding(.duties) { unit, organisation, transaction in
        try transaction.first(
            """
            SELECT count(*) FROM obligation
            WHERE organisation = \(organisation) AND unit = \(unit) AND state = 'open'
            """
        ) { try $0[0] as Int } ?? 0
    }
}

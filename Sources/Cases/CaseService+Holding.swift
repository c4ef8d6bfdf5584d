public import Organisations
import Storage

extension CaseService {
    /// What a unit still has of these when it is to be closed.
    public static let ofUnit = UnitHolding(.cases) { unit, organisation, transaction in
        try transaction.first(
            """
            SELECT count(*) FROM matter
            WHERE organisation = \(organisation) AND unit = \(unit) AND closed_at IS NULL
            """
        ) { try $0[0] as Int } ?? 0
    }
}

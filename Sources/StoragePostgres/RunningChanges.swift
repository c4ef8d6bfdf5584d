import Primitives
import Storage

/// What one act adds to running counts.
///
/// Under SERIALIZABLE, two acts that change one row cannot both commit, and all acts of a shop change the row of its
/// manager. So an act lays its part beside the number, in a row of its own, and a READ COMMITTED transaction right
/// behind it writes it in, for which acts may wait for one another, and of which none is refused.
struct RunningChanges {
    private let act: Identifier<RunningChanges>
    private let changes: [RunningCount: Int]

    init(act: Identifier<RunningChanges>, _ changes: [RunningCount: Int]) {
        self.act = act
        self.changes = changes
    }

    /// Statements of the act itself.
    var keeping: [SQL] {
        changes.map { count, change in
            """
            INSERT INTO \(raw: count.table.changes) (organisation, act, \(raw: count.table.key), change)
            VALUES (\(count.organisation), \(act), \(count.key), \(change))
            """
        }
    }

    /// The transaction behind it.
    func writing(_ tenancy: Tenancy) -> [SQL] {
        let parts = Set(changes.keys.map { Part(table: $0.table, organisation: $0.organisation) })
        return Self.transaction(
            tenancy,
            parts.map { Self.write($0.table, "WHERE organisation = \($0.organisation) AND act = \(act)") })
    }

    /// Writes in whatever lies there, of all companies.
    static func sweeping(_ table: RunningCount.Table) -> [SQL] {
        let free: SQL = """
            WHERE (organisation, act) IN
                (SELECT organisation, act FROM \(raw: table.changes) FOR UPDATE SKIP LOCKED)
            """
        return transaction(.everyCompany, [write(table, free)])
    }

    private struct Part: Hashable {
        let table: RunningCount.Table
        let organisation: OrganisationID
    }

    private static func transaction(_ tenancy: Tenancy, _ statements: [SQL]) -> [SQL] {
        // It need not wait for the disk: until it is there, the rows beside the number are.
        ["BEGIN", "SELECT set_config('synchronous_commit', 'off', true)\(Fence.opening(tenancy))"] + statements
            + ["COMMIT"]
    }

    /// In the order of the keys, so that no two wait for each other.
    private static func write(_ table: RunningCount.Table, _ chosen: SQL) -> SQL {
        """
        WITH taken AS (
            DELETE FROM \(raw: table.changes) \(chosen) RETURNING organisation, \(raw: table.key), change
        )
        INSERT INTO \(raw: table.name) (organisation, \(raw: table.key), \(raw: table.number))
        SELECT organisation, \(raw: table.key), sum(change) FROM taken
        GROUP BY organisation, \(raw: table.key) ORDER BY organisation, \(raw: table.key)
        ON CONFLICT (organisation, \(raw: table.key))
        DO UPDATE SET \(raw: table.number) = \(raw: table.name).\(raw: table.number) + excluded.\(raw: table.number)
        """
    }
}

import Primitives
import Storage

/// Row-level security between companies: the server shows a transaction the rows of the company that it is for, and
/// nothing to one that does not say.
///
/// It is forced, since the role that connects owns the tables. Decision 0011 tells why it reads as it does.
enum Fence {
    private static let company = "charter.organisation"
    private static let all = "charter.every_organisation"

    /// What a transaction's first question asks besides, beginning with a comma.
    static func opening(_ tenancy: Tenancy) -> SQL {
        switch tenancy {
        case .installation: ""
        case .company(let organisation): ", set_config('\(raw: company)', \(organisation.description), true)"
        case .everyCompany: ", set_config('\(raw: all)', 'on', true)"
        }
    }

    /// Opens all companies to the transaction at hand.
    static let lifting: SQL = "SELECT set_config('\(raw: all)', 'on', true)"

    /// Opens all companies to a connection.
    static let sessionLifting = "SELECT set_config('\(all)', 'on', false)"

    /// Tables with a company's rows where no forced policy of ours stands.
    ///
    /// That of the companies themselves is keyed by `id`; it is told from others by its name.
    static let missing: SQL = """
        SELECT c.relname FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
          AND a.attname = CASE c.relname WHEN 'organisation' THEN 'id' ELSE 'organisation' END
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
            SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'company'))
        ORDER BY c.relname
        """

    static func statements(for table: String) -> [SQL] {
        let column = table == "organisation" ? "id" : "organisation"
        let own = "nullif(current_setting('\(company)', true), '')::bigint"
        let isOpen = "current_setting('\(all)', true) = 'on'"
        return [
            "DROP POLICY IF EXISTS company ON \(raw: table)",
            // The settings are asked once a statement where many rows are looked at, and at once where one is written.
            // A CASE is taken to hold for half of all rows, whatever else a statement asks; OR and BETWEEN would be
            // multiplied with the statement's own predicate, and the planner expect one row where there are thousands.
            """
            CREATE POLICY company ON \(raw: table)
            USING (CASE WHEN (SELECT \(raw: isOpen)) THEN true ELSE \(raw: column) = (SELECT \(raw: own)) END)
            WITH CHECK (CASE WHEN \(raw: isOpen) THEN true ELSE \(raw: column) = \(raw: own) END)
            """,
            "ALTER TABLE \(raw: table) ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE \(raw: table) FORCE ROW LEVEL SECURITY",
        ]
    }
}

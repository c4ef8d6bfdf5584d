public import Primitives
public import Storage

/// Rows enough that a planner which looks at sizes chooses as it will at work.
///
/// Half of them are the given company's. PostgreSQL alone needs them: SQLite plans by the schema.
public enum Filling {
    public static func fill(_ database: any Database, of organisation: OrganisationID) async throws {
        guard TestDatabases.Engine.chosen == .postgres else { return }
        let name = try await database.write(.everyCompany) { transaction in
            let tables = Set(try TestDatabases.tables(in: transaction))
            for (table, rows) in rows(organisation) where tables.contains(table) {
                try transaction.run(rows)
            }
            return try transaction.one("SELECT current_database()", orElse: "name") { try $0[0] as String }
        }
        // As the server's own housekeeping leaves them, with what an index need not ask the table.
        try TestCluster.tidy(name)
    }

    private enum Kind: String {
        case unit = "001"
        case staff = "002"
        case customer = "003"
        case matter = "004"
        case obligation = "005"
        case event = "006"
        case anchor = "007"
        case notice = "008"
    }

    /// In the order of their references.
    private static func rows(_ organisation: OrganisationID) -> [(table: String, rows: SQL)] {
        /// A number from 1 on, and a company: the given one's are the even numbers, the others' the odd.
        func numbers(_ count: Int) -> SQL {
            """
            (SELECT i, CASE WHEN i % 2 = 0 THEN \(organisation) ELSE 9000 + i % 8 END AS company,
                i / 2 AS n FROM generate_series(1, \(count)) AS i) AS numbers
            """
        }
        /// An identifier from before the shop's Tuesday, of a kind's n-th.
        func key(_ kind: Kind, _ n: SQL = "n") -> SQL {
            """
            ('01900000-0000-7000-8\(raw: kind.rawValue)-' || lpad(to_hex((\(n))::bigint), 12, '0'))::uuid
            """
        }
        func key(_ kind: Kind, of count: Int) -> SQL { key(kind, "n % \(raw: "\(count)")") }
        // Every fourth is at one of the company's own units.
        let place: SQL = """
            CASE WHEN n % 4 = 0 AND company = \(organisation)
                THEN (SELECT array_agg(y.id) FROM unit y WHERE y.organisation = \(organisation) AND y.name <> 'branch')
                    [1 + n / 4 % (SELECT count(*) FROM unit y
                        WHERE y.organisation = \(organisation) AND y.name <> 'branch')]
                ELSE \(key(.unit, of: 40)) END
            """
        // Two years before the shop's Tuesday, and what is open in the year after it.
        let past: SQL = "(1709431200000 + n::bigint * 63072000000 / 20000)"
        let ahead: SQL = "(1773000000000 + n::bigint * 1500000)"
        return [
            (
                "organisation",
                """
                INSERT INTO organisation (id, name, created_at)
                SELECT 9000 + i, 'company', 1 FROM generate_series(0, 7) AS i
                """
            ),
            (
                "unit",
                """
                INSERT INTO unit (organisation, id, parent, name, created_at)
                SELECT company, \(key(.unit)),
                    (SELECT u.id FROM unit u WHERE u.organisation = company AND u.parent IS NULL LIMIT 1), 'branch', 1
                FROM \(numbers(80))
                """
            ),
            (
                "staff",
                """
                INSERT INTO staff (organisation, id, unit, post, name, employment, joined_on)
                SELECT company, \(key(.staff)),
                    (SELECT u.id FROM unit u WHERE u.organisation = company AND u.name = 'branch'
                     ORDER BY u.id OFFSET n % 5 LIMIT 1),
                    'post' || n % 10, 'somebody', 'regular', '2026-01-01'
                FROM \(numbers(2000))
                """
            ),
            (
                "customer",
                """
                INSERT INTO customer (organisation, id, reference, kind, name, search_text, unit, owner,
                    classification, status, source, address, notes, phone_masked, missing, created_at, updated_at,
                    updated_by)
                SELECT company, \(key(.customer)), 'X-' || n, CASE WHEN n % 10 = 0 THEN 'company' ELSE 'person' END, 'a name', '/', s.unit, s.id,
                    CASE WHEN n % 50 = 0 THEN 'vip' ELSE 'ordinary' END, 'active', '', '', '', '',
                    CASE WHEN n % 20 = 0 THEN 1 ELSE 0 END, 1, 1, s.id
                FROM \(numbers(16000)) JOIN LATERAL (
                    SELECT x.unit, x.id FROM staff x
                    WHERE x.organisation = company AND x.id = CASE
                        WHEN n % 4 = 0 AND company = \(organisation)
                        THEN (SELECT array_agg(y.id) FROM staff y WHERE y.organisation = company AND y.name <> 'somebody')
                            [1 + n / 4 % (SELECT count(*) FROM staff y WHERE y.organisation = company AND y.name <> 'somebody')]
                        ELSE \(key(.staff, of: 1000)) END
                ) s ON true
                """
            ),
            (
                "member",
                """
                INSERT INTO member (organisation, customer, born, tier, card, card_year, account, issued, usable, used,
                    spend, spendable, period, acted_at)
                SELECT company, \(key(.customer)), to_char(date '1950-01-01' + n::integer, 'YYYY-MM-DD'), 'vip', 1, 1, 1,
                    '2026-01-01', '2026-01-01', '2026-01-01', 0, 0, 0, 1
                FROM \(numbers(16000))
                """
            ),
            (
                "customer_person",
                """
                INSERT INTO customer_person (organisation, id, customer, position_in_file, role, relation, name, job,
                    birthday_is_lunar, best_time, hobbies, circumstances, phone_masked, email_masked, identity_masked)
                SELECT organisation, md5('p' || id)::uuid, id, 0, 'self', '', 'a name', '', 0, '', '', '', '', '', ''
                FROM customer WHERE name = 'a name'
                """
            ),
            (
                "customer_identifier",
                """
                INSERT INTO customer_identifier (organisation, kind, blind, person, customer)
                SELECT organisation, 'phone', decode(md5(id::text), 'hex'), id, customer FROM customer_person
                WHERE name = 'a name'
                """
            ),
            (
                "customer_gram",
                """
                INSERT INTO customer_gram (organisation, gram, customer)
                SELECT organisation, 'p:' || substr(md5(k || id::text), 1, 3), id
                FROM customer, generate_series(1, 6) AS k WHERE name = 'a name' ON CONFLICT DO NOTHING
                """
            ),
            (
                "matter",
                """
                INSERT INTO matter (organisation, id, reference, workflow, charter_version, state, summary,
                    subject_kind, subject, unit, opened_by, opened_at, touched_at, closed_at)
                SELECT company, \(key(.matter)), 'X-' || n, 'complaint', 1,
                    CASE WHEN n % 20 = 0 THEN 'received' ELSE 'settled' END, '', 'customer', \(key(.customer, of: 8000)),
                    \(place), \(key(.staff, of: 1000)), \(past), \(past),
                    CASE WHEN n % 20 = 0 THEN NULL ELSE \(past) END
                FROM \(numbers(12000))
                """
            ),
            (
                "matter_step",
                """
                INSERT INTO matter_step (organisation, matter, ordinal, to_state, event, actor, acted_at, fields)
                SELECT organisation, id, ordinal, 'received', id, opened_by, opened_at, '{}'
                FROM matter, generate_series(1, 3) AS ordinal WHERE reference LIKE 'X-%'
                """
            ),
            (
                "obligation",
                """
                INSERT INTO obligation (organisation, id, clause, charter_version, subject_kind, subject, period,
                    customer, matter, unit, post, holder, opened_at, due_at, opened_by, state, closed_at, alarm_at,
                    escalated_to)
                SELECT company, \(key(.obligation)), 'S-' || lpad((n % 40)::text, 2, '0'), 1, 'case',
                    \(key(.matter, of: 6000)), n::text, \(key(.customer, of: 8000)), \(key(.matter, of: 6000)), \(place), 'clerk',
                    \(key(.staff, of: 1000)), \(past), CASE WHEN n % 20 = 0 THEN \(ahead) ELSE \(past) END,
                    \(key(.event)), CASE WHEN n % 20 = 0 THEN 'open' ELSE 'met' END,
                    CASE WHEN n % 20 = 0 THEN NULL ELSE \(past) END,
                    CASE WHEN n % 20 = 0 THEN \(ahead) + 100000000000 END,
                    CASE WHEN n % 100 = 0 THEN \(key(.staff, of: 1000)) END
                FROM \(numbers(40000))
                """
            ),
            (
                "holder_load",
                """
                INSERT INTO holder_load (organisation, holder, open_count)
                SELECT organisation, id, 1 FROM staff WHERE name = 'somebody'
                """
            ),
            (
                "cadence",
                """
                INSERT INTO cadence (organisation, clause, subject_kind, subject, anchor, anchored_at, charter_version,
                    unit, next_ordinal, next_at, ended_at)
                SELECT company, 'S-04', 'customer', \(key(.customer, of: 8000)), \(key(.anchor)), \(past), 1, \(place),
                    1, CASE WHEN n % 10 = 0 THEN \(ahead) + 100000000000 END, CASE WHEN n % 10 = 0 THEN NULL ELSE \(past) END
                FROM \(numbers(10000))
                """
            ),
            (
                "notice",
                """
                INSERT INTO notice (organisation, id, staff, clause, kind, event, event_type, created_at, read_at)
                SELECT company, \(key(.notice)), \(key(.staff, of: 1000)), 'S-02', 'event', \(key(.event)), 'x',
                    \(past), CASE WHEN n % 20 = 0 THEN NULL ELSE \(past) END
                FROM \(numbers(40000))
                """
            ),
            (
                "event",
                """
                INSERT INTO event (organisation, id, type, schema_version, subject_kind, subject, matter, unit, program,
                    occurred_at, recorded_at, nature, body, number, seal)
                SELECT company, \(key(.event)), 'x', 1, 'customer', \(key(.customer, of: 8000)), \(key(.matter, of: 6000)),
                    \(place), 'filling', \(past), \(past), 'fact', '{}', 1000000 + n, '\\x00'
                FROM \(numbers(40000))
                """
            ),
        ]
    }
}

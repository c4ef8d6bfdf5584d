import Foundation
import GRDB
import Policy
import Primitives

/// Fills a company with clerks, customers, cases and duties by plain SQL; as many as years of work would leave.
struct DeskFilling {
    let site: BenchGround.Site
    let size: BenchSize
    /// Clerks of a shop.
    static let perUnit = 10

    var units: Int { max(1, size.clerks / Self.perUnit) }
    var customers: Int { units * size.customersPerUnit }

    static func session(_ clerk: Int) -> String { "bench-session-\(clerk)" }
    static func token(_ clerk: Int) -> String { "charter_bench-token-\(clerk)" }

    func run(now: Instant) throws {
        let organisation = site.organisation.number
        let root = BenchGround.bytes(site.root)
        let zone = site.charter.calendar.zone
        let today = zone.local(now).day.description
        try BenchGround.fill(site.settings.database, indexesOf: ["obligation", "customer", "matter"]) { connection in
            func run(_ sql: String, _ arguments: StatementArguments = []) throws {
                try connection.execute(sql: sql, arguments: arguments)
            }
            try run(
                "CREATE TEMP TABLE number AS WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(max(size.duties, customers) - 1)) SELECT i FROM n"
            )
            let o = organisation
            let unit = "bench_id(1, i / \(Self.perUnit))"
            try run(
                "INSERT INTO unit (organisation, id, parent, name, created_at) SELECT \(o), bench_id(1, i), ?, '门店' || (i + 1), 0 FROM number WHERE i < \(units)",
                [root])
            try run(
                "INSERT INTO unit_closure SELECT \(o), bench_id(1, i), bench_id(1, i), 0 FROM number WHERE i < \(units)"
            )
            try run("INSERT INTO unit_closure SELECT \(o), ?, bench_id(1, i), 1 FROM number WHERE i < \(units)", [root])
            try run(
                """
                INSERT INTO staff (organisation, id, unit, post, name, employment, joined_on, capacity)
                SELECT \(o), bench_id(2, i), \(unit), CASE i % 10 WHEN 0 THEN 'site_supervisor' WHEN 1 THEN 'supervisor_service'
                    WHEN 2 THEN 'assistant' WHEN 3 THEN 'assistant' WHEN 4 THEN 'assistant' ELSE 'specialist' END,
                    \(Self.pick(Self.surnames, "i")) || \(Self.pick(Self.given, "i / 7")), 'regular', ?, 250
                FROM number WHERE i < \(size.clerks)
                """, [today])
            try credentials(connection, now)
            try run(
                """
                INSERT INTO customer (organisation, id, reference, kind, name, search_text, unit, owner, classification,
                    status, source, address, notes, phone_masked, missing, created_at, updated_at, updated_by)
                SELECT \(o), bench_id(3, i), 'KB-2025-' || i, 'person',
                    \(Self.pick(Self.surnames, "i / \(units) + i")) || \(Self.pick(Self.given, "i / 3")), '', bench_id(1, i % \(units)),
                    bench_id(2, i % \(units) * \(Self.perUnit) + i / \(units) % \(Self.perUnit)), '普通客户', 'active', '门店',
                    '济南市历下区松间里' || (i % 40) || '幢', '', '138****' || substr('000' || i % 10000, -4), 2, 0, 0, ?
                FROM number WHERE i < \(customers)
                """, [BenchGround.bytes(site.administrator)])
            try run(
                """
                INSERT INTO matter (organisation, id, reference, workflow, charter_version, state, summary, subject_kind,
                    subject, unit, opened_by, opened_at, touched_at, closed_at)
                SELECT \(o), bench_id(5, i), 'TB-2025-' || i, 'complaint', \(site.charter.version), 'received',
                    \(Self.pick(DemoCast.grievances, "i")), 'customer', bench_id(3, i), bench_id(1, i % \(units)),
                    bench_id(2, i % \(size.clerks)), 0, 0, CASE WHEN i % \(size.casesPerOpen) = 0 THEN NULL ELSE 1 END
                FROM number WHERE i < \(customers)
                """)
            try duties(connection, now)
            try run(
                "INSERT INTO holder_load SELECT organisation, holder, count(*) FROM obligation WHERE state = 'open' GROUP BY 1, 2"
            )
            try run("DROP TABLE temp.number")
        }
    }

    /// Each clerk owes 200, ten of them overdue, the rest over the coming month; all others were met within the year.
    private func duties(_ connection: GRDB.Database, _ now: Instant) throws {
        let clauses = site.charter.clauses.filter { $0.duty?.post == "specialist" && $0.cadence == nil }.prefix(16).map(
            \.key)
        let clause = Self.pick(Array(clauses), "i")
        let open = size.clerks * size.openDuties
        // Customers and clerks of one duty belong to one unit.
        let unit = "(i % \(size.clerks) / \(Self.perUnit))"
        let customer = "(\(unit) + \(units) * (i * 7 / \(size.clerks) % \(size.customersPerUnit)))"
        let columns = """
            organisation, id, clause, charter_version, subject_kind, subject, period, reference, customer, matter, unit,
            post, holder, opened_at, due_at, opened_by, state, is_late, closed_at, closed_by, alarm_at
            """
        func rows(_ opened: String, _ due: String, _ isOpen: Bool) -> String {
            """
            SELECT \(site.organisation.number), bench_id(7, i), \(clause), \(site.charter.version),
                CASE WHEN i % 3 = 0 THEN 'customer' ELSE 'case' END, bench_id(CASE WHEN i % 3 = 0 THEN 3 ELSE 5 END, \(customer)),
                'bench-' || i, CASE WHEN i % 3 = 0 THEN NULL ELSE 'TB-2025-' || \(customer) END, bench_id(3, \(customer)),
                CASE WHEN i % 3 = 0 THEN NULL ELSE bench_id(5, \(customer)) END, bench_id(1, \(unit)), 'specialist',
                bench_id(2, i % \(size.clerks)), \(opened), \(due), bench_id(6, i),
                \(isOpen ? "'open', \(due) < \(now.milliseconds), NULL, NULL, CASE WHEN \(due) < \(now.milliseconds) THEN NULL ELSE \(due) END"
                    : "'met', i % 20 = 0, \(due) - 3600000 + CASE WHEN i % 20 = 0 THEN 7200000 ELSE 0 END, bench_id(6, i), NULL")
            """
        }
        let hour: Int64 = 3_600_000
        // The jitter keeps the duties of all clerks from falling due at one instant.
        let due =
            "(\(now.milliseconds + hour / 2) + (i / \(size.clerks) - 10) * \(hour * 4) + i % \(size.clerks) * 10007 % \(hour))"
        let past = "(\(now.milliseconds) - 86400000 - i * 31000 % \(hour * 24 * 365))"
        try connection.execute(
            sql:
                "INSERT INTO obligation (\(columns)) \(rows("min(\(due) - \(hour * 72), \(now.milliseconds - hour))", due, true)) FROM number WHERE i < \(open)"
        )
        try connection.execute(
            sql:
                "INSERT INTO obligation (\(columns)) \(rows("\(past) - \(hour * 72)", past, false)) FROM number WHERE i >= \(open)"
        )
    }

    /// A session and a token for each clerk, and a login with a password that nobody knows.
    private func credentials(_ connection: GRDB.Database, _ now: Instant) throws {
        let session = try connection.makeStatement(
            sql:
                "INSERT INTO session (token_hash, organisation, staff, form_token, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        let token = try connection.makeStatement(
            sql:
                "INSERT INTO api_token (organisation, id, token_hash, staff, title, scopes, created_at) VALUES (?, ?, ?, ?, 'bench', ?, ?)"
        )
        let credential = try connection.makeStatement(
            sql:
                "INSERT INTO credential (organisation, staff, login, salt, hash, changed_at) VALUES (?, ?, ?, ?, ?, ?)"
        )
        let scopes = Action.allCases.map(\.rawValue).joined(separator: " ")
        let at = now.milliseconds
        for clerk in 0..<size.clerks {
            let staff = BenchGround.bytes(BenchGround.identifier(.staff, clerk) as StaffID)
            try credential.execute(arguments: [
                site.organisation.number, staff, "bench-clerk-\(clerk)", Data(count: 16), Data(count: 32), at,
            ])
            try session.execute(arguments: [
                BenchGround.hash(Self.session(clerk)), site.organisation.number, staff, "bench-form-token", at, at,
                at + 86_400_000,
            ])
            try token.execute(arguments: [
                site.organisation.number, BenchGround.bytes(BenchGround.identifier(.token, clerk) as Identifier<Any>),
                BenchGround.hash(Self.token(clerk)), staff, scopes, at,
            ])
        }
    }

    /// One of the words by a number in SQL.
    static func pick(_ words: [String], _ number: String) -> String {
        "CASE (\(number)) % \(words.count) "
            + words.enumerated().map { "WHEN \($0) THEN '\($1)'" }.joined(separator: " ") + " END"
    }

    static let surnames = Array("王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余").map(String.init)
    static let given = [
        "明远", "晓棠", "牧野", "书意", "以宁", "立川", "如许", "予安", "行之", "若水", "清嘉", "知夏", "怀瑾", "子衿", "南乔", "听雨", "砚秋", "书白",
        "长安", "青禾",
        "望舒", "采薇", "雨泽", "颖芝", "星野", "小满", "一鸣", "婉仪", "海棠", "平生", "秋实", "若谷", "以柔", "思源", "静", "伟", "芳", "磊", "敏",
        "强",
    ]
}

import Customers
import Foundation
import GRDB
import Organisations
import Policy
import Primitives
import Storage
import StorageSQLite
import Web

/// Measures customers: importing a list, and finding one by initials among very many.
struct CustomerBench {
    let ground: BenchGround
    let chosen: Set<BenchCommand.Name>
    private var size: BenchSize { ground.size }

    func run() async throws {
        let site = try await ground.found("customers")
        let before = ground.folder + "/plain.db"
        try BenchGround.copy(site.settings.database, to: before)
        benchSays("importing \(size.imported) customers")
        let desktop = try await Desktop.open(site.settings)
        let principal = try await desktop.principal(login: "bench")
        let list = CustomerListText(count: size.imported).bytes
        BenchGround.settle()
        let start = ContinuousClock.now
        let report = try await CustomerImport(customers: desktop.services.customers).run(
            list, fileName: "bench.csv", options: ImportOptions(unit: principal.unit, owner: principal.staff),
            by: principal)
        let took = start.duration(to: .now) / .seconds(1)
        // One for each connection, since each may ask only so often.
        var tokens: [String] = []
        for _ in 0..<BenchSize.connections {
            tokens.append(
                try await desktop.services.signIn.issueToken(
                    title: "bench", scopes: Set(principal.may.keys), days: 1, by: principal))
        }
        try await desktop.close()
        guard report.filed == size.imported else {
            throw Stop(
                asIs:
                    "\(report.filed) of \(size.imported) were imported; the first fault: \(report.faults.first.map { $0.words(in: .english) } ?? "none")"
            )
        }
        if chosen.contains(.import) {
            let plain = try plainInsert(from: site.settings.database, into: before)
            BenchFigure(
                name: "import", ours: Double(report.filed) / took, limit: plain, unit: "customers/s", required: 0.1
            ).show()
        }
        guard chosen.contains(.search) else { return }
        guard Wrk.isThere else {
            return benchSays("wrk is missing, so the search is not measured: apt-get install wrk")
        }
        try await search(site, tokens: tokens)
    }

    /// The rows of customers and their people alone, in one transaction.
    private func plainInsert(from database: String, into path: String) throws -> Double {
        let source = try BenchGround.plain(database)
        let names = ["customer", "customer_person"]
        let tables = try source.read { connection in
            try names.map { name in
                try Row.fetchAll(connection, sql: "SELECT * FROM \(name) ORDER BY rowid").map {
                    Array($0.databaseValues)
                }
            }
        }
        try source.close()
        let queue = try BenchGround.plain(path)
        defer { try? queue.close() }
        BenchGround.settle()
        return try queue.writeWithoutTransaction { connection in
            let start = ContinuousClock.now
            try connection.inTransaction {
                for (name, rows) in zip(names, tables) {
                    let marks = Array(repeating: "?", count: rows.first?.count ?? 1).joined(separator: ", ")
                    let statement = try connection.makeStatement(sql: "INSERT INTO \(name) VALUES (\(marks))")
                    for row in rows { try statement.execute(arguments: StatementArguments(row)) }
                }
                return .commit
            }
            return Double(tables[0].count) / (start.duration(to: .now) / .seconds(1))
        }
    }

    // MARK: Search

    private func search(_ site: BenchGround.Site, tokens: [String]) async throws {
        benchSays("making \(size.customers) customers of them")
        try multiply(site)
        let (initials, customers) = try samples(site)
        BenchGround.settle()
        let server = try await ground.serve(site)
        defer { server.stop() }
        let headers = tokens.map { ["Authorization": "Bearer \($0)"] }
        guard
            String(
                decoding: try server.get("/api/v1/customers?q=\(initials[0])", headers: headers[0]).body, as: UTF8.self
            )
            .contains("\"reference\"")
        else { throw Stop(asIs: "the search for \(initials[0]) found nobody") }
        let wrk = Wrk(folder: ground.folder, size: size)
        benchSays("searching by initials")
        func requests(_ paths: [String]) -> [String] {
            paths.enumerated().map { Wrk.get("/api/v1/customers" + $1, headers: headers[$0 % headers.count]) }
        }
        let (fifty, one) = try wrk.compare(
            requests(initials.map { "?q=\($0)" }), with: requests(customers.map { "/\($0)" }), at: server.port)
        let ten = try wrk.run(requests(initials.map { "?q=\($0)&limit=10" }), at: server.port)
        let words = "99 % within \(Int(fifty.milliseconds99)) ms; with limit=10 \(Int(ten.perSecond))/s"
        let failures = [one, ten, fifty].map(\.failures).reduce(0, +)
        BenchFigure(
            name: "search", ours: fifty.perSecond, limit: one.perSecond, unit: "searches/s", required: 0.3,
            note: words + (failures > 0 ? "; \(failures) requests failed" : "")
        ).show()
    }

    /// Copies the imported files with their people and grams under new identifiers, in the order of the keys.
    private func multiply(_ site: BenchGround.Site) throws {
        let copies = max(1, size.customers / size.imported) - 1
        try BenchGround.fill(site.settings.database, indexesOf: ["customer", "customer_person"]) { connection in
            func run(_ sql: String) throws { try connection.execute(sql: sql) }
            func columns(_ table: String, _ changed: [String: String]) throws -> String {
                try connection.columns(in: table).map { changed[$0.name] ?? "x.\($0.name)" }.joined(separator: ", ")
            }
            try run(
                "CREATE TEMP TABLE copy AS WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < \(copies)) SELECT k FROM n"
            )
            // Copies are older than what they were made of: the number stands in the first two bytes.
            connection.add(
                function: DatabaseFunction("bench_copy", argumentCount: 2, pure: true) { values in
                    guard var bytes = Data.fromDatabaseValue(values[0]), let copy = Int.fromDatabaseValue(values[1])
                    else { return nil }
                    bytes[0] = 0
                    bytes[1] = UInt8(copy)
                    return bytes
                })
            for (table, changed) in [
                ("customer", ["id": "bench_copy(x.id, k)", "reference": "x.reference || '-' || k"]),
                ("customer_person", ["id": "bench_copy(x.id, k)", "customer": "bench_copy(x.customer, k)"]),
                ("customer_gram", ["customer": "bench_copy(x.customer, k)"]),
            ] {
                try run("CREATE TEMP TABLE source AS SELECT * FROM \(table)")
                if table == "customer_gram" {
                    try run("CREATE INDEX temp.source_gram ON source (gram, customer)")
                    try run("CREATE TEMP TABLE gram AS SELECT DISTINCT gram AS word FROM source ORDER BY 1")
                    try run(
                        """
                        INSERT INTO customer_gram SELECT \(columns(table, changed))
                        FROM gram CROSS JOIN copy CROSS JOIN source x WHERE x.gram = word
                        """)
                } else {
                    try run("INSERT INTO \(table) SELECT \(columns(table, changed)) FROM copy CROSS JOIN source x")
                }
                try run("DROP TABLE temp.source")
            }
        }
    }

    /// Initials of two and three letters that somebody has, and customers from everywhere in the file.
    private func samples(_ site: BenchGround.Site) throws -> (initials: [String], customers: [CustomerID]) {
        let queue = try BenchGround.plain(site.settings.database)
        defer { try? queue.close() }
        return try queue.read { connection in
            let grams = try String.fetchAll(
                connection,
                sql:
                    "SELECT DISTINCT gram FROM customer_gram WHERE gram >= 'i:' AND gram < 'i;' AND length(gram) BETWEEN 4 AND 5"
            )
            let step = max(1, grams.count / 200)
            let initials = stride(from: 0, to: grams.count, by: step).map { String(grams[$0].dropFirst(2)) }
            let ids = try Data.fetchAll(
                connection, sql: "SELECT id FROM customer WHERE rowid % ? = 1",
                arguments: [max(1, size.customers / 1000)])
            let customers = ids.map { data -> CustomerID in
                func word(_ bytes: Data.SubSequence) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
                return CustomerID(high: word(data.prefix(8)), low: word(data.suffix(8)))
            }
            return (initials, customers)
        }
    }
}

/// A list as a company would bring it: a name, a telephone, an address, and what else was noted.
struct CustomerListText {
    let count: Int

    var bytes: [UInt8] {
        var text = "姓名,手机,性别,出生日期,地址,来源,备注\n"
        for number in 0..<count {
            let surname = DeskFilling.surnames[number % DeskFilling.surnames.count]
            let first = DeskFilling.given[number / 7 % DeskFilling.given.count]
            let second = DeskFilling.given[number / 31 % DeskFilling.given.count]
            // Two or three characters, as names are.
            let name =
                surname
                + (number % 3 == 0 ? String(first.prefix(1)) : String(first.prefix(1)) + String(second.suffix(1)))
            let phone = "13" + String(100_000_000 + number * 7)
            let birthday = "\(1950 + number % 50)-\(Self.two(1 + number % 12))-\(Self.two(1 + number % 28))"
            text += "\(name),\(phone),\(number % 2 == 0 ? "男" : "女"),\(birthday),济南市历下区松间里\(number)号,门店,老客户介绍\n"
        }
        return Array(text.utf8)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

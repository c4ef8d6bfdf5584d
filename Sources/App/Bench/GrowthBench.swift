import Customers
import Foundation
import GRDB
import Organisations
import Primitives
import Storage
import Web

/// Measures how long a few acts take as a company grows: the same staff with the same open work, and ever more customers,
/// past cases and past duties behind them.
struct GrowthBench {
    let ground: BenchGround
    let databases: BenchDatabases

    private static let rounds = 5
    /// Few enough that an answer's time is its own and not that of those before it.
    private static let connections = 4

    private enum Act: String, CaseIterable {
        case workbench, search, charter, intake
    }

    private enum Medium: String, CaseIterable {
        case file = "sqlite", server = "postgres"
    }

    /// A company of one size, served from a file and from a server.
    private struct Company {
        let size: BenchSize
        let site: BenchGround.Site
        let servers: [Medium: BenchServer]
    }

    private struct Cell: Hashable {
        let act: Act
        let medium: Medium
        let customers: Int
    }

    func run() async throws {
        guard Wrk.isThere, BenchTool.isThere("psql") else {
            return benchSays("wrk or psql is missing, so growth is not measured")
        }
        var companies: [Company] = []
        defer { for company in companies { company.servers.values.forEach { $0.stop() } } }
        for customers in [ground.size.customers / 100, ground.size.customers / 10, ground.size.customers] {
            companies.append(try await company(of: customers))
        }
        let initials = try initials(in: companies[0])
        BenchGround.settle()
        var times: [Cell: [(p50: Double, p99: Double)]] = [:]
        var failures = 0
        for round in 0...Self.rounds {
            benchSays(round == 0 ? "warming up" : "round \(round) of \(Self.rounds)")
            for act in Act.allCases {
                for medium in Medium.allCases {
                    for company in companies {
                        guard let server = company.servers[medium] else { continue }
                        let wrk = Wrk(folder: ground.folder, size: company.size, connections: Self.connections)
                        let result = try wrk.run(
                            requests(act, company.size, initials), at: server.port, isWarm: true)
                        failures += result.failures
                        if round == 0 { continue }
                        let cell = Cell(act: act, medium: medium, customers: company.size.customers)
                        times[cell, default: []].append((result.milliseconds50, result.milliseconds99))
                    }
                }
            }
        }
        for act in Act.allCases {
            for medium in Medium.allCases { show(act, medium, companies.map(\.size.customers), times, failures) }
        }
    }

    private func show(
        _ act: Act, _ medium: Medium, _ sizes: [Int], _ times: [Cell: [(p50: Double, p99: Double)]], _ failures: Int
    ) {
        func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
        let cells = sizes.map { times[Cell(act: act, medium: medium, customers: $0)] ?? [] }
        let p50 = cells.map { median($0.map(\.p50)) }
        func words(_ values: [Double]) -> String { values.map { String(format: "%.2f", $0) }.joined(separator: ", ") }
        BenchFigure(
            name: "growth_\(act)_\(medium.rawValue)", ours: (p50.last ?? 0) / max(p50.first ?? 0, 0.001), limit: 1.5,
            unit: "times", lessIsBetter: true, required: 1,
            note: "p50 \(words(p50)) ms, p99 \(words(cells.map { median($0.map(\.p99)) })) ms at "
                + sizes.map(String.init).joined(separator: ", ") + " customers"
                + (failures > 0 ? "; \(failures) requests failed" : "")
        ).show()
    }

    private func requests(_ act: Act, _ size: BenchSize, _ initials: [String]) -> [String] {
        switch act {
        case .workbench: DeskLoad.pages("/", size)
        case .charter: DeskLoad.pages("/charter", size)
        case .intake: DeskLoad.complaints(size)
        case .search:
            (0..<size.clerks).map { clerk in
                Wrk.get(
                    "/api/v1/customers?q=\(initials[clerk % initials.count])&limit=20",
                    headers: ["Authorization": "Bearer \(DeskFilling.token(clerk))"])
            }
        }
    }

    // MARK: The companies

    private func company(of customers: Int) async throws -> Company {
        var size = ground.size
        size.clerks = 200
        size.openDuties = 50
        size.customersPerUnit = customers / (size.clerks / DeskFilling.perUnit)
        size.customers = customers
        size.duties = max(customers, size.clerks * size.openDuties)
        size.casesPerOpen = max(1, customers / 2500)
        // Short rounds, but several.
        size.seconds = max(1, size.seconds / 4)
        benchSays("generating \(customers) customers with \(size.duties) duties")
        let site = try await ground.found("growth-\(customers)")
        try await importNames(site)
        try DeskFilling(site: site, size: size).run(now: SystemClock.now())
        try addGrams(site)
        try await ground.settle(site)
        benchSays("moving them to the server")
        let address = try databases.make("growth_\(customers)")
        try await ground.move(site, to: address)
        let servers = [
            Medium.file: try await ground.serve(site), .server: try await ground.serve(site, database: address),
        ]
        return Company(size: size, site: site, servers: servers)
    }

    /// Files one customer of each name as a company would, so that what a name is found by is the program's own.
    private func importNames(_ site: BenchGround.Site) async throws {
        let names = DeskFilling.surnames.flatMap { surname in DeskFilling.given.map { surname + $0 } }
        let rows = names.enumerated().map { "\($1),13\(100_000_000 + $0 * 7)\n" }
        let desktop = try await Desktop.open(site.settings)
        let principal = try await desktop.principal(login: "bench")
        let report = try await CustomerImport(customers: desktop.services.customers).run(
            Array(("姓名,手机\n" + rows.joined()).utf8), fileName: "names.csv",
            options: ImportOptions(unit: principal.unit, owner: principal.staff), by: principal)
        try await desktop.close()
        guard report.filed == names.count else {
            throw Stop(asIs: "\(report.filed) of \(names.count) names were filed")
        }
    }

    /// Gives each generated customer the grams, the search text and the person of its namesake, in the order of the keys.
    private func addGrams(_ site: BenchGround.Site) throws {
        try BenchGround.fill(site.settings.database, indexesOf: ["customer_person"]) { connection in
            func run(_ sql: String) throws { try connection.execute(sql: sql) }
            try run("CREATE TEMP TABLE model AS SELECT name, id, search_text FROM customer WHERE search_text <> ''")
            try run("CREATE UNIQUE INDEX temp.model_name ON model (name)")
            try run(
                """
                CREATE TEMP TABLE word AS SELECT g.organisation, g.gram, m.name FROM customer_gram g
                JOIN model m ON m.id = g.customer WHERE g.gram NOT LIKE 'd:%'
                """)
            try run("CREATE TEMP TABLE named AS SELECT name, id FROM customer WHERE search_text = ''")
            try run("CREATE INDEX temp.named_name ON named (name, id)")
            try run(
                """
                INSERT INTO customer_gram (organisation, gram, customer)
                SELECT word.organisation, word.gram, named.id FROM word CROSS JOIN named ON named.name = word.name
                ORDER BY 1, 2, 3
                """)
            let columns = try connection.columns(in: "customer_person").map {
                ["id": "c.id", "customer": "c.id"][$0.name] ?? "p.\($0.name)"
            }
            try run(
                """
                INSERT INTO customer_person SELECT \(columns.joined(separator: ", ")) FROM named c
                JOIN model m ON m.name = c.name JOIN customer_person p ON p.customer = m.id ORDER BY c.id
                """)
            try run(
                """
                UPDATE customer SET search_text = (SELECT m.search_text FROM model m WHERE m.name = customer.name)
                WHERE search_text = ''
                """)
        }
    }

    /// Initials that bring a page of twenty to every clerk, in the smallest company already.
    private func initials(in company: Company) throws -> [String] {
        let queue = try BenchGround.plain(company.site.settings.database)
        defer { try? queue.close() }
        let grams = try queue.read { connection in
            try String.fetchAll(
                connection,
                sql: """
                    SELECT gram FROM (
                        SELECT g.gram, c.unit, count(*) AS customers FROM customer_gram g
                        JOIN customer c ON c.organisation = g.organisation AND c.id = g.customer
                        WHERE g.gram >= 'i:' AND g.gram < 'i;' GROUP BY 1, 2)
                    WHERE customers >= ? GROUP BY gram HAVING count(*) >= ? ORDER BY gram
                    """,
                arguments: [
                    min(20, company.size.customersPerUnit / 25), company.size.clerks / DeskFilling.perUnit,
                ])
        }
        guard !grams.isEmpty else { throw Stop(asIs: "no initials are common enough") }
        return grams.map { String($0.dropFirst(2)) }
    }
}

import Cases
import Foundation
import Organisations
import Policy
import Primitives
import Storage
import Synchronization
import Web

/// The statements that file a complaint, for PostgreSQL's own load generator to run once more.
///
/// They are heard while the program files complaints, as it sends them. What differs from one to the next lies in a
/// table, from which an act is drawn with its first question; identifiers and the instant are made anew each time.
struct PlainIntake {
    /// Each from what opens its transaction to its commit.
    private let acts: [[SQL]]
    private let began: Instant
    private let ended: Instant

    /// Files so many complaints at the database and listens.
    static func heard(_ count: Int, at address: String, of site: BenchGround.Site, size: BenchSize) async throws -> Self
    {
        let settings = try await Settings(flags: [.data: site.settings.data, .database: address])
        let words = Mutex<[SQL]>([])
        let desktop = try await Desktop.open(settings, heard: { sql in words.withLock { $0.append(sql) } })
        func file() async throws {
            for number in 0..<count {
                let (clerk, customer) = DeskLoad.parties(number, size)
                let principal = try await desktop.principal(login: "bench-clerk-\(clerk)")
                let fields = DeskLoad.complaint(number, of: customer).map { ($0, FieldValue.text($1)) }
                _ = try await desktop.services.cases.start(
                    "complaint", input: Fields(uniqueKeysWithValues: fields), by: principal)
            }
        }
        // With the first complaint a customer gets a key of its own, with the others not.
        try await file()
        words.withLock { $0 = [] }
        let began = SystemClock.now()
        try await file()
        let ended = SystemClock.now()
        try await desktop.close()
        return PlainIntake(words.withLock { $0 }, began, ended)
    }

    private init(_ words: [SQL], _ began: Instant, _ ended: Instant) {
        (self.began, self.ended) = (began, ended)
        var acts: [[SQL]] = []
        var act: [SQL]?
        for sql in words {
            if sql.parts[0].hasPrefix("SELECT pg_notify(") { continue }
            if sql.parts[0] == "BEGIN ISOLATION LEVEL SERIALIZABLE" { act = [] }
            act?.append(sql)
            if sql.parts == ["COMMIT"], let whole = act {
                acts.append(whole)
                act = nil
            }
        }
        // Of those that filed, the usual shape.
        let filings = acts.filter { $0.contains { $0.parts[0].contains("INSERT INTO matter ") } }
        let shapes = Dictionary(grouping: filings) { $0.map(\.parts) }
        self.acts = shapes.max { $0.value.count < $1.value.count }?.value ?? []
    }

    /// How many statements one act has, its beginning and end among them.
    var statements: Int { acts.first?.count ?? 0 }
    var count: Int { acts.count }

    /// Where a value comes from.
    private enum Source {
        /// The so-manyth identifier that the act makes.
        case made(Int)
        /// The transaction's instant.
        case now
        /// A case number.
        case reference
        /// A column of the table.
        case drawn(Int)
        case null
    }

    private var columns: [[Value]] { layout.columns }

    /// For each place of each statement its source, and the columns of the table.
    private var layout: (sources: [[Source]], columns: [[Value]]) {
        var made: [Value: Int] = [:]
        var columns: [[Value]] = []
        var known: [[Value]: Int] = [:]
        let sources = (acts.first ?? []).indices.map { statement in
            acts[0][statement].bindings.indices.map { place -> Source in
                let values = acts.map { $0[statement].bindings[place] }
                if values[0] == .null { return .null }
                if case .integer(let number) = values[0], (began.milliseconds...ended.milliseconds).contains(number) {
                    return .now
                }
                if case .identifier(let high, _) = values[0], Int64(high >> 16) >= began.milliseconds {
                    if let earlier = made[values[0]] { return .made(earlier) }
                    made[values[0]] = made.count
                    return .made(made.count - 1)
                }
                if case .text(let text) = values[0] {
                    if text.wholeMatch(of: /[A-Z]+-\d{4}-\d+/) != nil { return .reference }
                    let identifier = made.first { Self.text($0.key) == text }
                    if let identifier { return .made(identifier.value) }
                }
                if let column = known[values] { return .drawn(column) }
                known[values] = columns.count
                columns.append(values)
                return .drawn(columns.count - 1)
            }
        }
        return (sources, columns)
    }

    /// Makes the table of what differs, in a database that holds the company.
    func table() -> String {
        let columns = columns
        let names = columns.indices.map { "c\($0) text" }.joined(separator: ", ")
        let rows = acts.indices.map { act in
            "(\(act), " + columns.map { Self.quoted($0[act]) }.joined(separator: ", ") + ")"
        }
        return """
            DROP TABLE IF EXISTS bench_act;
            CREATE TABLE bench_act (n int PRIMARY KEY, \(names));
            INSERT INTO bench_act VALUES \(rows.joined(separator: ",\n"));
            ANALYZE bench_act;
            """
    }

    /// For pgbench: one act a transaction.
    /// - Parameter isPipelined: whether all that follows the first question is sent at once.
    func script(of organisation: OrganisationID, isPipelined: Bool) -> String {
        let (sources, columns) = layout
        let count =
            1 + sources.joined().reduce(0) { if case .made(let number) = $1 { max($0, number + 1) } else { $0 } }
        let identifiers = (0..<count).map { number in
            // Time first, as the program's own, so that they come to lie one behind the other.
            "(d.head || lpad(to_hex(\(number)), 3, '0') || d.tail)::uuid AS u\(number)"
        }
        var lines = [
            "\\set n random(0, \(acts.count - 1))", "BEGIN ISOLATION LEVEL SERIALIZABLE;",
            """
            SELECT d.now, clock_offset, set_config('charter.organisation', '\(organisation)', true),
                'BB-2000-' || substr(d.tail, 5) AS reference, \(identifiers.joined(separator: ", ")), \
            \(columns.indices.map { "c\($0)" }.joined(separator: ", "))
            FROM installation CROSS JOIN (
                SELECT now, substr(lpad(to_hex(now), 12, '0'), 1, 8) || '-' || substr(lpad(to_hex(now), 12, '0'), 9, 4)
                    || '-7' AS head, '-8' || substr(r, 1, 3) || '-' || substr(r, 4, 12) AS tail
                FROM (SELECT floor(extract(epoch FROM transaction_timestamp()) * 1000)::bigint AS now,
                    md5(random()::text) AS r) AS t
            ) AS d CROSS JOIN bench_act WHERE installation.id = 1 AND n = :n \\gset
            """,
        ]
        if isPipelined { lines.append("\\startpipeline") }
        // What opens the transaction and its first question are above.
        for (statement, sources) in zip(acts[0], sources).dropFirst(2) {
            var text = statement.parts[0]
            for ((source, value), part) in zip(zip(sources, statement.bindings), statement.parts.dropFirst()) {
                text += Self.written(source, value) + part
            }
            lines.append(text + ";")
        }
        if isPipelined { lines.append("\\endpipeline") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A place with its type, as the program names it too.
    private static func written(_ source: Source, _ value: Value) -> String {
        let type =
            switch value {
            case .integer: "bigint"
            case .text: "text"
            case .json: "json"
            case .bytes: "bytea"
            case .identifier: "uuid"
            case .null: "text"
            }
        return switch source {
        case .null: "NULL"
        case .now: ":now::\(type)"
        case .reference: ":reference::\(type)"
        case .made(let number): ":u\(number)::\(type)"
        case .drawn(let column): ":c\(column)::\(type)"
        }
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .null: ""
        case .integer(let number): String(number)
        case .text(let text), .json(let text): text
        case .bytes(let bytes): "\\x" + bytes.map { String(format: "%02x", $0) }.joined()
        case .identifier(let high, let low): Identifier<Any>(high: high, low: low).description
        }
    }

    private static func quoted(_ value: Value) -> String {
        value == .null ? "NULL" : "'" + text(value).replacing("'", with: "''") + "'"
    }
}

/// PostgreSQL's own load generator.
struct Pgbench {
    let folder: String
    let connections: Int

    struct Result {
        let perSecond: Double
        let retried: Int
    }

    /// Runs a script's transactions, with the settings that the program's connections have.
    /// - Parameter transactions: counted, since its clock is a signal that a child of ours does not get.
    func run(_ script: String, transactions: Double, at address: String) throws -> Result {
        let file = folder + "/act.sql"
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        let output = try BenchTool.run(
            "pgbench",
            [
                "-n", "-M", "prepared", "-c", "\(connections)", "-j", "2", "-t",
                "\(max(10, Int(transactions) / connections))", "--max-tries", "20",
                "-f",
                file, address,
            ],
            environment: [
                "PGOPTIONS": "-c plan_cache_mode=force_generic_plan -c cpu_tuple_cost=0.25 -c jit=off"
            ])
        func number(after words: String) -> Double? {
            output.components(separatedBy: words).dropFirst().first.flatMap { rest in
                Double(rest.prefix { $0.isNumber || $0 == "." })
            }
        }
        guard let perSecond = number(after: "tps = ") else { throw Stop(asIs: "pgbench failed: \(output)") }
        return Result(perSecond: perSecond, retried: Int(number(after: "transactions retried: ") ?? 0))
    }
}

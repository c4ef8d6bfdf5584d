import Foundation
import GRDB

/// The rows that a run added, to be written once more with as little as SQLite itself needs.
struct WrittenRows {
    /// How many complaints the run filed.
    let acts: Int
    private let tables: [Table]
    private static let most = 4000

    private struct Table {
        let insert: String
        /// In the whole run.
        let count: Int
        let rows: [[DatabaseValue]]
        let change: Change?
        /// Where the values of the change stand in a row.
        let changed: [Int]
    }

    /// A row that was there before, and that the program changes with those that it adds.
    private struct Change {
        let sql: String
        let columns: [String]
        /// Once an act, with its last row.
        var isOnce = false
    }

    /// By the table whose new rows change another.
    private static let changes = [
        "obligation": Change(
            sql: "UPDATE holder_load SET open_count = open_count + 1 WHERE organisation = ? AND holder = ?",
            columns: ["organisation", "holder"]),
        "event": Change(
            sql: "UPDATE journal_head SET number = ?, seal = ? WHERE organisation = ?",
            columns: ["number", "seal", "organisation"], isOnce: true),
    ]

    /// - Parameter before: the database as it was when the run began.
    init(database: String, before: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: database, configuration: configuration)
        (acts, tables) = try queue.unsafeRead { connection in
            try connection.execute(sql: "ATTACH ? AS past", arguments: [before])
            let names = try String.fetchAll(
                connection,
                sql:
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%WITHOUT ROWID%'"
            )
            func isNew(_ name: String) -> String {
                "FROM main.\(name) WHERE rowid > (SELECT COALESCE(max(rowid), 0) FROM past.\(name))"
            }
            let acts = try Int.fetchOne(connection, sql: "SELECT count(*) \(isNew("matter"))") ?? 0
            let share = min(1, Double(Self.most) / Double(max(1, acts)))
            let tables = try names.compactMap { name -> Table? in
                let count = try Int.fetchOne(connection, sql: "SELECT count(*) \(isNew(name))") ?? 0
                if count == 0 { return nil }
                let rows = try Row.fetchAll(
                    connection,
                    sql: "SELECT * \(isNew(name)) ORDER BY rowid LIMIT \(Int((Double(count) * share).rounded(.up)))")
                let marks = Array(repeating: "?", count: rows[0].count).joined(separator: ", ")
                let change = Self.changes[name]
                let columns = Array(rows[0].columnNames)
                return Table(
                    insert: "INSERT OR REPLACE INTO \(name) VALUES (\(marks))", count: count,
                    rows: rows.map { Array($0.databaseValues) }, change: change,
                    changed: (change?.columns ?? []).compactMap { columns.firstIndex(of: $0) })
            }
            return (acts, tables)
        }
        try queue.close()
    }

    /// `21.3`
    var perAct: String { String(format: "%.1f", Double(tables.map(\.count).reduce(0, +)) / Double(max(1, acts))) }

    /// Writes the rows of one act after another, those that it changed too, each act with a commit of its own.
    /// - Returns: acts a second.
    mutating func rewrite(into path: String, seconds: Double) throws -> Double {
        let queue = try BenchGround.plain(path)
        defer { try? queue.close() }
        let acts = min(acts, Self.most)
        return try queue.writeWithoutTransaction { connection in
            // As rarely as the program's own writer empties the log.
            try connection.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
            let statements = try tables.map { table in
                (
                    insert: try connection.makeStatement(sql: table.insert),
                    change: try table.change.map { try connection.makeStatement(sql: $0.sql) }
                )
            }
            let begin = try connection.makeStatement(sql: "BEGIN IMMEDIATE")
            let commit = try connection.makeStatement(sql: "COMMIT")
            let start = ContinuousClock.now
            var done = 0
            for act in 0..<acts {
                try begin.execute()
                for (table, statement) in zip(tables, statements) {
                    let rows = table.rows.count
                    let own = table.rows[(act * rows / acts)..<((act + 1) * rows / acts)]
                    for row in own { try statement.insert.execute(arguments: StatementArguments(row)) }
                    guard let change = statement.change else { continue }
                    for row in table.change?.isOnce == true ? own.suffix(1) : own {
                        try change.execute(arguments: StatementArguments(table.changed.map { row[$0] }))
                    }
                }
                try commit.execute()
                done += 1
                if ContinuousClock.now - start > .seconds(seconds) { break }
            }
            return Double(done) / (start.duration(to: .now) / .seconds(1))
        }
    }
}

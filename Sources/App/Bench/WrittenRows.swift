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
    }

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
                return Table(
                    insert: "INSERT OR REPLACE INTO \(name) VALUES (\(marks))", count: count,
                    rows: rows.map { Array($0.databaseValues) })
            }
            return (acts, tables)
        }
        try queue.close()
    }

    /// `21.3`
    var perAct: String { String(format: "%.1f", Double(tables.map(\.count).reduce(0, +)) / Double(max(1, acts))) }

    /// Writes the rows of one act after another, each with a commit of its own.
    /// - Returns: acts a second.
    mutating func rewrite(into path: String, seconds: Double) throws -> Double {
        let queue = try BenchGround.plain(path)
        defer { try? queue.close() }
        let acts = min(acts, Self.most)
        return try queue.writeWithoutTransaction { connection in
            // As rarely as the program's own writer empties the log.
            try connection.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
            let statements = try tables.map { try connection.makeStatement(sql: $0.insert) }
            let start = ContinuousClock.now
            var done = 0
            for act in 0..<acts {
                try connection.execute(sql: "BEGIN IMMEDIATE")
                for (table, statement) in zip(tables, statements) {
                    let rows = table.rows.count
                    for row in table.rows[(act * rows / acts)..<((act + 1) * rows / acts)] {
                        try statement.execute(arguments: StatementArguments(row))
                    }
                }
                try connection.execute(sql: "COMMIT")
                done += 1
                if ContinuousClock.now - start > .seconds(seconds) { break }
            }
            return Double(done) / (start.duration(to: .now) / .seconds(1))
        }
    }
}

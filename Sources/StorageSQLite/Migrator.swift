import GRDB
import Primitives
import Storage

/// Brings the schema forward, each step in a transaction of its own.
struct Migrator {
    private let migrations: [Migration]

    init(_ migrations: [Migration]) {
        self.migrations = migrations
    }

    func bringForward(_ pool: DatabasePool, at instant: Instant, path: String) throws {
        try mapped(of: path) {
            try pool.writeWithoutTransaction { connection in
                try connection.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS schema_migration (
                            name TEXT NOT NULL PRIMARY KEY, applied_at INTEGER NOT NULL
                        ) STRICT
                        """)
                try refuseNewer(on: connection)
                // A step may rebuild a table that others refer to; its references are checked at its end.
                try connection.execute(sql: "PRAGMA foreign_keys = OFF")
                for migration in migrations { try apply(migration, on: connection, at: instant) }
                try connection.execute(sql: "PRAGMA foreign_keys = ON")
            }
        }
    }

    private func refuseNewer(on connection: GRDB.Database) throws {
        let known = Set(migrations.map(\.name))
        let applied = try String.fetchAll(connection, sql: "SELECT name FROM schema_migration ORDER BY rowid DESC")
        if let found = applied.first(where: { !known.contains($0) }) {
            throw StorageError.newerSchema(found: found, known: migrations.last?.name ?? "none")
        }
    }

    private func apply(_ migration: Migration, on connection: GRDB.Database, at instant: Instant) throws {
        try connection.inTransaction(.immediate) {
            // Asked within the transaction: another process may have come first.
            let isApplied = try Bool.fetchOne(
                connection, sql: "SELECT EXISTS (SELECT * FROM schema_migration WHERE name = ?)",
                arguments: [migration.name])
            if isApplied == true { return .commit }
            for statement in migration.statements + SQLiteSchema.additions(to: migration.name) {
                try connection.execute(sql: SQLiteSchema.spelled(statement))
            }
            if let fault = try Row.fetchOne(connection, sql: "PRAGMA foreign_key_check") {
                throw StorageError.engine("\(migration.name) leaves a reference of \(fault[0] as String) to nothing")
            }
            try connection.execute(
                sql: "INSERT INTO schema_migration (name, applied_at) VALUES (?, ?)",
                arguments: [migration.name, instant.milliseconds])
            return .commit
        }
    }
}

import Primitives
import Storage

/// Brings the schema forward: all steps that are missing in one transaction, one node at a time.
struct Migrator {
    private let migrations: [Migration]

    init(_ migrations: [Migration]) {
        self.migrations = migrations
    }

    func bringForward(on connection: Connection, at instant: Instant?) throws {
        do {
            // Not SERIALIZABLE: it must see what the node before it did while it waited for the lock.
            try connection.queue("BEGIN ISOLATION LEVEL READ COMMITTED")
            try connection.queue("SET LOCAL statement_timeout = 0")
            try connection.queue("SET LOCAL lock_timeout = 0")
            // A step may change rows of all companies.
            try connection.queue(Fence.lifting)
            _ = try connection.ask("SELECT pg_advisory_xact_lock(hashtext('charter.' || current_schema()))")
            try refuseForeign(on: connection)
            try connection.queue(
                "CREATE TABLE IF NOT EXISTS schema_migration (name text COLLATE \"C\" PRIMARY KEY, applied_at bigint NOT NULL)"
            )
            let applied = try names(on: connection)
            if let found = applied.last(where: { name in !migrations.contains { $0.name == name } }) {
                throw StorageError.newerSchema(found: found, known: migrations.last?.name ?? "none")
            }
            for migration in migrations where !applied.contains(migration.name) {
                try apply(migration, on: connection, at: instant)
            }
            for table in try all(Fence.missing, on: connection) {
                for statement in Fence.statements(for: table) { try connection.queue(statement) }
            }
            try connection.queue("COMMIT")
            try connection.settle()
        } catch {
            if connection.isInsideTransaction { _ = try? connection.ask("ROLLBACK") }
            throw error
        }
    }

    /// A database with tables of which none is ours is somebody else's.
    private func refuseForeign(on connection: Connection) throws {
        let tables = try all(
            """
            SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
              AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT EXISTS
                (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
            """, on: connection)
        if !tables.isEmpty, !tables.contains("schema_migration") || !tables.contains("installation") {
            throw StorageError.server(.foreign, tables.sorted()[0])
        }
    }

    private func names(on connection: Connection) throws -> [String] {
        try all("SELECT name FROM schema_migration ORDER BY applied_at, name", on: connection)
    }

    private func all(_ sql: SQL, on connection: Connection) throws -> [String] {
        let result = try connection.ask(sql)
        return (0..<result.count).compactMap { result.row($0).text(0) }
    }

    private func apply(_ migration: Migration, on connection: Connection, at instant: Instant?) throws {
        for statement in migration.statements + PostgresSchema.additions(to: migration.name) {
            try connection.queue("\(raw: PostgresSchema.spelled(statement))")
            // The next may name what this one makes, and is prepared at once.
        }
        try connection.queue(
            """
            INSERT INTO schema_migration (name, applied_at)
            VALUES (\(migration.name), coalesce(\(instant),
                floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint))
            """)
    }
}

import Foundation
public import Primitives
public import Storage
public import StoragePostgres
public import StorageSQLite
import Synchronization

/// Databases of their own for tests, on either engine.
public enum TestDatabases {
    /// The engine on which the domains are tested: CHARTER_TEST_ENGINE, `sqlite` without it. `bin/test` runs both.
    public enum Engine: String, Sendable {
        case sqlite, postgres

        public static let chosen: Engine = {
            guard let word = ProcessInfo.processInfo.environment["CHARTER_TEST_ENGINE"] else { return .sqlite }
            guard let engine = Engine(rawValue: word) else {
                preconditionFailure("CHARTER_TEST_ENGINE is “\(word)”, expected sqlite or postgres")
            }
            return engine
        }()
    }

    /// An empty database on the chosen engine.
    public static func open(
        migrations: [Migration], clock: @escaping @Sendable () -> Instant
    ) throws -> any Database & DatabaseCheck {
        switch Engine.chosen {
        case .sqlite: try sqlite(migrations: migrations, clock: clock)
        case .postgres: try postgres(migrations: migrations, clock: clock)
        }
    }

    public static func sqlite(
        migrations: [Migration], clock: @escaping @Sendable () -> Instant
    ) throws -> SQLiteDatabase {
        try SQLiteDatabase(
            path: folder.appending(path: "\(UUID()).sqlite").path, migrations: migrations, clock: clock,
            identifiers: identifiers(clock), readers: 4)
    }

    /// Made of a template that has the schema already.
    public static func postgres(
        migrations: [Migration], clock: @escaping @Sendable () -> Instant,
        // All tests begin at once, and wait for each other.
        options: PostgresOptions = PostgresOptions(
            connections: connections, patience: .seconds(120), unusedSeconds: 0.2, statementMilliseconds: 120_000,
            idleMilliseconds: 120_000, connectSeconds: 120)
    ) throws -> PostgresDatabase {
        let template = try template(migrations, clock)
        let name = TestCluster.newName()
        try TestCluster.run("CREATE DATABASE \(name) TEMPLATE \(template)")
        let database = try PostgresDatabase(
            address: TestCluster.address(of: name), migrations: migrations, clock: clock,
            identifiers: identifiers(clock), options: options)
        try sweep(adding: (name, database))
        return database
    }

    /// Of one test's database.
    public static let connections = 3

    /// Where the chosen engine keeps attachments.
    public static func files(_ database: any Database) throws -> any AttachmentStore {
        if Engine.chosen == .postgres { return AttachmentRows(database) }
        let folder = folder.appending(path: "files-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return AttachmentFolder(folder.path)
    }

    /// So many acts on one database may be under way at the same moment.
    public static var actsAtOnce: Int { Engine.chosen == .postgres ? connections : 1 }

    /// Takes away a guard of the journal.
    public static func dropping(_ trigger: String) -> SQL {
        Engine.chosen == .postgres ? "DROP TRIGGER \(raw: trigger) ON event" : "DROP TRIGGER \(raw: trigger)"
    }

    /// The names of all tables of our own.
    public static func tables(in transaction: any ReadTransaction) throws -> [String] {
        let query: SQL =
            switch Engine.chosen {
            case .sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            case .postgres: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            }
        return try transaction.all(query) { try $0[0] as String }.sorted()
    }

    /// The columns of a table in their order.
    public static func columns(of table: String, in transaction: any ReadTransaction) throws -> [String] {
        let query: SQL =
            switch Engine.chosen {
            case .sqlite: "SELECT name FROM pragma_table_info(\(table))"
            case .postgres:
                """
                SELECT attname FROM pg_attribute
                WHERE attrelid = \(table)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
                """
            }
        return try transaction.all(query) { try $0[0] as String }
    }

    /// All rows of a table, each value in its own kind, in the order in which the engine keeps them.
    public static func rows(of table: String, in transaction: any ReadTransaction) throws -> [[Value]] {
        let columns = try columns(of: table, in: transaction)
        let order: SQL = Engine.chosen == .sqlite && !clustered.contains(table) ? " ORDER BY rowid" : ""
        return try transaction.all("SELECT \(raw: columns.joined(separator: ", ")) FROM \(raw: table)\(order)") { row in
            columns.indices.map { index in
                if row.isNull(index) { return .null }
                if let number = try? row.integer(index) { return .integer(number) }
                if let text = try? row.text(index) { return .text(text) }
                if let words = try? row.identifier(index) { return .identifier(high: words.high, low: words.low) }
                return (try? row.bytes(index)).map(Value.bytes) ?? .null
            }
        }
    }

    /// Tables that SQLite keeps without a row number.
    private static let clustered: Set = ["customer_gram"]

    /// What the chosen engine wants of a sequencer.
    public static var horizon: SQL { Engine.chosen == .postgres ? PostgresDatabase.horizon : "" }

    public static func identifiers(_ clock: @escaping @Sendable () -> Instant) -> IdentifierSource {
        IdentifierSource(clock: clock, random: { .random(in: 0...UInt64.max) })
    }

    /// A folder for this run, removed at its end.
    private static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "charter-tests-\(UUID())")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: TestDatabases.folder) }
        return folder
    }()

    /// By the names of the migrations.
    private static let templates = Mutex<[String: String]>([:])

    private static func template(_ migrations: [Migration], _ clock: @escaping @Sendable () -> Instant) throws -> String
    {
        let key = migrations.map(\.name).joined(separator: " ")
        return try templates.withLock { templates in
            if let template = templates[key] { return template }
            let name = TestCluster.newName()
            try TestCluster.run("CREATE DATABASE \(name)")
            // Its connection is gone at once, as nobody may be connected to a template.
            _ = try PostgresDatabase(
                address: TestCluster.address(of: name), migrations: migrations, clock: clock,
                identifiers: identifiers(clock))
            templates[key] = name
            return name
        }
    }

    private struct Kept {
        let name: String
        weak var database: PostgresDatabase?
    }

    private static let kept = Mutex<[Kept]>([])

    /// Drops what no test uses any longer: each takes eight megabytes.
    private static func sweep(adding new: (name: String, database: PostgresDatabase)) throws {
        let unused = kept.withLock { kept in
            let unused = kept.filter { $0.database == nil }.map(\.name)
            kept.removeAll { $0.database == nil }
            kept.append(Kept(name: new.name, database: new.database))
            return unused
        }
        for name in unused { try TestCluster.run("DROP DATABASE \(name) WITH (FORCE)") }
    }
}

extension Database {
    /// Reads of all companies, as a test looks at what was done.
    public func read<T: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> T) async throws -> T {
        try await read(.everyCompany, body)
    }

    /// Writes to any company, as a test sets its scene.
    @discardableResult
    public func write<T: Sendable>(_ body: @escaping @Sendable (any WriteTransaction) throws -> T) async throws -> T {
        try await write(.everyCompany, body)
    }
}

extension WriteTransaction {
    /// An event without a seal: as every act leaves it on PostgreSQL, and as an earlier version did on SQLite.
    public func leaveUnsealed(_ type: String, of organisation: OrganisationID) throws {
        let (id, subject) = (identifier(Event.self), identifier(Event.Subject.self))
        try run(
            """
            INSERT INTO event (organisation, id, type, schema_version, subject_kind, subject, program, occurred_at,
                recorded_at, nature, body)
            VALUES (\(organisation), \(id), \(type), 1, 'guest', \(subject), 'test', \(now), \(now), 'fact',
                \(Value.json("{}")))
            """)
        touched(organisation)
    }
}

extension Sequencer {
    /// Seals until nothing is left.
    ///
    /// In a cluster, transactions of other tests may keep the horizon back for a moment.
    /// - Returns: how many events.
    @discardableResult
    public func sealAll(of database: any Database) async throws -> Int {
        var total = 0
        let end = ContinuousClock.now + .seconds(30)
        while true {
            total += try await sealPending()
            let left = try await database.read {
                try $0.one("SELECT count(*) FROM event WHERE number IS NULL", orElse: "count") { try $0[0] as Int }
            }
            if left == 0 || ContinuousClock.now > end { return total }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

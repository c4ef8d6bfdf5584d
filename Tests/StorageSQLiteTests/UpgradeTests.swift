import TestDatabases
import Customers
import GRDB
import Primitives
import Storage
import StorageSQLite
import TestSupport
import Testing

/// The program's own schema, brought forward from each step at which an installation may have stopped.
struct UpgradeTests {
    private static let steps = Desk.migrations

    /// Nothing is without its journal, which is the second step.
    @Test(arguments: 2..<steps.count)
    func `upgrades that fail from older versions: each earlier schema comes forward with its data`(
        count: Int
    ) async throws {
        let shop = try await Shop.open()
        try await shop.startSite()
        try await shop.respond(to: shop.complain())
        shop.clock.advance(hours: 49)
        try await shop.tick()
        let full = try await shop.desk.database.read {
            try $0.one("SELECT file FROM pragma_database_list WHERE name = 'main'", orElse: "file") {
                try $0[0] as String
            }
        }
        let path = Scratch.path()
        try await open(path, Array(Self.steps.prefix(count))).close()
        let before = try copy(full, to: path)
        #expect(!before.isEmpty)

        let database = try open(path, Self.steps)
        let faults = try await database.faults()
        #expect(faults == [])
        let names = try await database.read {
            try $0.all("SELECT name FROM schema_migration ORDER BY name") { try $0[0] as String }
        }
        #expect(names == Self.steps.map(\.name).sorted())
        try await database.close()
        let queue = try DatabaseQueue(path: path)
        let (after, schema) = try await queue.read { connection in
            (
                try before.keys.reduce(into: [:]) { rows, table in
                    rows[table] = try Self.rows(of: table, Self.columns(of: table, on: connection), on: connection)
                }, try Self.schema(on: connection)
            )
        }
        // A later step may add columns; what was there is there still.
        for (table, rows) in before { #expect(after[table]?.count == rows.count, "\(table)") }
        #expect(schema == (try await DatabaseQueue(path: full).read { try Self.schema(on: $0) }))
    }

    @Test func `names filed before pinyin was kept closer together are found by it after the upgrade`() async throws {
        let shop = try await Shop.open()
        let clerk = try await shop.principal(.an)
        for name in ["单雄信", "李 Smith 立川", "欧阳如许"] {
            _ = try await shop.desk.customers.file(CustomerInput(kind: .person, name: name), by: clerk)
        }
        let path = try await shop.desk.database.read {
            try $0.one("SELECT file FROM pragma_database_list WHERE name = 'main'", orElse: "file") {
                try $0[0] as String
            }
        }
        let grams = "SELECT hex(customer) || gram FROM customer_gram ORDER BY 1"
        let queue = try DatabaseQueue(path: path)
        let before = try await queue.write { connection in
            let all = try String.fetchAll(connection, sql: grams)
            try connection.execute(sql: "DELETE FROM customer_gram WHERE gram LIKE 'p:%' AND length(gram) IN (5, 7)")
            let fewer = try String.fetchAll(connection, sql: grams)
            #expect(fewer.count < all.count)
            try connection.execute(sql: "DELETE FROM schema_migration WHERE name = '0009-pinyin-grams'")
            return all
        }
        try queue.close()
        try await open(path, Self.steps).close()
        let after = try await DatabaseQueue(path: path).read { try String.fetchAll($0, sql: grams) }
        #expect(after == before)
    }

    private func open(_ path: String, _ steps: [Storage.Migration]) throws -> SQLiteDatabase {
        try SQLiteDatabase(
            path: path, migrations: steps, clock: { Scratch.tuesday }, identifiers: Scratch.identifiers())
    }

    /// Copies what the tables of the older schema can hold.
    private func copy(_ full: String, to path: String) throws -> [String: [String]] {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        return try queue.writeWithoutTransaction { connection in
            try connection.execute(sql: "ATTACH ? AS full", arguments: [full])
            let tables = try String.fetchAll(
                connection,
                sql: """
                    SELECT name FROM main.sqlite_schema
                    WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_migration'
                    """)
            return try tables.reduce(into: [:]) { rows, table in
                let columns = try Self.columns(of: table, on: connection)
                let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
                try connection.execute(sql: "DELETE FROM main.\(table)")
                try connection.execute(sql: "INSERT INTO main.\(table) (\(list)) SELECT \(list) FROM full.\(table)")
                rows[table] = try Self.rows(of: table, columns, on: connection)
            }
        }
    }

    private static func columns(of table: String, on connection: GRDB.Database) throws -> [String] {
        try String.fetchAll(connection, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
    }

    private static func rows(
        of table: String, _ columns: [String], on connection: GRDB.Database
    ) throws -> [String] {
        let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
        return try String.fetchAll(connection, sql: "SELECT \(row) FROM main.\(table)").sorted()
    }

    private static func schema(on connection: GRDB.Database) throws -> [String] {
        try String.fetchAll(
            connection, sql: "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY 1")
    }
}

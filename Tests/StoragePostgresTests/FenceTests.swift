import CPostgres
import Foundation
import Primitives
import Storage
import StoragePostgres
import TestDatabases
import Testing

/// The second fence between companies, on the server itself.
struct FenceTests {
    private static let blue = OrganisationID(22)

    /// A table of companies' rows, as any later step may bring one.
    private static let migrations =
        Ground.migrations + [
            Migration(
                "9002-guest",
                [
                    """
                    CREATE TABLE guest (
                        organisation {organisation} NOT NULL, id {integer} NOT NULL, name {text} NOT NULL,
                        PRIMARY KEY (organisation, id)
                    )
                    """
                ])
        ]

    private static func add(_ id: Int, to organisation: OrganisationID, in transaction: any WriteTransaction) throws {
        try transaction.run(
            "INSERT INTO guest (organisation, id, name) VALUES (\(organisation), \(id), \("guest \(id)"))")
    }

    /// Without the predicate, on purpose.
    private static func count(in transaction: any ReadTransaction) throws -> Int {
        try transaction.one("SELECT count(*) FROM guest", orElse: "count") { try $0[0] }
    }

    /// Two guests at the red company and one at the blue.
    private func furnished() async throws -> (ground: Ground, node: PostgresDatabase) {
        let ground = try Ground()
        let node = try ground.node(options: PostgresOptions(connections: 1), migrations: Self.migrations)
        try await node.write(for: Ground.red) { transaction in
            try Self.add(1, to: Ground.red, in: transaction)
            try Self.add(2, to: Ground.red, in: transaction)
        }
        try await node.write(for: Self.blue) { try Self.add(3, to: Self.blue, in: $0) }
        return (ground, node)
    }

    @Test func `a statement without the predicate sees its own company, and without a company nothing`() async throws {
        let (ground, node) = try await furnished()
        // All on one connection, so that nothing of one transaction is left for the next.
        #expect(try await node.read(for: Ground.red) { try Self.count(in: $0) } == 2)
        #expect(try await node.read(for: Self.blue) { try Self.count(in: $0) } == 1)
        #expect(try await node.read(for: OrganisationID(33)) { try Self.count(in: $0) } == 0)
        #expect(try await node.read(.everyCompany) { try Self.count(in: $0) } == 3)
        #expect(try await node.read(.installation) { try Self.count(in: $0) } == 0)
        #expect(try await node.write(.installation) { try Self.count(in: $0) } == 0)
        let bare = try PostgresDatabase.ask("SELECT count(*) FROM guest", at: ground.address)
        #expect(bare == "0", "a connection that says nothing")
    }

    @Test func `nothing is written, changed or removed beyond one's own company`() async throws {
        let (_, node) = try await furnished()
        for act: @Sendable (any WriteTransaction) throws -> Void in [
            { try Self.add(4, to: Self.blue, in: $0) },
            { try $0.run("UPDATE guest SET organisation = \(Self.blue) WHERE id = 1") },
        ] {
            let error = await refusal { try await node.write(for: Ground.red, act) }
            guard case .server(.permission, let words) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(words.contains("row-level security"), "\(words)")
        }
        #expect(
            await refusal { try await node.write(.installation) { try Self.add(5, to: Ground.red, in: $0) } } != nil)
        let changed = try await node.write(for: Ground.red) { transaction in
            let changed = try transaction.rowsChanged(by: "UPDATE guest SET name = 'x'")
            return changed + (try transaction.rowsChanged(by: "DELETE FROM guest"))
        }
        #expect(changed == 4, "two rows twice")
        #expect(try await node.read(for: Self.blue) { try Self.count(in: $0) } == 1)
    }

    @Test func `a step that comes later is fenced, changes all companies' rows, and so is a fence that was taken down`()
        async throws
    {
        let (ground, node) = try await furnished()
        try await node.close()
        Intruder(ground).run("ALTER TABLE guest NO FORCE ROW LEVEL SECURITY")
        let later =
            Self.migrations + [
                Migration(
                    "9003-visit",
                    [
                        "CREATE TABLE visit (organisation {organisation} NOT NULL, id {integer} NOT NULL)",
                        "INSERT INTO visit (organisation, id) SELECT organisation, id FROM guest",
                    ])
            ]
        let again = try ground.node(migrations: later)
        #expect(try await again.read(for: Ground.red) { try Self.count(in: $0) } == 2)
        let visits = try await again.read(for: Self.blue) { try $0.all("SELECT id FROM visit") { try $0[0] as Int } }
        #expect(visits == [3])
        #expect(try await again.read(.everyCompany) { try $0.all("SELECT id FROM visit") { _ in } }.count == 3)
        #expect(try await again.faults() == [])
        Intruder(ground).run("ALTER TABLE guest DISABLE ROW LEVEL SECURITY")
        #expect(try await again.faults() == ["the fence between companies is down at guest"])
    }

    @Test func `a statement with its predicate uses the key's index under the policy`() async throws {
        let (ground, node) = try await furnished()
        try await node.write { transaction in
            try transaction.run(
                """
                INSERT INTO guest (organisation, id, name)
                SELECT 1000 + id % 50, id, 'guest' FROM generate_series(1, 20000) AS id
                """)
        }
        Intruder(ground).run("ANALYZE guest")
        let company = OrganisationID(1007)
        for query: SQL in [
            "SELECT id FROM guest WHERE organisation = \(company) ORDER BY id LIMIT 20",
            "SELECT id FROM guest WHERE organisation = \(company) AND id > \(500) ORDER BY id LIMIT 20",
            "SELECT name FROM guest WHERE organisation = \(company) AND id = \(507)",
        ] {
            let plan = try await node.read(for: company) {
                try $0.all("EXPLAIN \(query)") { try $0[0] as String }.joined(separator: "\n")
            }
            #expect(plan.contains(/Index.* Scan using guest_pkey/), "\(plan)")
            #expect(plan.contains("Index Cond: ((organisation = ") || plan.contains("Index Cond: (organisation = "))
        }
    }

    @Test func `a superuser and a role with BYPASSRLS are refused, and nothing was written`() throws {
        let ground = try Ground()
        #expect(fault(TestCluster.overseer(of: ground.address)) == .server(.unfenced, "postgres"))
        let name = "passer" + UUID().uuidString.prefix(8).lowercased()
        let overseer = Intruder(overseeing: ground)
        overseer.run("CREATE ROLE \(name) LOGIN BYPASSRLS PASSWORD 'guest'")
        overseer.run("GRANT charter TO \(name)")
        let address = ground.address.replacing("charter:charter@", with: "\(name):guest@")
        #expect(fault(address) == .server(.unfenced, name))
        #expect(
            try PostgresDatabase.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", at: address) == "0")
        overseer.run("ALTER ROLE \(name) NOBYPASSRLS")
        overseer.run("GRANT ALL ON SCHEMA public TO \(name)")
        #expect(fault(address) == nil)
    }

    private func fault(_ address: String) -> StorageError? {
        do {
            _ = try PostgresDatabase(
                address: address, migrations: Ground.migrations, clock: { Ground.tuesday },
                identifiers: TestDatabases.identifiers { Ground.tuesday }, options: PostgresOptions(connections: 1))
            return nil
        } catch {
            return error as? StorageError ?? .engine("\(error)")
        }
    }
}

extension PostgresDatabase {
    /// The first value of an answer, on a connection that says nothing of companies.
    fileprivate static func ask(_ query: String, at address: String) throws -> String {
        let handle = PQconnectdb(address)
        defer { PQfinish(handle) }
        let result = PQexec(handle, query)
        defer { PQclear(result) }
        return String(cString: try #require(PQgetvalue(result, 0, 0)))
    }
}

import CPostgres
import Foundation
import Primitives
import Storage
@testable import StoragePostgres
import TestDatabases
import Testing

/// What stands in the way of the first connection, each told apart.
struct OpeningTests {
    private func fault(
        _ address: String, options: PostgresOptions = PostgresOptions(connections: 1, connectSeconds: 2)
    ) -> StorageError? {
        do {
            _ = try PostgresDatabase(
                address: address, migrations: Ground.migrations, clock: { Ground.tuesday },
                identifiers: TestDatabases.identifiers { Ground.tuesday }, options: options)
            return nil
        } catch {
            return error as? StorageError ?? .engine("\(error)")
        }
    }

    @Test func `a wrong password is told, and is not in the error`() throws {
        let address = try Ground().address.replacing("charter:charter@", with: "charter:sesame@")
        let error = fault(address)
        #expect(error?.serverFault == .password)
        #expect(!"\(String(describing: error))".contains("sesame"))
    }

    @Test(arguments: ["charter.db", "mysql://a/b", "postgres://h/d?colour=red", "postgres://h:x/d"])
    func `what is no address is told`(address: String) {
        #expect(fault(address)?.serverFault == .address)
    }

    @Test func `a host where nobody answers is told`() {
        #expect(fault("postgres://charter@127.0.0.1:1/charter")?.serverFault == .unreachable)
        #expect(fault("postgres://charter@nowhere.invalid/charter")?.serverFault == .unreachable)
    }

    @Test func `a database that is not there is told`() throws {
        #expect(fault(try TestCluster.address(of: "nothing"))?.serverFault == .absent)
    }

    @Test func `a server with fewer connections than we mean to use is told`() throws {
        let error = fault(try Ground().address, options: PostgresOptions(connections: 100_000))
        #expect(error?.serverFault == .connections)
    }

    @Test func `a server too old is told with its version, and one just new enough is taken`() throws {
        let address = Address(text: try Ground().address, options: PostgresOptions(connections: 1))
        let handle = try address.connect()
        defer { PQfinish(handle) }
        let version = PQserverVersion(handle)
        #expect(throws: StorageError.server(.tooOld, "\(version / 10_000)")) {
            try address.confirm(oldest: version + 1)
        }
        try address.confirm(oldest: version)
        #expect(Address.oldest == 150_000, "15.0, by the server's own count")
    }

    @Test func `the database of another program stays as it is`() throws {
        let ground = try Ground()
        Intruder(ground).run("CREATE TABLE wages (id int)")
        #expect(fault(ground.address) == .server(.foreign, "wages"))
        Intruder(ground).run("DROP TABLE wages")
        #expect(fault(ground.address) == nil)
    }

    @Test func `a user without rights on the schema is told`() throws {
        let ground = try Ground()
        let name = "guest" + UUID().uuidString.prefix(8).lowercased()
        Intruder(overseeing: ground).run("CREATE ROLE \(name) LOGIN PASSWORD 'guest'")
        let address = ground.address.replacing("charter:charter@", with: "\(name):guest@")
        #expect(fault(address)?.serverFault == .permission)
    }

    @Test func `a newer schema is told, and stays`() async throws {
        let ground = try Ground()
        let newer = Ground.migrations + [Migration("9002-later", ["CREATE TABLE later (id {integer})"])]
        let node = try ground.node(migrations: newer)
        #expect(fault(ground.address) == .newerSchema(found: "9002-later", known: "9001-tally"))
        #expect(try await node.read { try $0.first("SELECT 1 FROM later") { _ in true } } == nil)
    }

    @Test func `a step that fails leaves nothing of any`() async throws {
        let ground = try Ground()
        let broken =
            Ground.migrations + [Migration("9002-broken", ["CREATE TABLE whole (id {integer})", "CREATE TABEL x"])]
        #expect(throws: StorageError.self) { try ground.node(migrations: broken) }
        let node = try ground.node()
        let tables = try await node.read {
            try $0.all("SELECT count(*) FROM pg_class WHERE relname = 'whole'") { try $0[0] as Int }
        }
        #expect(tables == [0])
    }

    @Test func `a schema is brought forward with its data from the version before`() async throws {
        let ground = try Ground()
        let old = try ground.node(migrations: StorageMigrations.all)
        try await old.write { try $0.run("INSERT INTO lease (name, holder, held_until) VALUES ('a', 'b', 1)") }
        let node = try ground.node()
        #expect(
            try await node.read { try $0.one("SELECT holder FROM lease", orElse: "lease") { try $0[0] as String } }
                == "b")
        #expect(try await node.read { try Tally.count(in: $0) } == 0)
    }

    @Test func `of several hosts the one that can write is used`() async throws {
        let ground = try Ground()
        let address = ground.address.replacing("@127.0.0.1", with: "@127.0.0.1:1,127.0.0.1")
        let node = try PostgresDatabase(
            address: address + "?target_session_attrs=read-write", migrations: Ground.migrations,
            clock: { Ground.tuesday }, identifiers: TestDatabases.identifiers { Ground.tuesday },
            options: PostgresOptions(connections: 1))
        try await node.write { try Tally.add(1, in: $0) }
    }
}

@testable import App
import Foundation
import Storage
import TestDatabases
import Testing

/// The program with its data in PostgreSQL.
struct PostgresTests {
    @Test func `an installation on a server is furnished, worked on, verified and served`() async throws {
        let address = try TestCluster.emptyDatabase()
        let folder = try Scratch.folder()
        let place = ["--data", folder, "--database", address]
        let empty = try await Program.run(["tick"] + place)
        #expect(empty.status == 1 && empty.errors.contains("--database is empty"), "\(empty.errors)")
        try await furnish(folder, address)
        #expect(!FileManager.default.fileExists(atPath: folder + "/charter.db"))
        let demo = try await Program.run(["demo"] + place)
        #expect(demo.status == 1 && demo.errors.contains("holds companies already"), "\(demo.errors)")
        let tick = try await Program.run(["tick"] + place)
        #expect(tick.status == 0, "\(tick.errors)")
        let found = try await Program.run(["verify"] + place)
        #expect(found.status == 0 && found.output.hasPrefix("sound: "), "\(found.output) \(found.errors)")
        let server = try Server(data: folder, environment: ["CHARTER_DATABASE": address])
        #expect(try server.get("/health/ready").status == 200)
        #expect(try server.get("/sign-in").text.contains("password"))
    }

    @Test func `each thing that stands in the way is one sentence that names what to change`() async throws {
        let empty = try TestCluster.emptyDatabase()
        let foreign = try TestCluster.emptyDatabase()
        try TestCluster.run("CREATE TABLE wages (id int)", at: foreign)
        let newer = try TestCluster.emptyDatabase()
        try await furnish(try Scratch.folder(), newer)
        try TestCluster.run("INSERT INTO schema_migration VALUES ('9999-later', 9223372036854775807)", at: newer)
        let name = "few" + UUID().uuidString.prefix(8).lowercased()
        try TestCluster.run(
            "CREATE ROLE \(name) LOGIN CONNECTION LIMIT 5 PASSWORD 'few'", at: TestCluster.overseer(of: empty))
        for (address, words) in [
            ("postgres://h/d?colour=red", "write postgres://USER@HOST/DATABASE"),
            ("postgres://127.0.0.1:1/charter", "look at its host and port"),
            (empty.replacing("charter:charter@", with: "charter:sesame@"), "in PGPASSWORD or ~/.pgpass"),
            (try TestCluster.address(of: "nothing"), "make it with createdb"),
            (empty.replacing("charter:charter@", with: "\(name):few@"), "lower CHARTER_CONNECTIONS"),
            (foreign, "belongs to another program (it has “wages”)"), (newer, "a newer version (9999-later"),
        ] {
            let done = try await Program.run("serve", "--data", try Scratch.folder(), "--database", address)
            #expect(done.status == 1 && done.errors.contains(words), "\(done.errors)")
            #expect(!done.errors.contains("sesame"), "\(done.errors)")
        }
        // What was refused holds what it held.
        try TestCluster.run("CREATE TABLE installation (id int)", at: empty)
        try TestCluster.run("CREATE TABLE installation (id int)", at: foreign)
    }

    /// Tables that belong to no company, by design (decision 0011).
    private static let common: Set = [
        "installation", "key_proof", "lease", "schema_migration", "shared_count", "sign_in_attempt",
    ]

    @Test func `each table of a company's rows is behind a forced fence, and the others are few and known`()
        async throws
    {
        let settings = try await Settings(
            flags: [.data: try Scratch.folder(), .database: try TestCluster.emptyDatabase()], environment: [:])
        let desktop = try await Desktop.open(settings, creating: true)
        let (fenced, open) = try await desktop.database.read(.installation) { transaction in
            func names(_ condition: SQL) throws -> [String] {
                try transaction.all(
                    """
                    SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                      AND relkind IN ('r', 'p') AND \(condition)
                    """
                ) { try $0[0] }
            }
            let forced: SQL = """
                (relrowsecurity AND relforcerowsecurity
                    AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polcmd = '*'))
                """
            return (try names(forced), try names("NOT \(forced)"))
        }
        #expect(Set(open) == Self.common)
        #expect(fenced.count > 20 && fenced.contains("organisation"))
        try await desktop.close()
    }

    @Test(arguments: ["serve", "verify", "tick"])
    func `no command works as a superuser`(command: String) async throws {
        let address = TestCluster.overseer(of: try TestCluster.emptyDatabase())
        let done = try await Program.run(command, "--data", try Scratch.folder(), "--database", address)
        #expect(done.status == 1 && done.errors.contains("is a superuser or has BYPASSRLS"), "\(done.errors)")
        #expect(done.errors.contains("CREATE ROLE") && done.errors.split(separator: "\n").count == 1, "\(done.errors)")
    }

    @Test(arguments: [["backup", "/tmp/x"], ["restore", "/tmp/x"]])
    func `what copies a file names the server's own tool`(command: [String]) async throws {
        let done = try await Program.run(
            command + ["--data", try Scratch.folder()], environment: ["CHARTER_DATABASE": "postgres://h/d"])
        #expect(done.status == 1 && done.errors.contains("pg_basebackup"), "\(done.errors)")
    }

    @Test func `another key is refused, and so is a server where nobody answers`() async throws {
        let address = try TestCluster.emptyDatabase()
        try await furnish(try Scratch.folder(), address)
        let keyless = try await Program.run("verify", "--data", try Scratch.folder(), "--database", address)
        #expect(keyless.status == 1 && keyless.errors.contains("there is no key at"), "\(keyless.errors)")
        let silent = try await Program.run(
            "verify", "--data", try Scratch.folder(), "--database", "postgres://127.0.0.1:1/charter")
        #expect(silent.status == 1 && silent.errors.contains("no PostgreSQL answers at --database"), "\(silent.errors)")
    }

    private func furnish(_ folder: String, _ address: String) async throws {
        let desktop = try await Desktop.open(
            try await Settings(flags: [.data: folder, .database: address], environment: [:]), creating: true)
        try await Installed.furnish(desktop)
        try await desktop.close()
    }
}

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
        try await Self.furnish(folder, address)
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

    /// What stands in the way of a start, and the words that name what to change.
    enum Obstacle: String, CaseIterable, CustomTestStringConvertible {
        case wrongAddress = "write postgres://USER@HOST/DATABASE"
        case unreachableHost = "look at its host and port"
        case wrongPassword = "in PGPASSWORD or ~/.pgpass"
        case absentDatabase = "make it with createdb"
        case fewConnections = "lower CHARTER_CONNECTIONS"
        case anotherProgram = "belongs to another program (it has “wages”)"
        case newerSchema = "a newer version (9999-later"

        var testDescription: String { "\(self)" }

        /// The address to start with, and where its database can be looked at.
        func made() async throws -> (address: String, place: String) {
            let place = try TestCluster.emptyDatabase()
            switch self {
            case .wrongAddress: return ("postgres://h/d?colour=red", place)
            case .unreachableHost: return ("postgres://127.0.0.1:1/charter", place)
            case .wrongPassword: return (place.replacing("charter:charter@", with: "charter:sesame@"), place)
            case .absentDatabase: return (try TestCluster.address(of: "nothing"), place)
            case .fewConnections:
                let name = "few" + UUID().uuidString.prefix(8).lowercased()
                try TestCluster.run(
                    "CREATE ROLE \(name) LOGIN CONNECTION LIMIT 5 PASSWORD 'few'", at: TestCluster.overseer(of: place))
                return (place.replacing("charter:charter@", with: "\(name):few@"), place)
            case .anotherProgram: try TestCluster.run("CREATE TABLE wages (id int)", at: place)
            case .newerSchema:
                try await PostgresTests.furnish(try Scratch.folder(), place)
                try TestCluster.run(
                    "INSERT INTO schema_migration VALUES ('9999-later', 9223372036854775807)", at: place)
            }
            return (place, place)
        }
    }

    @Test(arguments: Obstacle.allCases)
    func `what stands in the way is one sentence that names what to change, and nothing is made`(
        obstacle: Obstacle
    ) async throws {
        let (address, place) = try await obstacle.made()
        let folder = try Scratch.folder()
        let before = try TestCluster.tables(at: place)
        let done = try await Program.run("serve", "--data", folder, "--database", address)
        #expect(done.status == 1 && done.errors.contains(obstacle.rawValue), "\(done.errors)")
        #expect(done.errors.split(separator: "\n").count == 1, "\(done.errors)")
        #expect(!done.errors.contains("sesame"), "\(done.errors)")
        #expect(try TestCluster.tables(at: place) == before)
        #expect(!FileManager.default.fileExists(atPath: folder + "/charter.key"))
    }

    @Test func `a database person sees times and documents as the server's own types`() async throws {
        let address = try TestCluster.emptyDatabase()
        try await Self.furnish(try Scratch.folder(), address)
        let fence = "SET charter.every_organisation = 'on'; "
        let types = try TestCluster.rows(
            """
            SELECT table_name || '.' || column_name, data_type FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name LIKE '%\\_shown'
              AND (column_name LIKE '%\\_at' OR column_name IN ('body', 'fields'))
            """, at: address)
        #expect(types.count == 11)
        for column in types {
            let isDocument = column[0].hasSuffix(".body") || column[0].hasSuffix(".fields")
            #expect(column[1] == (isDocument ? "jsonb" : "timestamp with time zone"), "\(column[0])")
        }
        for (view, table) in [
            ("event_shown", "event"), ("obligation_shown", "obligation"), ("matter_shown", "matter"),
            ("matter_step_shown", "matter_step"),
        ] {
            let counts = try TestCluster.rows(
                fence + "SELECT (SELECT count(*) FROM \(view)), (SELECT count(*) FROM \(table))", at: address)
            #expect(counts[0][0] == counts[0][1] && counts[0][0] != "0", "\(view)")
            // They show nobody's rows to whoever does not say whose, as the tables do.
            #expect(try TestCluster.rows("SELECT count(*) FROM \(view)", at: address) == [["0"]])
        }
        let same = try TestCluster.rows(
            fence + """
                SELECT bool_and(s.recorded_at = 'epoch'::timestamptz + e.recorded_at * interval '1 millisecond'
                    AND s.body = e.body::jsonb)
                FROM event e JOIN event_shown s ON s.organisation = e.organisation AND s.id = e.id
                """, at: address)
        #expect(same == [["t"]])
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
        try await Self.furnish(try Scratch.folder(), address)
        let keyless = try await Program.run("verify", "--data", try Scratch.folder(), "--database", address)
        #expect(keyless.status == 1 && keyless.errors.contains("there is no key at"), "\(keyless.errors)")
        let silent = try await Program.run(
            "verify", "--data", try Scratch.folder(), "--database", "postgres://127.0.0.1:1/charter")
        #expect(silent.status == 1 && silent.errors.contains("no PostgreSQL answers at --database"), "\(silent.errors)")
    }

    fileprivate static func furnish(_ folder: String, _ address: String) async throws {
        let desktop = try await Desktop.open(
            try await Settings(flags: [.data: folder, .database: address], environment: [:]), creating: true)
        try await Installed.furnish(desktop)
        try await desktop.close()
    }
}

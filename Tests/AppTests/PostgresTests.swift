import Foundation
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
        let demo = try await Program.run(["demo", "--days", "2"] + place)
        #expect(demo.status == 0, "\(demo.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/charter.db"))
        let again = try await Program.run(["demo", "--days", "2"] + place)
        #expect(again.status == 1 && again.errors.contains("holds companies already"), "\(again.errors)")
        let tick = try await Program.run(["tick"] + place)
        #expect(tick.status == 0, "\(tick.errors)")
        let found = try await Program.run(["verify"] + place)
        #expect(found.status == 0 && found.output.hasPrefix("sound: "), "\(found.output) \(found.errors)")
        let server = try Server(data: folder, environment: ["CHARTER_DATABASE": address])
        #expect(try server.get("/health/ready").status == 200)
        #expect(try server.get("/sign-in").text.contains("password"))
    }

    @Test(arguments: [["backup", "/tmp/x"], ["restore", "/tmp/x"]])
    func `what copies a file names the server's own tool`(command: [String]) async throws {
        let done = try await Program.run(
            command + ["--data", try Scratch.folder()], environment: ["CHARTER_DATABASE": "postgres://h/d"])
        #expect(done.status == 1 && done.errors.contains("pg_basebackup"), "\(done.errors)")
    }

    @Test func `another key is refused, and so is a server where nobody answers`() async throws {
        let address = try TestCluster.emptyDatabase()
        let demo = try await Program.run("demo", "--days", "1", "--data", try Scratch.folder(), "--database", address)
        #expect(demo.status == 0, "\(demo.errors)")
        let keyless = try await Program.run("verify", "--data", try Scratch.folder(), "--database", address)
        #expect(keyless.status == 1 && keyless.errors.contains("there is no key at"), "\(keyless.errors)")
        let silent = try await Program.run(
            "verify", "--data", try Scratch.folder(), "--database", "postgres://127.0.0.1:1/charter")
        #expect(silent.status == 1 && silent.errors.contains("no PostgreSQL answers at --database"), "\(silent.errors)")
    }
}

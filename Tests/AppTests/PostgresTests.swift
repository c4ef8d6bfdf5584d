@testable import App
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

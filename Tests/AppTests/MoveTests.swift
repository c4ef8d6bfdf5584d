import Foundation
import GRDB
import Primitives
import Storage
import TestDatabases
import Testing

@testable import App

/// `charter move`, there and back.
struct MoveTests {
    /// A furnished installation in a file; its path.
    private func furnished() async throws -> String {
        let folder = try Scratch.folder()
        let desktop = try await Desktop.open(
            try await Settings(flags: [.data: folder], environment: [:]), creating: true)
        try await Installed.furnish(desktop)
        try await desktop.close()
        return folder
    }

    @Test func `an installation moves to a server and home again, and is served there by its own key`() async throws {
        let folder = try await furnished()
        let file = folder + "/charter.db"
        let address = try TestCluster.emptyDatabase()
        let there = try await Program.run("move", "--from", file, "--to", address)
        #expect(there.status == 0 && there.output.hasPrefix("moved: "), "\(there.output) \(there.errors)")
        let found = try await Program.run("verify", "--data", folder, "--database", address)
        #expect(found.status == 0 && found.output.hasPrefix("sound: "), "\(found.output) \(found.errors)")
        let home = try Scratch.folder() + "/charter.db"
        let back = try await Program.run("move", "--from", address, "--to", home)
        #expect(back.status == 0, "\(back.output) \(back.errors)")
        #expect(back.output == there.output, "as many rows as went")
    }

    @Test func `a move takes every column of every table, those that later migrations added too`() async throws {
        let file = try await furnished() + "/charter.db"
        let queue = try DatabaseQueue(path: file)
        let real = try await queue.read { connection in
            try String.fetchAll(
                connection,
                sql: """
                    SELECT part.name || ' of ' || made.name
                    FROM sqlite_schema AS made JOIN pragma_table_info(made.name) AS part
                    WHERE made.type = 'table' AND made.name NOT LIKE 'sqlite_%'
                      AND made.name <> 'schema_migration'
                    """)
        }
        let known = Mover.columns(of: Desktop.migrations).flatMap { table, columns in
            columns.map { "\($0) of \(table)" }
        }
        #expect(real.contains("signed of matter_step"))
        #expect(Set(real).subtracting(known) == [])
        #expect(Set(known).subtracting(real) == [])
    }

    @Test func `what is not there, the same place, a running server and foreign data are refused`() async throws {
        let folder = try await furnished()
        let file = folder + "/charter.db"
        let absent = try await Program.run("move", "--from", folder + "/none.db", "--to", folder + "/new.db")
        #expect(absent.status == 1 && absent.errors.contains("there is no database at"), "\(absent.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/new.db"))
        let same = try await Program.run("move", "--from", file, "--to", file)
        #expect(same.status == 1 && same.errors.contains("are the same"), "\(same.errors)")

        let other = try await furnished() + "/charter.db"
        let occupied = try await Program.run("move", "--from", file, "--to", other)
        #expect(occupied.status == 1 && occupied.errors.contains("holds other data already"), "\(occupied.errors)")

        let desktop = try await Desktop.open(try await Settings(flags: [.data: folder], environment: [:]))
        let lease = Lease("sequencer", holder: "a server", for: 600_000)
        #expect(try await desktop.database.write { try lease.take(in: $0) })
        let served = try await Program.run("move", "--from", file, "--to", folder + "/new.db")
        #expect(served.status == 1 && served.errors.contains("a server works on"), "\(served.errors)")
        try await desktop.engine.close()
    }
}

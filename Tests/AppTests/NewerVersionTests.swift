import TestDatabases
import Storage
import StorageSQLite
import Testing

@testable import App

/// A database that this version must not touch.
struct NewerVersionTests {
    @Test(arguments: [["verify"], ["tick"], ["serve", "--port", "18998"]])
    func `a database from a newer version is refused with a sentence that says what to do`(
        command: [String]
    ) async throws {
        let folder = try await Installed.copy()
        let desktop = try await Desktop.open(try await Settings(flags: [.data: folder], environment: [:]))
        try await desktop.database.write {
            try $0.run("INSERT INTO schema_migration (name, applied_at) VALUES ('0999-later', 0)")
        }
        try await desktop.close()
        let done = try await Program.run(command + ["--data", folder])
        #expect(done.status == 1)
        #expect(done.errors.contains("newer version") && done.errors.contains("0999-later"))
        #expect(done.errors.contains("use that version, or restore a backup"), "what to do")
    }
}

import Foundation
import Primitives
import Storage
import StorageSQLite
import Testing

struct SQLiteDatabaseTests {
    @Test func `a commit is on the disk when it is acknowledged`() async throws {
        let database = try scratchDatabase()
        let synchronous: Int = try await database.write {
            try $0.one("PRAGMA synchronous", orElse: "pragma") { try $0[0] }
        }
        #expect(synchronous == 2)
        let mode: String = try await database.read { try $0.one("PRAGMA journal_mode", orElse: "pragma") { try $0[0] } }
        #expect(mode == "wal")
    }
}

func scratchPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "charter-\(UUID()).sqlite").path
}

/// Tuesday 3 March 2026, 10:00 in Shanghai.
let tuesday = Instant(milliseconds: 1_772_503_200_000)

func identifiers() -> IdentifierSource {
    IdentifierSource(clock: { tuesday }, random: { .random(in: 0...UInt64.max) })
}

func scratchDatabase(_ path: String = scratchPath(), migrations: [Migration] = []) throws -> SQLiteDatabase {
    try SQLiteDatabase(
        path: path, migrations: StorageMigrations.all + migrations, clock: { tuesday }, identifiers: identifiers())
}

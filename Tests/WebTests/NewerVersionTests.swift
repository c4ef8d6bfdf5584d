import Storage
import StorageSQLite
import Foundation
import Testing

@testable import App

/// A database that this version must not touch.
struct NewerVersionTests {
    @Test func `a database from a newer version is refused with a sentence that says what to do`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "charter-newer-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let settings = try await Settings(data: folder.path(percentEncoded: false), file: nil)
        let desktop = try Desktop(settings)
        try await desktop.database.write {
            try $0.run("INSERT INTO schema_migration (name, applied_at) VALUES ('0999-later', 0)")
        }
        try await desktop.close()
        let refusal = #expect(throws: Stop.self) { try Desktop(settings) }
        let sentence = try #require(refusal?.description)
        #expect(sentence.contains("newer version") && sentence.contains("0999-later"))
        #expect(sentence.contains("use that version, or restore a backup"), "what to do")
    }
}

import TestDatabases
import Foundation
import GRDB
import Primitives
import Storage
import StorageSQLite
import Testing

struct BackupTests {
    @Test func `a backup made while serving holds one state, and is restored`() async throws {
        let database = try Scratch.database()
        try await database.write { try Notes.record(100, in: $0) }
        try await Sequencer(database: database, holder: "a").sealPending()
        try await database.write { transaction in
            for words in ["early", "earlier"] { try Notes.add(words, in: transaction) }
        }
        let writing = Task {
            for number in 0..<300 {
                try await database.write { transaction in
                    try Notes.add("first \(number)", in: transaction)
                    try Notes.add("second \(number)", in: transaction)
                    try Notes.record(1, in: transaction)
                }
            }
        }
        try await Task.sleep(for: .milliseconds(20))
        let (backup, path) = (Scratch.path(), Scratch.path())
        // What was noted before is in it; what comes meanwhile may be.
        let head = try await database.read { try JournalReader($0).head(of: OrganisationID(11)) }
        try await database.backup(to: backup)
        try await writing.value
        #expect(Self.beside(backup) == [URL(fileURLWithPath: backup).lastPathComponent])
        let found = try await restore(backup, to: path, anchors: [OrganisationID(11): try #require(head)])
        #expect(found?.isSound == true)
        let events = try #require(found?.events)
        #expect((100...400).contains(events) && Int64(events) >= head?.number ?? .max)
        #expect(Self.beside(path) == [URL(fileURLWithPath: path).lastPathComponent])
        let restored = try Scratch.database(path)
        let count = try await restored.read { try Notes.count(in: $0) }
        #expect(count == 2 + 2 * (events - 100), "an act's rows and its event are there together")
        let synchronous = try await restored.write { try $0.one("PRAGMA synchronous", orElse: "") { try $0[0] as Int } }
        #expect(synchronous == 2)
    }

    @Test func `nothing is overwritten`() async throws {
        let (live, backup) = (Scratch.path(), Scratch.path())
        let database = try Scratch.database(live)
        try await database.backup(to: backup)
        await #expect {
            try await database.backup(to: backup)
        } throws: {
            if case .exists(backup) = $0 as? BackupRefusal { true } else { false }
        }
        await #expect {
            try await restore(backup, to: live)
        } throws: {
            if case .exists(live) = $0 as? BackupRefusal { true } else { false }
        }
        try await database.write { try Notes.add("still there", in: $0) }
    }

    @Test func `an altered backup is not restored, unless the proof is waived`() async throws {
        let (backup, path) = (Scratch.path(), Scratch.path())
        let database = try Scratch.database()
        try await database.write { try Notes.record(10, in: $0) }
        try await Sequencer(database: database, holder: "a").sealPending()
        try await database.backup(to: backup)
        let forger = try DatabaseQueue(path: backup)
        try await forger.write {
            try $0.execute(sql: "DROP TRIGGER event_keeps_content; UPDATE event SET type = 'other' WHERE number = 4")
        }
        try forger.close()
        await #expect {
            try await restore(backup, to: path)
        } throws: { error in
            guard case .faulty(let found, _) = error as? BackupRefusal else { return false }
            return found.faults.map(\.kind) == [.altered] && found.faults.map(\.number) == [4]
        }
        #expect(Self.beside(path).isEmpty)
        let unproven = try await SQLiteDatabase.restore(
            from: backup, to: path, migrations: StorageMigrations.all + [Notes.migration],
            clock: { Scratch.tuesday }, identifiers: Scratch.identifiers(), verify: false)
        #expect(unproven == nil)
        #expect(!Self.beside(path).isEmpty)
    }

    @Test func `a damaged file is not restored`() async throws {
        let (backup, path) = (Scratch.path(), Scratch.path())
        let database = try Scratch.database()
        try await database.write { transaction in
            for number in 0..<2000 { try Notes.add("note \(number)", in: transaction) }
        }
        try await database.backup(to: backup)
        let file = try #require(FileHandle(forUpdatingAtPath: backup))
        let size = try file.seekToEnd()
        try file.seek(toOffset: size - 5000)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 3000))
        try file.close()
        await #expect(throws: (any Error).self) { try await restore(backup, to: path) }
        #expect(Self.beside(path).isEmpty)
    }

    @Test func `a backup of an earlier schema is brought forward, of a newer one refused`() async throws {
        let (backup, path) = (Scratch.path(), Scratch.path())
        try await Scratch.database(migrations: []).backup(to: backup)
        try await restore(backup, to: path)
        _ = try Scratch.database(path)
        let (newer, other) = (Scratch.path(), Scratch.path())
        let future = Storage.Migration("9999-future", ["CREATE TABLE future (id {integer}) {strict}"])
        try await Scratch.database(migrations: [Notes.migration, future]).backup(to: newer)
        await #expect(throws: StorageError.newerSchema(found: "9999-future", known: "9001-note")) {
            try await restore(newer, to: other)
        }
        #expect(Self.beside(other).isEmpty)
    }

    @Test func `a dangling reference is among the engine's own faults`() async throws {
        let path = Scratch.path()
        let tables = Storage.Migration(
            "9001-tables",
            [
                "CREATE TABLE parent (id {integer} NOT NULL PRIMARY KEY) {strict}",
                "CREATE TABLE child (parent {integer} NOT NULL REFERENCES parent (id)) {strict}",
            ])
        let database = try Scratch.database(path, migrations: [tables])
        #expect(try await database.faults().isEmpty)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let forger = try DatabaseQueue(path: path, configuration: configuration)
        try await forger.write { try $0.execute(sql: "INSERT INTO child VALUES (7)") }
        let found = try await Verifier(database: database, check: database).verify()
        #expect(found.faults.map(\.kind) == [.engine("a row of child refers to nothing in parent")])
    }

    @discardableResult
    private func restore(
        _ backup: String, to path: String, anchors: [OrganisationID: JournalHead] = [:]
    ) async throws -> Verification? {
        try await SQLiteDatabase.restore(
            from: backup, to: path, migrations: StorageMigrations.all + [Notes.migration],
            clock: { Scratch.tuesday }, identifiers: Scratch.identifiers(), anchors: anchors)
    }

    /// The files whose names begin with that one's.
    private static func beside(_ path: String) -> [String] {
        let url = URL(fileURLWithPath: path)
        let files = try? FileManager.default.contentsOfDirectory(atPath: url.deletingLastPathComponent().path)
        return (files ?? []).filter { $0.hasPrefix(url.lastPathComponent) }.sorted()
    }
}

import TestDatabases
import Foundation
import GRDB
import Primitives
import Storage
import StorageSQLite
import Testing

struct MigratorTests {
    private let second = Storage.Migration(
        "9002-note-colour",
        ["ALTER TABLE note ADD COLUMN colour {text}", "UPDATE note SET colour = 'red'"])

    @Test func `migrations run once, and opening again is harmless`() async throws {
        let path = Scratch.path()
        for opening in 1...3 {
            let database = try Scratch.database(path)
            try await database.write { try Notes.add("note \(opening)", in: $0) }
            try await database.close()
        }
        let names = try await Scratch.database(path).read {
            try $0.all("SELECT name FROM schema_migration ORDER BY name") { try $0[0] as String }
        }
        #expect(names == StorageMigrations.all.map(\.name) + ["9001-note"])
    }

    @Test func `an earlier schema is brought forward and keeps its rows`() async throws {
        let path = Scratch.path()
        let old = try Scratch.database(path)
        try await old.write { try Notes.add("a", in: $0) }
        try await old.close()
        let new = try Scratch.database(path, migrations: [Notes.migration, second])
        let colours = try await new.read {
            try $0.all("SELECT words, colour FROM note") { [try $0[0] as String, try $0[1]] }
        }
        #expect(colours == [["a", "red"]])
    }

    @Test func `a newer schema is refused with both names`() async throws {
        let path = Scratch.path()
        try await Scratch.database(path, migrations: [Notes.migration, second]).close()
        #expect(throws: StorageError.newerSchema(found: "9002-note-colour", known: "9001-note")) {
            try Scratch.database(path)
        }
    }

    @Test func `a step that fails leaves nothing of itself, and those before it stay`() async throws {
        let path = Scratch.path()
        let broken = Storage.Migration("9002-broken", ["CREATE TABLE half (id {integer}) {strict}", "CREATE NONSENSE"])
        #expect(throws: StorageError.self) { try Scratch.database(path, migrations: [Notes.migration, broken]) }
        let tables = try await Scratch.database(path).read {
            try $0.all("SELECT name FROM sqlite_schema WHERE name IN ('half', 'note')") { try $0[0] as String }
        }
        #expect(tables == ["note"])
    }

    @Test func `a table that others refer to can be rebuilt, and no reference may be left to nothing`() async throws {
        let tables = Storage.Migration(
            "9001-tables",
            [
                "CREATE TABLE parent (id {integer} NOT NULL PRIMARY KEY) {strict}",
                "CREATE TABLE child (parent {integer} NOT NULL REFERENCES parent (id) ON DELETE CASCADE) {strict}",
                "INSERT INTO parent (id) VALUES (1)", "INSERT INTO child (parent) VALUES (1)",
            ])
        let rebuilt = Storage.Migration(
            "9002-rebuilt",
            [
                "CREATE TABLE renewed (id {integer} NOT NULL PRIMARY KEY, name {text}) {strict}",
                "INSERT INTO renewed (id) SELECT id FROM parent", "DROP TABLE parent",
                "ALTER TABLE renewed RENAME TO parent",
            ])
        let path = Scratch.path()
        let database = try Scratch.database(path, migrations: [tables, rebuilt])
        let children: Int = try await database.read {
            try $0.one("SELECT count(*) FROM child", orElse: "") { try $0[0] }
        }
        #expect(children == 1)
        await #expect(throws: StorageError.self) {
            try await database.write { try $0.run("INSERT INTO child VALUES (9)") }
        }
        try await database.close()
        let orphans = Storage.Migration("9003-orphans", ["DELETE FROM parent"])
        #expect(throws: StorageError.self) { try Scratch.database(path, migrations: [tables, rebuilt, orphans]) }
        _ = try Scratch.database(path, migrations: [tables, rebuilt])
    }

    @Test func `braces that are no type word stay, and an unknown word is refused`() async throws {
        let defaults = Storage.Migration(
            "9002-defaults",
            ["CREATE TABLE box (content {json} NOT NULL DEFAULT '{}', other {json} DEFAULT '{\"a\": {1}}') {strict}"])
        let database = try Scratch.database(migrations: [Notes.migration, defaults])
        let found = try await database.write { transaction in
            try transaction.run("INSERT INTO box (other) VALUES ('{}')")
            return try transaction.all("SELECT content FROM box") { try $0[0] as String }
        }
        #expect(found == ["{}"])
        #expect(throws: StorageError.engine("no type is called {colour}")) {
            try Scratch.database(migrations: [Storage.Migration("9002-x", ["CREATE TABLE x (y {colour})"])])
        }
    }
}

import Foundation
import Primitives
import Storage
import StorageSQLite
import Synchronization
import Testing

/// An engine under test; each call opens an empty database with the shop's table in it.
struct Engine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let open: @Sendable (TestClock) throws -> any Database & DatabaseCheck

    static let all = [
        Engine(testDescription: "SQLite") { clock in
            try SQLiteDatabase(
                path: scratch(), migrations: StorageMigrations.all + [Shop.migration],
                clock: { clock.instant }, identifiers: Shop.identifiers(clock))
        }
    ]

    private static func scratch() -> String {
        FileManager.default.temporaryDirectory.appending(path: "charter-\(UUID()).sqlite").path
    }
}

/// Stands still until it is moved.
final class TestClock: Sendable {
    /// Tuesday 3 March 2026, 10:00 in Shanghai.
    static let tuesday = Instant(milliseconds: 1_772_503_200_000)

    private let now = Mutex(tuesday)
    var instant: Instant { now.withLock { $0 } }
    func advance(milliseconds: Int64) { now.withLock { $0 = $0.adding(milliseconds: milliseconds) } }
}

/// A small table that everybody knows.
enum Shop {
    static let red = OrganisationID(11)
    static let blue = OrganisationID(22)

    static let migration = Migration(
        "9001-shop",
        [
            """
            CREATE TABLE guest (
                organisation {organisation} NOT NULL,
                id {id} NOT NULL,
                name {text} NOT NULL,
                visits {integer} NOT NULL DEFAULT 0 CHECK (visits >= 0),
                note {json},
                photo {bytes},
                revision {integer} NOT NULL DEFAULT 0,
                PRIMARY KEY (organisation, id),
                UNIQUE (organisation, name)
            ) {strict}
            """,
            """
            CREATE TABLE visit (
                organisation {organisation} NOT NULL,
                guest {id} NOT NULL,
                day {text} NOT NULL,
                PRIMARY KEY (organisation, guest, day),
                FOREIGN KEY (organisation, guest) REFERENCES guest (organisation, id)
                    DEFERRABLE INITIALLY DEFERRED
            ) {strict}
            """,
        ])

    static func identifiers(_ clock: TestClock) -> IdentifierSource {
        IdentifierSource(clock: { clock.instant }, random: { .random(in: 0...UInt64.max) })
    }
}

enum Guest {
    typealias ID = Identifier<Guest>

    @discardableResult
    static func add(_ name: String, to organisation: OrganisationID = Shop.red, in transaction: any WriteTransaction)
        throws -> ID
    {
        let id: ID = transaction.identifier()
        try transaction.run(
            "INSERT INTO guest (organisation, id, name) VALUES (\(organisation), \(id), \(name))")
        return id
    }

    static func names(in transaction: any ReadTransaction) throws -> [String] {
        try transaction.all("SELECT name FROM guest ORDER BY organisation, id") { try $0[0] }
    }
}

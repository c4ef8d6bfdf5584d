import Primitives
import Storage
import StoragePostgres
import Synchronization
import TestDatabases
import Testing

/// An engine under test; each call opens an empty database with the shop's table in it.
struct Engine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let open: @Sendable (TestClock) throws -> any Database & DatabaseCheck
    /// Takes away what guards the journal, as somebody would who means to alter it.
    let unguard: @Sendable (any WriteTransaction) throws -> Void
    /// What the engine wants of a sequencer.
    var horizon: SQL = ""
    /// Whether an event has number and seal as soon as its act is committed.
    var sealsAtOnce: Bool { horizon.parts == [""] }

    func sequencer(_ database: any Database, _ holder: String = "a", batch: Int = 500) -> Sequencer {
        Sequencer(database: database, holder: holder, horizon: horizon, batch: batch)
    }

    static let all = [
        Engine(
            testDescription: "SQLite",
            open: { clock in
                try TestDatabases.sqlite(
                    migrations: StorageMigrations.all + [Shop.migration], clock: { clock.instant })
            },
            unguard: { transaction in
                for trigger in ["event_keeps_rows", "event_keeps_content", "event_keeps_seal"] {
                    try transaction.run("DROP TRIGGER \(raw: trigger)")
                }
            }),
        Engine(
            testDescription: "PostgreSQL",
            open: { clock in
                try TestDatabases.postgres(
                    migrations: StorageMigrations.all + [Shop.migration], clock: { clock.instant })
            },
            unguard: { transaction in
                for trigger in ["event_keeps_rows", "event_keeps_content", "event_keeps_seal"] {
                    try transaction.run("DROP TRIGGER \(raw: trigger) ON event")
                }
            }, horizon: PostgresDatabase.horizon),
    ]
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

    static func count(in transaction: any ReadTransaction) throws -> Int {
        try transaction.one("SELECT count(*) FROM guest", orElse: "count") { try $0[0] }
    }

    static func names(in transaction: any ReadTransaction) throws -> [String] {
        try transaction.all("SELECT name FROM guest ORDER BY organisation, id") { try $0[0] }
    }
}

/// Something that happened at the red shop.
func happening(_ type: String = "guest.came", at organisation: OrganisationID = Shop.red) -> EventDraft {
    EventDraft(
        organisation: organisation, type: type, subject: .init("guest", Guest.ID(high: 1, low: 2)),
        actor: .program("test"), body: ["name": .text("张三"), "times": .integer(3)])
}

extension Database {
    /// Records so many events, each in a transaction of its own.
    func record(_ count: Int, at organisation: OrganisationID = Shop.red) async throws {
        for number in 0..<count {
            try await write { transaction in
                _ = try Journal(reactions: []).record(happening("guest.\(number)", at: organisation), in: transaction)
            }
        }
    }

    /// So many events that wait for a seal, each in a transaction of its own.
    func leave(_ count: Int, at organisation: OrganisationID = Shop.red) async throws {
        for number in 0..<count { try await write { try $0.leaveUnsealed("guest.\(number)", of: organisation) } }
    }

    func sealed(_ organisation: OrganisationID = Shop.red, after number: Int64 = 0) async throws -> [SealedEvent] {
        try await read { try JournalReader($0).events(of: organisation, after: number, limit: 10_000) }
    }
}

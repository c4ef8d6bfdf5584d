import Foundation
import Obligations
import Primitives
import Storage
import StoragePostgres
import StorageSQLite
import Web

/// The engine that the settings choose: a file in the data folder, or a PostgreSQL server.
enum Engine: Sendable {
    case sqlite(SQLiteDatabase)
    case postgres(PostgresDatabase)

    var database: any Database & DatabaseCheck {
        switch self {
        case .sqlite(let database): database
        case .postgres(let database): database
        }
    }

    /// Whether a place is a server's address rather than a file.
    static func isAddress(_ place: String) -> Bool {
        place.hasPrefix("postgres://") || place.hasPrefix("postgresql://")
    }

    /// The database at an address or in a file, brought to this program's schema; an absent file is made.
    static func open(at place: String, _ settings: Settings) throws -> Engine {
        let identifiers = SystemClock.identifiers()
        if isAddress(place) {
            return .postgres(
                try PostgresDatabase(
                    address: place, migrations: Desktop.migrations, clock: nil, identifiers: identifiers,
                    counts: ObligationsMigrations.counts, options: PostgresOptions(connections: settings.connections)))
        }
        return .sqlite(
            try SQLiteDatabase(
                path: place, migrations: Desktop.migrations, clock: SystemClock.now, identifiers: identifiers))
    }

    /// Where its attachments are kept: beside a file, within a server.
    var attachments: any AttachmentStore {
        switch self {
        case .sqlite(let database): AttachmentFolder(beside: database.path)
        case .postgres(let database): AttachmentRows(database)
        }
    }

    /// What a sequencer must wait for.
    var horizon: SQL {
        switch self {
        case .sqlite: ""
        case .postgres: PostgresDatabase.horizon
        }
    }

    /// Milliseconds by which events may be out of order.
    var tolerance: Int64 {
        switch self {
        case .sqlite: 0
        case .postgres: PostgresDatabase.tolerance
        }
    }

    /// A lease for each turn at what one node at a time does; nothing where there is one node only.
    func turn(_ name: String) -> (@Sendable () -> Lease)? {
        switch self {
        case .sqlite: nil
        case .postgres: { Lease(name, holder: UUID().uuidString, for: 15_000) }
        }
    }

    var gauges: [Gauge] {
        switch self {
        case .sqlite(let database):
            [
                Gauge("charter_waiting_writes", help: "Writes that wait for the one thread that writes.") {
                    Double(database.waitingWrites)
                }
            ]
        case .postgres(let database):
            [
                Gauge("charter_waiting_acts", help: "Reads and writes that wait for a connection.") {
                    Double(database.waitingActs)
                },
                Gauge("charter_act_retries", help: "How often an act ran again since others were in its way.") {
                    Double(database.retries)
                },
            ]
        }
    }

    func close() async throws {
        switch self {
        case .sqlite(let database): try await database.close()
        case .postgres(let database): try await database.close()
        }
    }
}

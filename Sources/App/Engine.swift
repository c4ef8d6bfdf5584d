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

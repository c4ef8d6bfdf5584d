import CPostgres
import Dispatch
import Primitives
import Storage
import StoragePostgres
import Synchronization
import TestDatabases
import Testing

/// A database of its own, to which a test opens as many nodes as it likes.
struct Ground: Sendable {
    let address: String

    static let tuesday = Instant(milliseconds: 1_772_503_200_000)
    static let red = OrganisationID(11)

    static let migrations =
        StorageMigrations.all + [
            Migration(
                "9001-tally",
                [
                    "CREATE TABLE tally (id {integer} NOT NULL PRIMARY KEY, amount {integer} NOT NULL)",
                    "CREATE TABLE part (tally {integer} NOT NULL REFERENCES tally (id))",
                ])
        ]

    init() throws {
        address = try TestCluster.emptyDatabase()
    }

    func node(
        _ parameters: String = "", options: PostgresOptions = PostgresOptions(connections: 3),
        migrations: [Migration] = Ground.migrations
    ) throws -> PostgresDatabase {
        try PostgresDatabase(
            address: address + parameters, migrations: migrations, clock: { Ground.tuesday },
            identifiers: TestDatabases.identifiers { Ground.tuesday }, options: options)
    }
}

/// A connection beside the engine's, for what others do to it. Unchecked: a test uses it in one place at a time.
final class Intruder: @unchecked Sendable {
    private let handle: OpaquePointer?

    init(_ ground: Ground) { handle = PQconnectdb(ground.address) }

    /// Whom the server lets do anything.
    init(overseeing ground: Ground) { handle = PQconnectdb(TestCluster.overseer(of: ground.address)) }

    deinit { PQfinish(handle) }

    func run(_ statement: String) {
        let result = PQexec(handle, statement)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        #expect(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "\(String(cString: PQerrorMessage(handle)))")
    }

    /// Ends all other connections to this database.
    func endOthers() {
        run(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }
}

/// Lets so many through together; those that come later pass.
final class Barrier: Sendable {
    private let waiting: Mutex<Int>
    private let opened = DispatchSemaphore(value: 0)
    private let count: Int

    init(_ count: Int) {
        self.count = count
        waiting = Mutex(0)
    }

    func pass() {
        let arrived = waiting.withLock { waiting in
            waiting += 1
            return waiting
        }
        if arrived > count { return }
        if arrived == count { for _ in 0..<count { opened.signal() } }
        _ = opened.wait(timeout: .now() + 20)
    }
}

final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
}

enum Tally {
    static func add(_ id: Int, _ amount: Int = 0, in transaction: any WriteTransaction) throws {
        try transaction.run("INSERT INTO tally (id, amount) VALUES (\(id), \(amount))")
    }

    /// Begins an act that adds 1 and holds its connection until it is let go; returns once it has the connection.
    static func holdUp(_ node: PostgresDatabase) async -> (act: Task<Void, any Error>, letGo: DispatchSemaphore) {
        let (entered, letGo) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let act = Task {
            try await node.write { transaction in
                entered.signal()
                letGo.wait()
                try add(1, in: transaction)
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                entered.wait()
                continuation.resume()
            }
        }
        return (act, letGo)
    }

    static func count(in transaction: any ReadTransaction) throws -> Int {
        try transaction.one("SELECT count(*) FROM tally", orElse: "count") { try $0[0] }
    }
}

/// What an act was refused with.
func refusal<T>(of act: () async throws -> T) async -> StorageError? {
    do {
        _ = try await act()
        return nil
    } catch {
        return error as? StorageError ?? .engine("\(error)")
    }
}

extension StorageError {
    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }

    var serverFault: ServerFault? { if case .server(let fault, _) = self { fault } else { nil } }
}

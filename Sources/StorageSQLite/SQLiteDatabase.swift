public import Primitives
public import Storage
import CSQLiteSettings
import Foundation
import GRDB
import Synchronization

/// Everything in one SQLite file: one writer that groups what waits into one commit, many readers.
///
/// One process serves a file. A second one (a command beside the server) may open it too; each waits
/// up to five seconds for the other's transaction.
public final class SQLiteDatabase: Storage.Database {
    public let path: String
    let pool: DatabasePool
    private let readers: Readers
    private let writing: Connection
    private let checkpointer: Checkpointer
    private let writer: Writer
    private let announcer: CommitAnnouncer
    private let clock: @Sendable () -> Instant

    /// Opens or creates the file and brings its schema forward.
    /// - Parameters:
    ///   - migrations: in order, beginning with `StorageMigrations.all`.
    ///   - clock: real time; business time is this plus the stored offset.
    ///   - identifiers: raised past the highest stored event.
    ///   - readers: connections for reading, opened when needed; four a processor and at least sixteen unless
    ///     given. A read that finds none free holds its thread.
    ///   - groupSpan: how long the acts of one commit may take together before those that wait get the next.
    /// - Throws: `StorageError.newerSchema` when a newer program wrote the file.
    public init(
        path: String, migrations: [Migration], clock: @escaping @Sendable () -> Instant,
        identifiers: IdentifierSource, readers: Int? = nil,
        groupSpan: Duration = .milliseconds(50)
    ) throws {
        self.path = path
        self.clock = clock
        _ = SQLiteDatabase.isSettled
        (pool, writing) = try mapped(of: path) {
            let pool = try DatabasePool(path: path, configuration: SQLiteDatabase.configuration)
            // The pool lowers the writer to NORMAL when it opens, and then a commit may not outlive a power cut.
            return try pool.writeWithoutTransaction { connection in
                try connection.execute(sql: "PRAGMA synchronous = FULL")
                // What a day's acts change lies in some ten thousand pages; of those that fell out, each is read anew.
                try connection.execute(sql: "PRAGMA cache_size = -\(SQLiteDatabase.writerKilobytes)")
                // The checkpointer is before it, unless the load lasts.
                try connection.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
                guard let handle = connection.sqliteConnection else {
                    throw StorageError.unavailable("the database cannot be opened for writing")
                }
                return (pool, Connection(handle))
            }
        }
        try Migrator(migrations).bringForward(pool, at: clock(), path: path)
        self.readers = Readers(
            path: path, configuration: SQLiteDatabase.configuration,
            count: readers ?? max(16, 4 * ProcessInfo.processInfo.activeProcessorCount))
        announcer = CommitAnnouncer()
        checkpointer = Checkpointer(path: path)
        writer = Writer(
            pool: pool, connection: writing, checkpointer: checkpointer, clock: clock, identifiers: identifiers,
            announcer: announcer, groupSpan: groupSpan)
        try writer.prepare()
    }

    deinit { writer.stop() }

    /// Once a process.
    private static let isSettled = charter_settle_sqlite() != 0

    /// Writes that wait for the one thread that writes; what a full queue shows first.
    public var waitingWrites: Int { writer.waitingCount }

    /// Of the one connection that writes.
    private static let writerKilobytes = 65536

    /// Of a reader: as many read at once as there are processors, and these share some memory.
    private static let cacheKilobytes = max(8192, 65536 / ProcessInfo.processInfo.activeProcessorCount)

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { connection in
            // As PostgreSQL has it; and a prefix search can then use an index.
            try connection.execute(sql: "PRAGMA case_sensitive_like = ON")
            // Otherwise REPLACE would delete a journal row behind its trigger's back.
            try connection.execute(sql: "PRAGMA recursive_triggers = ON")
            // What a savepoint may have to take back would otherwise go to a file from 64 KB on.
            try connection.execute(sql: "PRAGMA temp_store = MEMORY")
            try connection.execute(sql: "PRAGMA cache_size = -\(cacheKilobytes)")
            try connection.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        return configuration
    }

    public func read<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        try readInline(body)
    }

    /// Not `async`, so that the read stays on this thread.
    private func readInline<T>(_ body: (any ReadTransaction) throws -> T) throws -> T {
        try mapped {
            try readers.read { connection in
                try connection.control("BEGIN")
                defer { if connection.isInsideTransaction { try? connection.control("ROLLBACK") } }
                let transaction = try SQLiteReadTransaction(connection, clock: clock)
                defer { transaction.end() }
                return try body(transaction)
            }
        }
    }

    @discardableResult
    public func write<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            writer.submit(WaitingWrite(body, continuation))
        }
    }

    public func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void) {
        announcer.add(act)
    }

    /// Finishes the writes that wait, refuses new ones, and closes the file.
    public func close() async throws {
        await writer.finish()
        try closePool()
    }

    /// Not `async`, as above.
    private func closePool() throws {
        // The writer closes last, since readers could not empty the log. While another process reads, the log stays,
        // and loses nothing.
        readers.close()
        writing.finalize()
        checkpointer.close()
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try mapped { try pool.close() }
    }
}

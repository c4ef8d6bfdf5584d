import GRDBSQLite
import Primitives
import Storage

/// One consistent state, on a reader's connection.
final class SQLiteReadTransaction: ReadTransaction {
    let now: Instant
    private let connection: Connection
    private var isOpen = true

    init(_ connection: Connection, clock: () -> Instant) throws {
        self.connection = connection
        now = try businessTime(on: connection, clock: clock)
    }

    func each(_ sql: Storage.SQL, _ body: (Storage.Row) throws -> Void) throws {
        guard isOpen else { throw StorageError.engine("a transaction is used after its end") }
        try SQLiteStatement(sql, on: connection).run { try body(Storage.Row($0)) }
    }

    func end() { isOpen = false }
}

/// One act of a group, on the writer's connection.
final class SQLiteWriteTransaction: WriteTransaction {
    let now: Instant
    private(set) var touched: Set<OrganisationID> = []
    private let connection: Connection
    private let identifiers: IdentifierSource
    /// A refused statement ends the act even if the closure caught the error, as in PostgreSQL.
    private(set) var failure: (any Error)?

    init(_ connection: Connection, clock: () -> Instant, identifiers: IdentifierSource) throws {
        self.connection = connection
        self.identifiers = identifiers
        now = try businessTime(on: connection, clock: clock)
    }

    func identifier<Owner>(_ owner: Owner.Type) -> Identifier<Owner> { identifiers.next(owner) }

    func each(_ sql: Storage.SQL, _ body: (Storage.Row) throws -> Void) throws {
        try step(sql) { try body(Storage.Row($0)) }
    }

    func run(_ sql: Storage.SQL) throws { try step(sql) { _ in } }

    func run(
        _ sql: Storage.SQL, changing count: Int, orElse error: @autoclosure @escaping @Sendable () -> StorageError
    ) throws {
        guard try rowsChanged(by: sql) == count else { throw error() }
    }

    func rowsChanged(by sql: Storage.SQL) throws -> Int {
        let before = connection.changes
        try step(sql) { _ in }
        // The last statement's own count, without its triggers'; unless it was one that changes nothing.
        let changed = connection.changes != before
        return changed ? Int(sqlite3_changes(connection.handle)) : 0
    }

    func add(_ change: Int, to count: RunningCount) throws { try run(count.adding(change)) }

    /// The number has it already.
    func added(to count: RunningCount) -> Int { 0 }

    /// There is one writer, and its acts make identifiers in the order in which they commit.
    let journalHeads: JournalHeads? = JournalHeads()

    func touched(_ organisation: OrganisationID) { touched.insert(organisation) }

    /// Writes what the act has left for its end.
    func finish() throws {
        try journalHeads?.write(in: self)
        if let failure { throw failure }
    }

    func end() { failure = failure ?? StorageError.engine("a transaction is used after its end") }

    private func step(_ sql: Storage.SQL, _ row: (SQLiteRow) throws -> Void) throws {
        if let failure { throw failure }
        var refusal: (any Error)?
        do {
            try mapped {
                try SQLiteStatement(sql, on: connection).run { source in
                    do {
                        try row(source)
                    } catch {
                        refusal = error
                        throw error
                    }
                }
            }
        } catch {
            // What the caller's own mapping throws is the caller's affair.
            if refusal == nil { failure = error }
            throw error
        }
    }
}

/// Real time plus the stored offset of a demo.
private func businessTime(on connection: Connection, clock: () -> Instant) throws -> Instant {
    var offset: Int64 = 0
    try SQLiteStatement("SELECT clock_offset FROM installation WHERE id = 1", on: connection).run {
        offset = $0.integer(0) ?? 0
    }
    return clock().adding(milliseconds: offset)
}

public import Primitives

/// Where everything is kept; SQLite or PostgreSQL stands behind it.
public protocol Database: Sendable {
    /// Reads one consistent state. Short: it may hold the calling thread.
    func read<T: Sendable>(_ body: @Sendable (any ReadTransaction) throws -> T) async throws -> T

    /// Writes all or nothing; returns once the writes are durable.
    ///
    /// The closure is synchronous, so nobody can wait on a network while holding the transaction,
    /// and it may run twice, so it must not act on anything outside. A statement that the engine refuses
    /// ends the act, even when the closure catches the error.
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any WriteTransaction) throws -> T) async throws -> T

    /// Called after each commit that wrote events, with the companies concerned; coalesced, on any thread.
    func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void)
}

public protocol ReadTransaction {
    /// Business time: the database's clock plus the stored offset of a demo; one instant within a transaction.
    var now: Instant { get }

    /// Runs a query and hands over each row while it is current.
    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws
}

extension ReadTransaction {
    /// All rows of a query, each mapped while it is current.
    // Inlined, since a generic that cannot see its types asks the runtime for them row by row.
    @inlinable
    public func all<T>(_ sql: SQL, _ map: (Row) throws -> T) throws -> [T] {
        var rows: [T] = []
        try each(sql) { rows.append(try map($0)) }
        return rows
    }
}

public protocol WriteTransaction: ReadTransaction {
    /// A new identifier, above all that were made before.
    func identifier<Owner>(_ owner: Owner.Type) -> Identifier<Owner>

    /// Runs a statement that changes rows.
    /// - Returns: how many it changed.
    @discardableResult func run(_ sql: SQL) throws -> Int

    /// Says after the commit that this company has new events.
    func touched(_ organisation: OrganisationID)
}

extension ReadTransaction {
    /// The first row, or `nil`.
    public func first<T>(_ sql: SQL, _ map: (Row) throws -> T) throws -> T? {
        try all(sql, map).first
    }

    /// The only row.
    /// - Throws: `.notFound` with that word when there is none.
    public func one<T>(_ sql: SQL, orElse what: @autoclosure () -> String, _ map: (Row) throws -> T) throws -> T {
        guard let value = try first(sql, map) else { throw StorageError.notFound(what()) }
        return value
    }
}

extension WriteTransaction {
    public func identifier<Owner>() -> Identifier<Owner> { identifier(Owner.self) }

    /// Runs a statement that must change so many rows.
    /// - Throws: the given error when it changed another number.
    public func run(_ sql: SQL, changing count: Int, orElse error: @autoclosure () -> StorageError) throws {
        guard try run(sql) == count else { throw error() }
    }
}

/// What storage refuses.
public enum StorageError: Error, Sendable, Equatable {
    /// Nothing with that identifier is visible.
    case notFound(String)
    /// Somebody wrote in between; the reader should compare and try again.
    case changedMeanwhile(String)
    /// A unique key exists already.
    case duplicate(String)
    /// A column holds what it should not.
    case unreadable(column: Int)
    /// The disk is full; nothing of this act was stored.
    case diskFull
    /// The engine is stopping or too busy; the act was not stored and may be repeated.
    case unavailable(String)
    /// The database was written by a newer program.
    case newerSchema(found: String, known: String)
    /// The engine cannot use its file.
    case file(FileFault, path: String)
    /// The engine refused a statement; the text is for the log.
    case engine(String)

    public enum FileFault: Sendable, Equatable {
        case notADatabase, damaged, cannotOpen, readOnly
    }
}

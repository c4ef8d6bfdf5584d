public import Primitives

/// Where everything is kept; SQLite or PostgreSQL stands behind it.
public protocol Database: Sendable {
    /// Reads one consistent state. Short: it may hold the calling thread, and the closure may run twice.
    func read<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T

    /// Writes all or nothing; returns once the writes are durable.
    ///
    /// The closure is synchronous, so nobody can wait on a network while holding the transaction,
    /// and it may run twice, so it must not act on anything outside. A statement that the engine refuses
    /// ends the act, even when the closure catches the error.
    @discardableResult
    func write<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T

    /// Writes all or nothing, as one whom no act meets and who meets none.
    ///
    /// Each statement sees what was last committed, so none may build on what was read before it: for a single change
    /// of what acts only read, such as the installation's clock, and for what no act reads.
    @discardableResult
    func writeApart<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T

    /// Called after each commit that wrote events, with the companies concerned; coalesced, on any thread.
    func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void)
}

extension Database {
    /// Reads of one company.
    public func read<T: Sendable>(
        for organisation: OrganisationID, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        try await read(.company(organisation), body)
    }

    /// Writes to one company.
    @discardableResult
    public func write<T: Sendable>(
        for organisation: OrganisationID, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await write(.company(organisation), body)
    }
}

extension Database {
    /// For an engine whose acts come one after another.
    @discardableResult
    public func writeApart<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await write(tenancy, body)
    }
}

public protocol ReadTransaction {
    /// Business time: the database's clock plus the stored offset of a demo; one instant within a transaction.
    var now: Instant { get }

    /// Runs a query and hands over each row while it is current.
    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws
}

extension ReadTransaction {
    /// All rows of a query, each mapped while it is current.
    // Always inlined, since a generic that cannot see its types asks the runtime for them row by row.
    @inlinable @inline(__always)
    public func all<T>(_ sql: SQL, _ map: (Row) throws -> T) throws -> [T] {
        try rows(of: sql, in: self, map)
    }
}

/// Apart from `all`, since a closure within a generic of the transaction's type is made for no type in particular.
@inlinable @inline(__always)
func rows<T>(of sql: SQL, in transaction: any ReadTransaction, _ map: (Row) throws -> T) throws -> [T] {
    var rows: [T] = []
    try transaction.each(sql) { rows.append(try map($0)) }
    return rows
}

public protocol WriteTransaction: ReadTransaction {
    /// A new identifier, above all that were made before.
    func identifier<Owner>(_ owner: Owner.Type) -> Identifier<Owner>

    /// Runs a statement that changes rows.
    ///
    /// An engine may send it together with others; what it then refuses is thrown by the next statement whose answer
    /// is wanted, or by the commit. Do not catch a refusal inside the act: ask for the number instead.
    func run(_ sql: SQL) throws

    /// Runs a statement that must change so many rows; checked as late as `run(_:)` is.
    /// - Throws: the given error when it changed another number.
    func run(_ sql: SQL, changing count: Int, orElse error: @autoclosure @escaping @Sendable () -> StorageError) throws

    /// Runs a statement and waits for its answer.
    /// - Returns: how many rows it changed.
    func rowsChanged(by sql: SQL) throws -> Int

    /// Adds to a number that many acts change at once.
    func add(_ change: Int, to count: RunningCount) throws

    /// What this act has added that its own queries do not find.
    func added(to count: RunningCount) -> Int

    /// Where this act's events take number and seal; `nil` where acts commit in another order than that of their
    /// identifiers, and the sequencer follows.
    var journalHeads: JournalHeads? { get }

    /// Says after the commit that this company has new events.
    func touched(_ organisation: OrganisationID)
}

extension ReadTransaction {
    /// The first row, or `nil`.
    @inlinable @inline(__always)
    public func first<T>(_ sql: SQL, _ map: (Row) throws -> T) throws -> T? {
        try all(sql, map).first
    }

    /// The only row.
    /// - Throws: `.notFound` with that word when there is none.
    @inlinable @inline(__always)
    public func one<T>(_ sql: SQL, orElse what: @autoclosure () -> String, _ map: (Row) throws -> T) throws -> T {
        guard let value = try first(sql, map) else { throw StorageError.notFound(what()) }
        return value
    }
}

extension WriteTransaction {
    public func identifier<Owner>() -> Identifier<Owner> { identifier(Owner.self) }
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
    /// The connection was lost while the act was being committed: nobody knows whether it was stored.
    case uncertain
    /// The database was written by a newer program.
    case newerSchema(found: String, known: String)
    /// The engine cannot use its file.
    case file(FileFault, path: String)
    /// The database server cannot be used as it is set up; with what it or its library said.
    case server(ServerFault, String)
    /// The engine refused a statement; the text is for the log.
    case engine(String)

    public enum FileFault: Sendable, Equatable {
        case notADatabase, damaged, cannotOpen, readOnly
    }

    public enum ServerFault: Sendable, Equatable {
        /// The address is not one, or has a parameter that does not exist.
        case address
        /// Nobody answers there.
        case unreachable
        /// It wants a name and password, and these are not right.
        case password
        /// The server's certificate does not prove what the address asks for.
        case certificate
        /// There is no such database.
        case absent
        /// The server is older than 15.
        case tooOld
        /// The database belongs to another program.
        case foreign
        /// The role may not do what the program needs.
        case permission
        /// The server grants fewer connections than the program is set to use.
        case connections
        /// The role is a superuser or has BYPASSRLS, and no fence between companies would hold it.
        case unfenced
    }
}

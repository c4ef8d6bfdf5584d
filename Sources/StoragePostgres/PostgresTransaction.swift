import Primitives
import Storage

/// One act, or what a read is made of.
///
/// Nothing is asked before an answer is wanted: what opens the transaction goes with the first question, and the
/// last writes with the commit.
final class PostgresTransaction: WriteTransaction {
    private(set) var touched: Set<OrganisationID> = []
    private var added: [RunningCount: Int] = [:]
    /// A refused statement ends the act, even when the closure catches it.
    private(set) var failure: (any Error)?
    /// Whether the server has answered anything yet.
    private(set) var isAnswered = false
    private let connection: Connection
    private let clock: (@Sendable () -> Instant)?
    private let identifiers: IdentifierSource
    private var instant: Instant?
    /// Real time at the transaction's beginning, by the clock that all nodes share.
    private var real: Instant?

    /// - Parameters:
    ///   - beginning: opens the transaction.
    ///   - tenancy: set with its first question, for this transaction alone.
    ///   - clock: real time; the server's own without it.
    init(
        _ beginning: SQL, _ tenancy: Tenancy, on connection: Connection, clock: (@Sendable () -> Instant)?,
        identifiers: IdentifierSource
    ) throws {
        self.connection = connection
        self.clock = clock
        self.identifiers = identifiers
        try connection.queue(beginning)
        try connection.queue(
            """
            SELECT floor(extract(epoch FROM transaction_timestamp()) * 1000)::bigint, clock_offset\(Fence.opening(tenancy))
            FROM installation WHERE id = 1
            """,
            receive: { [weak self] result in self?.receive(result) })
    }

    var now: Instant {
        if instant == nil { _ = try? guarded { try connection.settle() } }
        // Without an answer there is a failure, and the act ends with it whatever it makes of this instant.
        return instant ?? Instant(milliseconds: 0)
    }

    /// By the server's clock, so that the order of identifiers does not hang on whose node is ahead.
    func identifier<Owner>(_ owner: Owner.Type) -> Identifier<Owner> {
        _ = now
        // Without an answer there is a failure: then any will do, but for one that is ahead by this node's own clock, as
        // all that follow would come behind it.
        return identifiers.next(owner, at: real ?? Instant(milliseconds: 0))
    }

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        let result = try guarded { try connection.ask(sql) }
        for number in 0..<result.count { try body(Row(result.row(number))) }
    }

    func run(_ sql: SQL) throws {
        try guarded { try connection.queue(sql) }
    }

    func run(
        _ sql: SQL, changing count: Int, orElse error: @autoclosure @escaping @Sendable () -> StorageError
    ) throws {
        try guarded {
            try connection.queue(
                """
                WITH changed AS (\(sql) RETURNING 1)
                SELECT must_change(count(*), \(count)) FROM changed
                """, fault: error)
        }
    }

    func rowsChanged(by sql: SQL) throws -> Int { try guarded { try connection.ask(sql).changed } }

    func add(_ change: Int, to count: RunningCount) throws { added[count, default: 0] += change }

    func added(to count: RunningCount) -> Int { added[count] ?? 0 }

    /// What it added to running counts; `nil` for nothing.
    func changes() -> RunningChanges? {
        let changes = added.filter { $0.value != 0 }
        return changes.isEmpty ? nil : RunningChanges(act: identifier(), changes)
    }

    /// Acts commit in another order than they began.
    var journalHeads: JournalHeads? { nil }

    func touched(_ organisation: OrganisationID) { touched.insert(organisation) }

    func end() { failure = failure ?? StorageError.engine("a transaction is used after its end") }

    private func receive(_ result: ServerResult) {
        isAnswered = true
        guard result.count == 1, let real = result.row(0).integer(0), let offset = result.row(0).integer(1) else {
            return
        }
        let begun = clock?() ?? Instant(milliseconds: real)
        self.real = begun
        instant = begun.adding(milliseconds: offset)
    }

    private func guarded<T>(_ body: () throws -> T) throws -> T {
        do {
            if let failure { throw failure }
            return try body()
        } catch {
            failure = failure ?? error
            throw (error as? ServerRefusal)?.error ?? error
        }
    }
}

/// One consistent state, which cannot be taken for an act.
struct PostgresReadTransaction: ReadTransaction {
    let base: PostgresTransaction

    var now: Instant { base.now }

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws { try base.each(sql, body) }
}

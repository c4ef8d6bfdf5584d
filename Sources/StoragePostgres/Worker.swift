import Foundation
import Primitives
import Storage
import Synchronization

/// What the threads of one database share.
final class Workshop: Sendable {
    let address: Address
    let clock: (@Sendable () -> Instant)?
    let identifiers: IdentifierSource
    private let retried = Mutex<Int64>(0)

    init(_ address: Address, clock: (@Sendable () -> Instant)?, identifiers: IdentifierSource) {
        self.address = address
        self.clock = clock
        self.identifiers = identifiers
    }

    /// How often an act ran again since others were in its way.
    var retries: Int64 { retried.withLock { $0 } }

    func noteRetry() { retried.withLock { $0 += 1 } }
}

/// A thread's own connection, replaced when it breaks, and the acts that run on it.
final class Worker {
    private let shop: Workshop
    private var connection: Connection?

    init(_ shop: Workshop) {
        self.shop = shop
    }

    /// Runs the closure over one state; `finish` is to be called once its value is handed over.
    func read<T>(_ tenancy: Tenancy, _ body: (any ReadTransaction) throws -> T) throws -> T {
        try repeating {
            try act("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", tenancy) {
                try body(PostgresReadTransaction(base: $0))
            }.value
        }
    }

    func write<T>(
        _ tenancy: Tenancy, isApart: Bool, _ body: (any WriteTransaction) throws -> T
    ) throws -> (value: T, touched: Set<OrganisationID>) {
        // The server leaves what is READ COMMITTED out of its account of who read what before whom.
        let beginning: SQL =
            isApart ? "BEGIN ISOLATION LEVEL READ COMMITTED" : "BEGIN ISOLATION LEVEL SERIALIZABLE"
        return try repeating {
            let ((value, changes), transaction) = try act(beginning, tenancy) { (try body($0), $0.changes()) }
            try commit(changes, tenancy)
            return (value, transaction.touched)
        }
    }

    /// Runs one statement in a transaction of its own.
    func ask(_ sql: SQL) throws {
        try repeating { _ = try opened().connection.ask(sql) }
    }

    /// Closes a transaction that is still open.
    func finish() {
        guard let connection, connection.isInsideTransaction || connection.hasQueued else { return }
        do {
            try connection.queue("ROLLBACK")
            try connection.settle()
        } catch {
            // What was queued before was refused, and with it this.
            if !connection.isBroken, connection.isInsideTransaction { _ = try? connection.ask("ROLLBACK") }
        }
        if connection.isBroken || connection.isInsideTransaction { self.connection = nil }
    }

    /// The connection found dead when an act begins: nothing was done, so a new one serves it.
    private struct WasDead: Error {
        let refusal: ServerRefusal
    }

    private func repeating<T>(_ body: () throws -> T) throws -> T {
        var attempt = 1
        var isSecondTry = false
        defer { if attempt >= Self.laneFrom { leaveLane() } }
        while true {
            do {
                return try body()
            } catch let dead as WasDead {
                finish()
                guard !isSecondTry else { throw dead.refusal.error }
                isSecondTry = true
            } catch let refusal as ServerRefusal {
                finish()
                guard refusal.mayRunAgain else { throw refusal.error }
                guard attempt < shop.address.options.attempts else { throw exhausted(refusal) }
                shop.noteRetry()
                // At random, so that those who met do not meet again; this thread serves only its own connection.
                let longest = min(0.2, 0.001 * Double(1 << min(attempt, 10)))
                Thread.sleep(forTimeInterval: .random(in: 0...longest))
                attempt += 1
                if attempt == Self.laneFrom { try enterLane() }
            } catch {
                finish()
                throw error
            }
        }
    }

    /// From this attempt on, acts that met others run one after another, so that they meet only those that are new.
    private static let laneFrom = 3

    /// Outside of the transaction, whose state of the data would otherwise be older than the waiting.
    private func enterLane() throws {
        do {
            _ = try opened().connection.ask("SELECT pg_advisory_lock(hashtext('charter.lane.' || current_schema()))")
        } catch let refusal as ServerRefusal {
            throw refusal.error
        }
    }

    private func leaveLane() {
        // A connection that is lost has lost the lock too.
        guard let connection, !connection.isBroken else { return }
        do {
            _ = try connection.ask("SELECT pg_advisory_unlock_all()")
        } catch {
            self.connection = nil
        }
    }

    private func act<T>(
        _ beginning: SQL, _ tenancy: Tenancy, _ body: (PostgresTransaction) throws -> T
    ) throws -> (value: T, transaction: PostgresTransaction) {
        let (connection, isNew) = try opened()
        var transaction: PostgresTransaction?
        defer { transaction?.end() }
        do {
            let begun = try PostgresTransaction(
                beginning, tenancy, on: connection, clock: shop.clock, identifiers: shop.identifiers)
            transaction = begun
            do {
                let value = try body(begun)
                if let failure = begun.failure { throw failure }
                return (value, begun)
            } catch {
                if let failure = begun.failure { throw failure }
                // What it sent before may have been refused, and that came first.
                try connection.settle()
                throw error
            }
        } catch let refusal as ServerRefusal
            where refusal.endsConnection && !isNew && transaction?.isAnswered != true
        {
            throw WasDead(refusal: refusal)
        }
    }

    private func commit(_ changes: RunningChanges?, _ tenancy: Tenancy) throws {
        guard let connection else { return }
        for statement in changes?.keeping ?? [] { try connection.queue(statement) }
        let isAlone = !connection.hasQueued
        var tag: String?
        do {
            try connection.queue("COMMIT", receive: { tag = $0.tag })
            // In the same breath, and passed over when the commit is refused.
            for statement in changes?.writing(tenancy) ?? [] { try connection.queue(statement) }
            try connection.settle()
        } catch let refusal as ServerRefusal where tag == "COMMIT" {
            // The act is done, whatever became of what was to follow.
            leave(changes, after: refusal)
        } catch let refusal as ServerRefusal
            where refusal.endsConnection && (isAlone || refusal.state.isEmpty || refusal.isOfCommit)
        {
            // The server may have committed before the connection went.
            throw StorageError.uncertain
        }
        guard tag == "COMMIT" else { throw StorageError.engine("a commit was answered with \(tag ?? "nothing")") }
    }

    /// Tries once more to write in what the act added; else it lies there until a node opens the database.
    private func leave(_ changes: RunningChanges?, after refusal: ServerRefusal) {
        finish()
        guard let changes else { return }
        do {
            let connection = try opened().connection
            for statement in changes.writing(.everyCompany) { try connection.queue(statement) }
            try connection.settle()
        } catch {
            finish()
        }
    }

    private func opened() throws -> (connection: Connection, isNew: Bool) {
        if let connection, connection.isAlive { return (connection, false) }
        let new = try Connection(shop.address)
        connection = new
        return (new, true)
    }
}

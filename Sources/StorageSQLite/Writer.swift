import Dispatch
import Foundation
import GRDB
import GRDBSQLite
import Primitives
import Storage
import Synchronization

/// The one thread that writes: it takes all that waits into one commit.
final class Writer: Sendable {
    private struct State {
        var waiting: [any Write] = []
        var isAsleep = false
        var isClosing = false
        var hasEnded = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// So many groups take a savepoint for each act after one that needed it.
    private static let caution = 64

    /// So many acts share one commit, unless they take longer than the span below.
    static let groupSize = 256

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    private let pool: DatabasePool
    private let connection: Connection
    private let checkpointer: Checkpointer
    private let clock: @Sendable () -> Instant
    private let identifiers: IdentifierSource
    private let announcer: CommitAnnouncer
    private let groupSpan: Duration

    /// - Parameter connection: the pool's own that writes.
    init(
        pool: DatabasePool, connection: Connection, checkpointer: Checkpointer,
        clock: @escaping @Sendable () -> Instant,
        identifiers: IdentifierSource,
        announcer: CommitAnnouncer, groupSpan: Duration
    ) {
        self.pool = pool
        self.connection = connection
        self.checkpointer = checkpointer
        self.clock = clock
        self.identifiers = identifiers
        self.announcer = announcer
        self.groupSpan = groupSpan
    }

    /// Acts that nobody has taken into a transaction yet.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Writes what an installation must have, and starts the thread.
    func prepare() throws {
        try mapped {
            try pool.writeWithoutTransaction { _ in
                try connection.control("BEGIN IMMEDIATE")
                defer { if connection.isInsideTransaction { try? connection.control("ROLLBACK") } }
                try connection.control(Installation.founding(at: clock()))
                try raiseIdentifiers(on: connection)
                try connection.control("COMMIT")
            }
        }
        let thread = Thread { self.work() }
        thread.name = "charter.writer"
        thread.start()
    }

    func submit(_ write: any Write) {
        let (isRefused, mustRing) = state.withLock { state -> (Bool, Bool) in
            if state.isClosing { return (true, false) }
            state.waiting.append(write)
            defer { state.isAsleep = false }
            return (false, state.isAsleep)
        }
        if isRefused { write.fail(StorageError.unavailable("the database is closing")) }
        if mustRing { bell.signal() }
    }

    /// Lets the thread end once nothing waits.
    func stop() {
        let mustRing = state.withLock { state in
            state.isClosing = true
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if mustRing { bell.signal() }
    }

    /// Stops, and returns when all that waited is written.
    func finish() async {
        stop()
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.closers.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    // MARK: - On the thread

    private func work() {
        var queue = Queue()
        while true {
            if queue.isEmpty, !refill(&queue) { return }
            do {
                try mapped { try pool.writeWithoutTransaction { _ in try writeGroup(from: &queue, on: connection) } }
            } catch {
                // No transaction could begin: whoever waits learns it now instead of after a time-out each.
                while let write = queue.next() { write.fail(error) }
            }
        }
    }

    /// Waits for writes; false when there will be none any more.
    private func refill(_ queue: inout Queue) -> Bool {
        while true {
            let (mustSleep, closers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]?) in
                if !state.waiting.isEmpty {
                    queue.take(&state.waiting)
                    return (false, nil)
                }
                state.isAsleep = !state.isClosing
                state.hasEnded = state.isClosing
                return (true, state.isClosing ? state.closers : nil)
            }
            guard mustSleep else { return true }
            if let closers {
                for closer in closers { closer.resume() }
                return false
            }
            bell.wait()
        }
    }

    /// Runs what waits within one transaction, and answers when it is durable.
    ///
    /// A savepoint has SQLite copy each page that the act is the first to change. Nearly all acts succeed, and most
    /// refusals come before the first change, so a group does without; when one act changed something and then
    /// failed, all are taken back and run again with a savepoint each.
    private func writeGroup(from queue: inout Queue, on connection: Connection) throws {
        try begin(on: connection)
        var group: [Outcome] = []
        let isCautious = queue.caution > 0
        if isCautious { queue.caution -= 1 }
        let end = ContinuousClock.now + groupSpan
        while group.count < Writer.groupSize, group.isEmpty || ContinuousClock.now < end {
            if queue.isEmpty { state.withLock { queue.take(&$0.waiting) } }
            guard let write = queue.next() else { break }
            let before = connection.changes
            let outcome = attempt(write, in: isCautious ? "SAVEPOINT act" : nil, on: connection)
            group.append(outcome)
            // A full disk ends the transaction for all members, whoever of them met it.
            guard isAlive(connection, after: outcome) else { break }
            if !isCautious, outcome.error != nil, connection.changes != before {
                rollBack(connection)
                queue.putBack(group.map(\.write))
                queue.caution = Writer.caution
                return
            }
        }
        if let last = group.last, isAlive(connection, after: last) {
            do {
                try connection.control("COMMIT")
                checkpointer.note()
                return answer(group)
            } catch {
                // Whose fault it is shows when each runs alone.
            }
        }
        rollBack(connection)
        for outcome in group { answer([writeAlone(outcome.write, on: connection)]) }
    }

    /// Runs one act in a transaction of its own, so that its fault is only its own.
    private func writeAlone(_ write: any Write, on connection: Connection) -> Outcome {
        do {
            try mapped { try begin(on: connection) }
            let outcome = attempt(write, in: nil, on: connection)
            if outcome.error == nil { try mapped { try connection.control("COMMIT") } }
            rollBack(connection)
            return outcome
        } catch {
            rollBack(connection)
            return Outcome(write: write, error: error, touched: [])
        }
    }

    private func attempt(_ write: any Write, in savepoint: Storage.SQL?, on connection: Connection) -> Outcome {
        do {
            return try mapped {
                if let savepoint { try connection.control(savepoint) }
                do {
                    let transaction = try SQLiteWriteTransaction(connection, clock: clock, identifiers: identifiers)
                    defer { transaction.end() }
                    try write.run(in: transaction)
                    try transaction.finish()
                    if savepoint != nil { try connection.control("RELEASE act") }
                    return Outcome(write: write, error: nil, touched: transaction.touched)
                } catch {
                    if savepoint != nil, connection.isInsideTransaction {
                        try connection.control("ROLLBACK TO act")
                        try connection.control("RELEASE act")
                    }
                    throw error
                }
            }
        } catch {
            return Outcome(write: write, error: error, touched: [])
        }
    }

    private func begin(on connection: Connection) throws {
        try connection.control("BEGIN IMMEDIATE")
        do {
            try noticeOthers(on: connection)
        } catch {
            rollBack(connection)
            throw error
        }
    }

    private func isAlive(_ connection: Connection, after outcome: Outcome) -> Bool {
        connection.isInsideTransaction && outcome.error as? StorageError != .diskFull
    }

    private func rollBack(_ connection: Connection) {
        if connection.isInsideTransaction { try? connection.control("ROLLBACK") }
    }

    private func answer(_ group: [Outcome]) {
        var touched: Set<OrganisationID> = []
        for outcome in group {
            if let error = outcome.error {
                outcome.write.fail(error)
            } else {
                outcome.write.succeed()
                touched.formUnion(outcome.touched)
            }
        }
        announcer.announce(touched)
    }

    // MARK: - Other processes

    private let seen = Mutex<Int64>(0)

    /// Identifiers must rise over all processes that write this file, since seals follow them.
    private func noticeOthers(on connection: Connection) throws {
        var version: Int64 = 0
        // It changes when another connection has committed.
        try SQLiteStatement("PRAGMA data_version", on: connection).run { version = $0.integer(0) ?? 0 }
        let isNew = seen.withLock { seen in
            defer { seen = version }
            return seen != version
        }
        if isNew { try raiseIdentifiers(on: connection) }
    }

    private func raiseIdentifiers(on connection: Connection) throws {
        // One look per company into the key's index, rather than a scan of the journal.
        try SQLiteStatement(
            """
            WITH RECURSIVE company (organisation) AS (
                SELECT min(organisation) FROM event
                UNION ALL
                SELECT (SELECT min(organisation) FROM event WHERE event.organisation > company.organisation)
                FROM company WHERE company.organisation IS NOT NULL
            )
            SELECT (SELECT max(id) FROM event WHERE event.organisation = company.organisation) FROM company
            """, on: connection
        ).run { row in
            guard let (high, low) = row.identifier(0) else { return }
            identifiers.advance(past: Event.ID(high: high, low: low))
        }
    }

    /// What one act of a group came to.
    private struct Outcome {
        let write: any Write
        let error: (any Error)?
        let touched: Set<OrganisationID>
    }

    /// The acts that the thread has taken, in the order in which they came.
    private struct Queue {
        private var writes: [any Write] = []
        private var position = 0
        /// So many further groups take savepoints.
        var caution = 0
        var isEmpty: Bool { position == writes.count }

        mutating func take(_ waiting: inout [any Write]) {
            writes.removeAll(keepingCapacity: true)
            position = 0
            swap(&writes, &waiting)
        }

        /// To be taken once more, before all others.
        mutating func putBack(_ taken: [any Write]) {
            writes = taken + writes[position...]
            position = 0
        }

        mutating func next() -> (any Write)? {
            guard position < writes.count else { return nil }
            defer { position += 1 }
            return writes[position]
        }
    }
}

public import Primitives
public import Storage
import Foundation

/// Everything in one PostgreSQL database, 15 or newer, that any number of nodes share.
public final class PostgresDatabase: Database {
    private let shop: Workshop
    private let pool: Pool
    private let announcer = CommitAnnouncer()
    private let notifier: Notifier
    private let listener: Listener

    /// Holds of a row of `event` once nothing that began before it can still commit.
    public static let horizon: SQL = "AND age(event.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)"

    /// Milliseconds by which an event's identifier may be below that of the one sealed before it: acts commit in
    /// another order than they began, and the nodes' clocks differ.
    public static let tolerance: Int64 = 300_000

    /// Connects, and brings the schema forward.
    /// - Parameters:
    ///   - address: `postgres://…`; handed to libpq as it stands.
    ///   - migrations: in order, beginning with `StorageMigrations.all`.
    ///   - clock: real time for tests and demos; without it, the server's clock at the transaction's begin.
    ///   - identifiers: raised past the highest stored event.
    ///   - counts: where acts keep running counts; what a node that died left beside them is written in.
    /// - Throws: `StorageError.server`, `.unavailable`, `.newerSchema`.
    public init(
        address: String, migrations: [Migration], clock: (@Sendable () -> Instant)? = nil,
        identifiers: IdentifierSource, counts: [RunningCount.Table] = [], options: PostgresOptions = PostgresOptions()
    ) throws {
        let place = Address(text: address, options: options)
        try place.confirm()
        shop = Workshop(place, clock: clock, identifiers: identifiers)
        let schema: String
        do {
            schema = try Self.prepare(Connection(place), migrations, clock?(), identifiers, counts)
        } catch let refusal as ServerRefusal {
            throw refusal.error
        }
        let channel = "charter." + schema.prefix(40)
        let node = UUID().uuidString
        pool = Pool(shop)
        notifier = Notifier(pool, channel: channel, node: node)
        listener = Listener(place, channel: channel, node: node, announcer: announcer)
    }

    deinit {
        pool.stop()
        listener.stop()
    }

    /// Acts that wait for a connection.
    public var waitingActs: Int { pool.waitingCount }

    /// How often an act ran again since others were in its way.
    public var retries: Int64 { shop.retries }

    /// - Returns: the schema in which the tables are.
    private static func prepare(
        _ connection: Connection, _ migrations: [Migration], _ instant: Instant?, _ identifiers: IdentifierSource,
        _ counts: [RunningCount.Table]
    ) throws -> String {
        try Migrator(migrations).bringForward(on: connection, at: instant)
        let founding = Installation.founding(at: instant ?? Instant(milliseconds: 0))
        try connection.queue("BEGIN")
        try connection.queue(founding)
        if instant == nil {
            try connection.queue(
                """
                UPDATE installation SET created_at = floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
                WHERE created_at = 0
                """)
        }
        try connection.queue("COMMIT")
        // One look per company into the key's index, rather than a scan of the journal.
        try connection.queue("BEGIN READ ONLY")
        try connection.queue(Fence.lifting)
        let highest = try connection.ask(
            """
            WITH RECURSIVE company (organisation) AS (
                SELECT min(organisation) FROM event
                UNION ALL
                SELECT (SELECT min(organisation) FROM event WHERE event.organisation > company.organisation)
                FROM company WHERE company.organisation IS NOT NULL
            )
            SELECT (SELECT id FROM event WHERE event.organisation = company.organisation ORDER BY id DESC LIMIT 1)
            FROM company
            """)
        for number in 0..<highest.count {
            guard let (high, low) = highest.row(number).identifier(0) else { continue }
            identifiers.advance(past: Event.ID(high: high, low: low))
        }
        try connection.queue("COMMIT")
        for table in counts {
            for statement in RunningChanges.sweeping(table) { try connection.queue(statement) }
        }
        return try connection.ask("SELECT current_schema()").row(0).text(0) ?? "public"
    }

    public func read<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any ReadTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit(
                Pool.Job(
                    run: { worker in
                        continuation.resume(with: Result { try worker.read(tenancy, body) })
                        worker.finish()
                    },
                    refuse: { continuation.resume(throwing: $0) }))
        }
    }

    @discardableResult
    public func write<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await write(tenancy, isApart: false, body)
    }

    @discardableResult
    public func writeApart<T: Sendable>(
        _ tenancy: Tenancy, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await write(tenancy, isApart: true, body)
    }

    private func write<T: Sendable>(
        _ tenancy: Tenancy, isApart: Bool, _ body: @escaping @Sendable (any WriteTransaction) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit(
                Pool.Job(
                    run: { [announcer, notifier] worker in
                        do {
                            let (value, touched) = try worker.write(tenancy, isApart: isApart, body)
                            continuation.resume(returning: value)
                            announcer.announce(touched)
                            notifier.tell(touched)
                        } catch {
                            continuation.resume(throwing: error)
                        }
                    },
                    refuse: { continuation.resume(throwing: $0) }))
        }
    }

    /// Of this node's commits at once, of other nodes' a moment later.
    public func onCommit(_ act: @escaping @Sendable (Set<OrganisationID>) -> Void) {
        announcer.add(act)
        listener.start()
    }

    /// Finishes the acts that wait, refuses new ones, and lets the connections go.
    public func close() async throws {
        listener.stop()
        await pool.finish()
    }
}

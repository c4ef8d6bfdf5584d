public import Primitives

/// Numbers and seals what was committed, in the order of identifiers; one node at a time does.
public struct Sequencer: Sendable {
    private let database: any Database
    private let lease: Lease
    private let horizon: SQL
    private let batch: Int

    /// - Parameters:
    ///   - holder: names this node, and no other.
    ///   - horizon: an engine's condition on a row of `event`, beginning with `AND`, that holds once nothing
    ///     older can still commit; empty where commits come in the order of identifiers.
    ///   - batch: so many events are sealed in one transaction.
    public init(database: any Database, holder: String, horizon: SQL = "", batch: Int = 500) {
        self.database = database
        // Each batch renews it in its own transaction, so it need only outlast the pause between two.
        self.lease = Lease("sequencer", holder: holder, for: 5_000)
        self.horizon = horizon
        self.batch = batch
    }

    /// Seals all that waits.
    /// - Returns: how many events; 0 too while another node has the lease.
    @discardableResult
    public func sealPending() async throws -> Int {
        let pending = try await database.read(.everyCompany) { transaction in
            try transaction.all("SELECT DISTINCT organisation FROM event WHERE number IS NULL \(horizon)") {
                try $0[0] as OrganisationID
            }
        }
        var total = 0
        for organisation in pending {
            var sealed: Int
            repeat {
                guard let count = try await sealBatch(of: organisation) else { return total }
                sealed = count
                total += sealed
            } while sealed == batch
        }
        return total
    }

    /// How long the oldest event without a seal has waited, in milliseconds; 0 when all are sealed.
    /// - Parameter organisation: only that company's.
    public static func lag(of organisation: OrganisationID? = nil, in transaction: any ReadTransaction) throws -> Int64
    {
        let narrowing: SQL = organisation.map { "AND organisation = \($0)" } ?? ""
        let oldest = try transaction.first("SELECT min(recorded_at) FROM event WHERE number IS NULL \(narrowing)") {
            try $0[0] as Instant?
        }
        guard case .some(.some(let oldest)) = oldest else { return 0 }
        return max(0, transaction.now.milliseconds - oldest.milliseconds)
    }

    /// Lets another node seal at once; called when this one closes.
    public func release() async throws {
        try await database.write(.installation) { try lease.giveBack(in: $0) }
    }

    /// Seals whatever is committed until the task is cancelled; called once, by the composition root.
    /// - Parameters:
    ///   - interval: how often it looks unasked, for what other nodes wrote or left.
    ///   - pause: the least time between two looks; commits under load come by the hundred and are sealed together.
    ///   - sealed: told after each look that sealed something, with how many events.
    ///   - report: told of each failure; the next wake tries again.
    public func run(
        every interval: Duration = .seconds(2), pause: Duration = .milliseconds(50),
        sealed: @Sendable (Int) -> Void = { _ in }, report: @Sendable (any Error) -> Void
    ) async {
        let (wakes, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        database.onCommit { _ in bell.yield() }
        await withTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    bell.yield()
                    try? await Task.sleep(for: interval)
                }
                bell.finish()
            }
            for await _ in wakes {
                do {
                    let count = try await sealPending()
                    if count > 0 { sealed(count) }
                    if try await isHeldBack() { bell.yield() }
                } catch {
                    report(error)
                }
                // Not for a result: each look is a read and a commit, and so short a wait shares them among many acts.
                // Only cancelling ends it early, and then the stream ends too.
                try? await Task.sleep(for: pause)
            }
            group.cancelAll()
        }
    }

    /// Whether events wait for what began before them; nobody may tell when that has ended.
    private func isHeldBack() async throws -> Bool {
        guard horizon.parts != [""] else { return false }
        return try await database.read(.everyCompany) { transaction in
            try transaction.first("SELECT 1 FROM event WHERE number IS NULL AND NOT (1 = 1 \(horizon)) LIMIT 1") { _ in
                true
            } ?? false
        }
    }

    /// - Returns: how many were sealed; `nil` when another node holds the lease.
    private func sealBatch(of organisation: OrganisationID) async throws -> Int? {
        // Worked out beside the writer, whose thread everybody waits for.
        let next = try await database.read(for: organisation) { try link(of: organisation, in: $0) }
        if next.events.isEmpty { return 0 }
        // Apart, since it touches what all acts have just written: the lease's row keeps other nodes waiting, and what
        // is read after it is what they left.
        return try await database.writeApart(.company(organisation)) { transaction in
            guard try lease.take(in: transaction) else { return nil }
            // Another node may have sealed since, and handed on the lease.
            guard try JournalReader(transaction).head(of: organisation)?.number ?? 0 == next.after else { return 0 }
            for start in stride(from: 0, to: next.events.count, by: Self.together) {
                let events = next.events[start..<min(start + Self.together, next.events.count)]
                try transaction.run(
                    """
                    UPDATE event SET number = sealed.column2, seal = sealed.column3
                    FROM (VALUES \(Self.rows(events))) AS sealed
                    WHERE event.organisation = \(organisation) AND event.id = sealed.column1 AND event.number IS NULL
                    """, changing: events.count, orElse: .changedMeanwhile("events of \(organisation)"))
            }
            try transaction.run(
                """
                INSERT INTO journal_head (organisation, number, seal)
                VALUES (\(organisation), \(next.number), \(next.seal))
                ON CONFLICT (organisation) DO UPDATE SET number = excluded.number, seal = excluded.seal
                """)
            // Live streams read sealed events only, so they are woken by this commit.
            transaction.touched(organisation)
            return next.events.count
        }
    }

    /// So many events are sealed by one statement.
    private static let together = 64

    /// The last is repeated up to the next power of two, so that a few statements serve all numbers of events.
    private static func rows(_ events: ArraySlice<Link.Sealed>) -> SQL {
        var length = 1
        while length < events.count { length *= 2 }
        var rows: SQL = ""
        for offset in 0..<length {
            let event = events[min(events.startIndex + offset, events.endIndex - 1)]
            rows = "\(rows)\(raw: offset == 0 ? "" : ", ")(\(event.id), \(event.number), \(event.seal))"
        }
        return rows
    }

    /// The next piece of a company's chain.
    private struct Link {
        /// The number that it follows.
        let after: Int64
        var number: Int64
        var seal: [UInt8]
        var events: [Sealed] = []

        struct Sealed {
            let id: Event.ID
            let number: Int64
            let seal: [UInt8]
        }
    }

    private func link(of organisation: OrganisationID, in transaction: any ReadTransaction) throws -> Link {
        let head = try JournalReader(transaction).head(of: organisation)
        var link = Link(after: head?.number ?? 0, number: head?.number ?? 0, seal: head?.seal ?? EventSeal.origin)
        link.events = try transaction.all(
            """
            SELECT \(EventSeal.columns) FROM event
            WHERE organisation = \(organisation) AND number IS NULL \(horizon)
            ORDER BY id LIMIT \(limit: batch)
            """
        ) { row in
            link.number += 1
            link.seal = try EventSeal.seal(after: link.seal, number: link.number, row: row)
            return Link.Sealed(id: try row[0], number: link.number, seal: link.seal)
        }
        return link
    }
}

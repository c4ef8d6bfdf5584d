public import Primitives

/// Numbers and seals what was committed, in the order of identifiers; one node at a time does.
///
/// Where acts commit in that order they seal themselves (`JournalHeads`), and it finds only what others left.
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

    /// Seals whatever is committed until the task is cancelled, and tells of it; called once, by the composition root.
    /// - Parameters:
    ///   - interval: how often it looks unasked, for what other nodes and processes wrote or left.
    ///   - pause: the least time between two looks; commits under load come by the hundred and are told together.
    ///   - grown: told after each look whose journals have events with a number that they had not at the look before.
    ///   - report: told of each failure; the next wake tries again.
    public func run(
        every interval: Duration = .seconds(2), pause: Duration = .milliseconds(50),
        grown: @Sendable (Set<OrganisationID>) -> Void = { _ in }, report: @Sendable (any Error) -> Void
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
            var told: [OrganisationID: Int64] = [:]
            for await _ in wakes {
                do {
                    try await sealPending()
                    let numbers = try await numbers()
                    let new = numbers.filter { told[$0.key] != $0.value }
                    if !new.isEmpty { grown(Set(new.keys)) }
                    told = numbers
                    if try await isHeldBack() { bell.yield() }
                } catch {
                    report(error)
                }
                // Not for a result: each look is a read, and so short a wait shares it among many acts.
                // Only cancelling ends it early, and then the stream ends too.
                try? await Task.sleep(for: pause)
            }
            group.cancelAll()
        }
    }

    /// How far each journal is sealed.
    private func numbers() async throws -> [OrganisationID: Int64] {
        try await database.read(.everyCompany) { transaction in
            let heads = try transaction.all("SELECT organisation, number FROM journal_head") {
                (try $0[0] as OrganisationID, try $0[1] as Int64)
            }
            return Dictionary(uniqueKeysWithValues: heads)
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
        // Worked out beside the acts, so that theirs need not wait for it.
        let link = try await database.read(for: organisation) { [horizon, batch] transaction in
            try SealLink(of: organisation, horizon: horizon, limit: batch, in: transaction)
        }
        if link.events.isEmpty { return 0 }
        // Apart, since it touches what all acts have just written: the lease's row keeps other nodes waiting, and what
        // is read after it is what they left.
        return try await database.writeApart(.company(organisation)) { [lease] transaction in
            guard try lease.take(in: transaction) else { return nil }
            // Another node may have sealed since, and handed on the lease.
            guard try JournalReader(transaction).head(of: organisation)?.number ?? 0 == link.after else { return 0 }
            try link.write(in: transaction)
            // Live streams read sealed events only, so they are woken by this commit.
            transaction.touched(organisation)
            return link.events.count
        }
    }
}

public import Primitives

/// Proves that nothing in the journal was altered, removed or put in between.
public struct Verifier: Sendable {
    private let database: any Database
    private let check: (any DatabaseCheck)?
    private let tolerance: Int64
    private let page = 1000

    /// - Parameters:
    ///   - check: the engine's own; `nil` leaves it out.
    ///   - tolerance: milliseconds by which an event may be older than the one before. 0 where commits come
    ///     in the order of identifiers; otherwise the longest that a transaction may take.
    public init(database: any Database, check: (any DatabaseCheck)?, tolerance: Int64 = 0) {
        self.database = database
        self.check = check
        self.tolerance = tolerance
    }

    /// Reads every event once, in short reads, so it may run while the database serves.
    /// - Parameter anchors: heads that an earlier verification gave and that were kept elsewhere.
    public func verify(anchors: [OrganisationID: JournalHead] = [:]) async throws -> Verification {
        var verification = Verification()
        var last = OrganisationID(.min)
        while let organisation = try await next(after: last) {
            try await verify(organisation, anchor: anchors[organisation], into: &verification)
            last = organisation
        }
        for (organisation, anchor) in anchors where verification.heads[organisation] == nil {
            verification.faults.append(.init(.anchorDiffers, of: organisation, number: anchor.number))
        }
        for fault in try await check?.faults() ?? [] {
            verification.faults.append(.init(.engine(fault)))
        }
        return verification
    }

    /// One look into the key's index per company, rather than a scan.
    private func next(after last: OrganisationID) async throws -> OrganisationID? {
        try await database.read(.everyCompany) { transaction in
            let candidates = try transaction.all(
                """
                SELECT min(organisation) FROM event WHERE organisation > \(last)
                UNION ALL
                SELECT min(organisation) FROM journal_head WHERE organisation > \(last)
                """
            ) { try $0[0] as OrganisationID? }
            return candidates.compactMap { $0 }.min()
        }
    }

    private func verify(
        _ organisation: OrganisationID, anchor: JournalHead?, into verification: inout Verification
    ) async throws {
        var chain = SealChain(of: organisation, anchor: anchor, tolerance: tolerance)
        var head: JournalHead?
        var isDone = false
        while !isDone {
            let start = chain
            // The head is read with the rows: a last page and its head are of one state.
            (chain, head, isDone) = try await database.read(for: organisation) { transaction in
                var chain = start
                let rows: [Void] = try transaction.all(
                    """
                    SELECT \(EventSeal.columns), number, seal FROM event
                    WHERE organisation = \(organisation) AND number > \(start.number)
                    ORDER BY number LIMIT \(limit: page)
                    """
                ) { chain.follow($0, number: try $0[17], seal: try $0[18]) }
                return (chain, try JournalReader(transaction).head(of: organisation), rows.count < page)
            }
        }
        chain.end(at: head)
        if let highest = chain.highest {
            try await findUnsealed(of: organisation, below: highest, into: &chain.faults)
        }
        verification.events += chain.events
        verification.faults += chain.faults
        verification.heads[organisation] = head
    }

    private func findUnsealed(
        of organisation: OrganisationID, below highest: Event.ID, into faults: inout [Verification.Fault]
    ) async throws {
        let unsealed = try await database.read(for: organisation) { transaction in
            try transaction.all(
                """
                SELECT id FROM event
                WHERE organisation = \(organisation) AND number IS NULL AND id < \(highest) ORDER BY id
                """
            ) { try $0[0] as Event.ID }
        }
        for id in unsealed where id.isOlder(than: highest, by: tolerance) {
            faults.append(.init(.unsealed, of: organisation, event: id))
        }
    }
}

import Primitives

/// The journals that one act writes to, on an engine whose acts commit in the order of identifiers: there each event
/// is numbered and sealed as it is inserted.
///
/// It lives as long as the act. What it knows was read in the act's own transaction, so nobody else can have moved it,
/// and an act that fails or runs again leaves nothing of it behind.
public final class JournalHeads {
    private var heads: [OrganisationID: JournalHead] = [:]

    package init() {}

    /// The place of one more event.
    /// - Parameter values: of all columns, as they will be bound.
    func place(
        _ values: [Value], of organisation: OrganisationID, in transaction: any WriteTransaction
    ) throws -> JournalHead {
        let head = try heads[organisation] ?? current(of: organisation, in: transaction)
        let number = head.number + 1
        let next = JournalHead(
            number: number, seal: EventSeal.seal(after: head.seal, number: number, values: values))
        heads[organisation] = next
        return next
    }

    /// Moves the heads on; the last thing that an act does.
    package func write(in transaction: any WriteTransaction) throws {
        for (organisation, head) in heads { try head.write(of: organisation, in: transaction) }
    }

    /// The head as it is stored, once nothing waits before it: an earlier version, or a database that was moved from
    /// another engine, may have left events without a seal.
    private func current(
        of organisation: OrganisationID, in transaction: any WriteTransaction
    ) throws -> JournalHead {
        while try transaction.first(
            "SELECT 1 FROM event WHERE organisation = \(organisation) AND number IS NULL LIMIT 1", { _ in true }) != nil
        {
            try SealLink(of: organisation, horizon: "", limit: 500, in: transaction).write(in: transaction)
        }
        return try JournalReader(transaction).head(of: organisation) ?? .origin
    }
}

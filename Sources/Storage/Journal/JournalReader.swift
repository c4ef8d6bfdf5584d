public import Primitives

/// The journal in the order of its numbers, which live streams, replay and roll-ups follow.
public struct JournalReader {
    private let transaction: any ReadTransaction

    public init(_ transaction: any ReadTransaction) {
        self.transaction = transaction
    }

    /// The sealed events of a company after that number, 0 for the beginning.
    ///
    /// Numbers are contiguous, and no event ever appears below one that was read.
    public func events(
        of organisation: OrganisationID, after number: Int64, limit: Int
    ) throws -> [SealedEvent] {
        try transaction.all(
            """
            SELECT \(EventStore.columns), number FROM event
            WHERE organisation = \(organisation) AND number > \(number)
            ORDER BY number LIMIT \(limit: limit)
            """
        ) { SealedEvent(number: try $0[17], event: try Event(row: $0)) }
    }

    /// The last sealed event of a company; `nil` before the first.
    public func head(of organisation: OrganisationID) throws -> JournalHead? {
        try transaction.first(
            "SELECT number, seal FROM journal_head WHERE organisation = \(organisation)"
        ) { JournalHead(number: try $0[0], seal: try $0[1]) }
    }
}

/// An event with its place in the company's journal, 1 first.
public struct SealedEvent: Sendable {
    public let number: Int64
    public let event: Event
}

/// How far a company's journal is sealed. Noted elsewhere, it proves later that nothing before was rewritten.
public struct JournalHead: Sendable, Hashable {
    public let number: Int64
    /// 32 bytes.
    public let seal: [UInt8]

    public init(number: Int64, seal: [UInt8]) {
        self.number = number
        self.seal = seal
    }

    /// What stands before the first event.
    static let origin = JournalHead(number: 0, seal: EventSeal.origin)

    func write(of organisation: OrganisationID, in transaction: any WriteTransaction) throws {
        try transaction.run(
            """
            INSERT INTO journal_head (organisation, number, seal) VALUES (\(organisation), \(number), \(seal))
            ON CONFLICT (organisation) DO UPDATE SET number = excluded.number, seal = excluded.seal
            """)
    }
}

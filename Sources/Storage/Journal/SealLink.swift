import Primitives

/// The next piece of a company's chain: events that wait, with the numbers and seals that they will have.
struct SealLink {
    let organisation: OrganisationID
    /// The number that it follows.
    let after: Int64
    private(set) var head: JournalHead
    private(set) var events: [Sealed] = []

    struct Sealed {
        let id: Event.ID
        let number: Int64
        let seal: [UInt8]
    }

    /// Works out numbers and seals of the oldest events that wait.
    /// - Parameter horizon: as of a `Sequencer`.
    init(of organisation: OrganisationID, horizon: SQL, limit: Int, in transaction: any ReadTransaction) throws {
        self.organisation = organisation
        var head = try JournalReader(transaction).head(of: organisation) ?? .origin
        after = head.number
        events = try transaction.all(
            """
            SELECT \(EventSeal.columns) FROM event
            WHERE organisation = \(organisation) AND number IS NULL \(horizon)
            ORDER BY id LIMIT \(limit: limit)
            """
        ) { row in
            let number = head.number + 1
            head = JournalHead(
                number: number, seal: try EventSeal.seal(after: head.seal, number: number, row: row))
            return Sealed(id: try row[0], number: number, seal: head.seal)
        }
        self.head = head
    }

    /// Sets what was worked out, and moves the head.
    func write(in transaction: any WriteTransaction) throws {
        for start in stride(from: 0, to: events.count, by: Self.together) {
            let events = events[start..<min(start + Self.together, events.count)]
            try transaction.run(
                """
                UPDATE event SET number = sealed.column2, seal = sealed.column3
                FROM (VALUES \(Self.rows(events))) AS sealed
                WHERE event.organisation = \(organisation) AND event.id = sealed.column1 AND event.number IS NULL
                """, changing: events.count, orElse: .changedMeanwhile("events of \(organisation)"))
        }
        try head.write(of: organisation, in: transaction)
    }

    /// So many events are sealed by one statement.
    private static let together = 64

    /// The last is repeated up to the next power of two, so that a few statements serve all numbers of events.
    private static func rows(_ events: ArraySlice<Sealed>) -> SQL {
        var length = 1
        while length < events.count { length *= 2 }
        var rows: SQL = ""
        for offset in 0..<length {
            let event = events[min(events.startIndex + offset, events.endIndex - 1)]
            rows = "\(rows)\(raw: offset == 0 ? "" : ", ")(\(event.id), \(event.number), \(event.seal))"
        }
        return rows
    }
}

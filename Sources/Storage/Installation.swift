public import Primitives

/// What an installation knows of itself.
public struct Installation {
    private let transaction: any ReadTransaction

    public init(_ transaction: any ReadTransaction) {
        self.transaction = transaction
    }

    /// The statement that an engine runs when it opens, harmless from the second time on.
    public static func founding(at instant: Instant) -> SQL {
        "INSERT INTO installation (id, created_at) VALUES (1, \(instant)) ON CONFLICT DO NOTHING"
    }

    /// Milliseconds by which business time is ahead of real time; 0 but in a demo.
    public func clockOffset() throws -> Int64 {
        try transaction.one("SELECT clock_offset FROM installation WHERE id = 1", orElse: "installation") { try $0[0] }
    }
}

extension Installation {
    /// Moves business time so many milliseconds ahead of real time, from the next transaction on.
    /// - Throws: `ClockRefusal` when it is further ahead already: business time never goes back.
    public static func moveClock(ahead milliseconds: Int64, in transaction: any WriteTransaction) throws {
        let changed = try transaction.rowsChanged(
            by: """
                UPDATE installation SET clock_offset = \(milliseconds)
                WHERE id = 1 AND clock_offset <= \(milliseconds)
                """)
        guard changed == 1 else { throw ClockRefusal(offset: try Installation(transaction).clockOffset()) }
    }

    /// Moves business time ahead by so many milliseconds more; `writeApart`, since every act reads the clock.
    public static func advanceClock(by milliseconds: Int64, in transaction: any WriteTransaction) throws {
        try transaction.run(
            "UPDATE installation SET clock_offset = clock_offset + \(milliseconds) WHERE id = 1", changing: 1,
            orElse: .notFound("installation"))
    }

    /// Lets nobody else move the clock until the transaction ends.
    public static func holdClock(in transaction: any WriteTransaction) throws {
        try advanceClock(by: 0, in: transaction)
    }
}

/// Business time would have gone back.
public struct ClockRefusal: Error, Equatable {
    /// Milliseconds by which it is ahead, and stays.
    public let offset: Int64
}

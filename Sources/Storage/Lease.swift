import Primitives

/// A right that one node at a time holds, for as long as it renews it.
public struct Lease: Sendable {
    private let name: String
    private let holder: String
    private let milliseconds: Int64

    /// - Parameters:
    ///   - holder: names the node, and no other.
    ///   - milliseconds: how long the others wait when the holder falls silent.
    public init(_ name: String, holder: String, for milliseconds: Int64) {
        self.name = name
        self.holder = holder
        self.milliseconds = milliseconds
    }

    /// Takes or renews the lease; false while another holds it.
    public func take(in transaction: any WriteTransaction) throws -> Bool {
        let until = transaction.now.adding(milliseconds: milliseconds)
        return try transaction.rowsChanged(
            by: """
                INSERT INTO lease (name, holder, held_until) VALUES (\(name), \(holder), \(until))
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
                WHERE lease.holder = excluded.holder OR lease.held_until < \(transaction.now)
                """) == 1
    }

    /// Gives it back, so that nobody need wait.
    public func giveBack(in transaction: any WriteTransaction) throws {
        try transaction.run("DELETE FROM lease WHERE name = \(name) AND holder = \(holder)")
    }
}

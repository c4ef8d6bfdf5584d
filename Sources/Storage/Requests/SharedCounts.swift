import Primitives
import Synchronization

/// Numbers that every node counts for itself and tells the others, so that a limit holds for all of them together.
///
/// Each node adds to rows of its own, and reads by how much those of the others have grown. What is counted is a
/// moment old elsewhere, and nobody waits for anybody.
public final class SharedCounts: Sendable {
    private let database: any Database
    private let node: String
    /// Seconds for which a number that nobody adds to is kept.
    private let kept: Int64 = 120
    /// What was last read of other nodes; `nil` before the first look, which cannot know what is new.
    private let seen = Mutex<[Place: Int64]?>(nil)

    private struct Place: Hashable {
        let name: String
        let node: String
    }

    /// - Parameter node: names this node, and no other.
    public init(database: any Database, node: String) {
        self.database = database
        self.node = node
    }

    /// Tells what was counted here since the last exchange.
    /// - Parameter counted: by name; the same names on every node.
    /// - Returns: what was counted elsewhere since then.
    public func exchange(_ counted: [String: Int]) async throws -> [String: Int] {
        let totals =
            counted.isEmpty
            ? try await database.read(.installation) { [self] in try others(in: $0) }
            : try await database.writeApart(.installation) { [self] transaction in
                try tell(counted, in: transaction)
                return try others(in: transaction)
            }
        return seen.withLock { seen in
            defer { seen = totals }
            guard let known = seen else { return [:] }
            var grown: [String: Int] = [:]
            for (place, total) in totals {
                let before = known[place] ?? 0
                // A number that was dropped as unused begins anew.
                grown[place.name, default: 0] += Int(total >= before ? total - before : total)
            }
            return grown.filter { $0.value > 0 }
        }
    }

    private func tell(_ counted: [String: Int], in transaction: any WriteTransaction) throws {
        let now = transaction.now
        for (name, count) in counted.sorted(by: { $0.key < $1.key }) {
            try transaction.run(
                """
                INSERT INTO shared_count (name, node, total, counted_at) VALUES (\(name), \(node), \(count), \(now))
                ON CONFLICT (name, node) DO UPDATE SET total = shared_count.total + excluded.total,
                    counted_at = excluded.counted_at
                """)
        }
        try transaction.run("DELETE FROM shared_count WHERE counted_at < \(now.adding(seconds: -kept))")
    }

    private func others(in transaction: any ReadTransaction) throws -> [Place: Int64] {
        let rows = try transaction.all("SELECT name, node, total FROM shared_count WHERE node <> \(node)") {
            (Place(name: try $0[0], node: try $0[1]), try $0[2] as Int64)
        }
        return Dictionary(rows) { first, _ in first }
    }
}

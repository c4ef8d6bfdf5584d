import Primitives
import Storage
import Synchronization
import TestDatabases
import Testing

@testable import Web

/// Limits that several nodes keep together.
struct CallerLimitTests {
    private static func node(_ database: any Database, _ name: String, _ now: @escaping @Sendable () -> Instant)
        -> (limits: CallerLimits, counts: SharedCounts)
    {
        (
            CallerLimits(
                api: APILimit(burst: 6, perSecond: 6), signInsPerMinute: 3, isShared: true, clock: now),
            SharedCounts(database: database, node: name)
        )
    }

    @Test func `trap: who is refused at one node is refused at the next`() async throws {
        let start = Instant(milliseconds: 1_772_503_200_000)
        let database = try TestDatabases.open(migrations: StorageMigrations.all) { start }
        let (a, b) = (Self.node(database, "a") { start }, Self.node(database, "b") { start })
        for node in [a, b] { try await node.limits.exchange(by: node.counts) }
        for _ in 0..<3 { #expect(a.limits.signIns.take("192.0.2.7") == nil) }
        for _ in 0..<6 { #expect(a.limits.tokens.take("key").wait == nil) }
        for _ in 0..<6 { a.limits.strangers.take("192.0.2.7") }
        for _ in 0..<10 { #expect(a.limits.visitors.guesses.take("11/192.0.2.7") == nil) }
        for _ in 0..<5 { #expect(a.limits.visitors.phones.take("mark") == nil) }
        for node in [a, b] { try await node.limits.exchange(by: node.counts) }
        #expect(b.limits.visitors.guesses.take("11/192.0.2.7") == 600)
        #expect(b.limits.visitors.guesses.take("11/192.0.2.8") == nil)
        #expect(b.limits.visitors.phones.take("mark") == 86_400)
        #expect(b.limits.signIns.take("192.0.2.7") == 60)
        #expect(b.limits.tokens.take("key").wait == 1)
        #expect(b.limits.strangers.wait(for: "192.0.2.7") == 1)
        // Nobody else is.
        #expect(b.limits.signIns.take("192.0.2.8") == nil)
        #expect(b.limits.tokens.take("other key").wait == nil)
        #expect(b.limits.strangers.wait(for: "192.0.2.8") == nil)
    }

    @Test func `two nodes grant together what one grants in the long run`() async throws {
        let clock = Mutex(Instant(milliseconds: 1_772_503_200_000))
        let now: @Sendable () -> Instant = { clock.withLock { $0 } }
        let database = try TestDatabases.open(migrations: StorageMigrations.all, clock: now)
        let nodes = [Self.node(database, "a", now), Self.node(database, "b", now)]
        var granted = 0
        for _ in 0..<20 {
            for node in nodes {
                for _ in 0..<9 where node.limits.tokens.take("key").wait == nil { granted += 1 }
            }
            for node in nodes { try await node.limits.exchange(by: node.counts) }
            clock.withLock { $0 = $0.adding(milliseconds: 1000) }
        }
        // Each has its full bucket at the beginning, and a second's worth may be granted twice until it is told.
        #expect(granted <= 20 * 6 + 3 * 6, "\(granted)")
        #expect(granted >= 19 * 6, "\(granted)")
    }
}

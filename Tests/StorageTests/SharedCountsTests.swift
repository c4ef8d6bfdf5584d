import Primitives
import Storage
import TestDatabases
import Testing

/// What nodes count together.
struct SharedCountsTests {
    @Test(arguments: Engine.all)
    func `what one node counted, another learns once`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let (a, b) = (SharedCounts(database: database, node: "a"), SharedCounts(database: database, node: "b"))
        for node in [a, b] { #expect(try await node.exchange([:]) == [:]) }
        #expect(try await a.exchange(["red": 3, "blue": 1]) == [:])
        #expect(try await b.exchange(["red": 5]) == ["red": 3, "blue": 1])
        #expect(try await b.exchange([:]) == [:])
        #expect(try await a.exchange(["red": 2]) == ["red": 5])
        #expect(try await b.exchange([:]) == ["red": 2])
    }

    @Test(arguments: Engine.all)
    func `a node that begins is not told what was counted before it`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let old = SharedCounts(database: database, node: "old")
        _ = try await old.exchange(["red": 400])
        let new = SharedCounts(database: database, node: "new")
        #expect(try await new.exchange(["red": 1]) == [:])
        _ = try await old.exchange(["red": 7])
        #expect(try await new.exchange([:]) == ["red": 7])
    }

    @Test(arguments: Engine.all)
    func `what nobody adds to is dropped, and counted anew from nothing`(engine: Engine) async throws {
        let clock = TestClock()
        let database = try engine.open(clock)
        let (a, b) = (SharedCounts(database: database, node: "a"), SharedCounts(database: database, node: "b"))
        for node in [a, b] { _ = try await node.exchange([:]) }
        _ = try await a.exchange(["red": 9])
        #expect(try await b.exchange([:]) == ["red": 9])
        clock.advance(milliseconds: 121_000)
        _ = try await a.exchange(["blue": 1])
        let left = try await database.read(.installation) {
            try $0.all("SELECT name FROM shared_count") { try $0[0] as String }
        }
        #expect(left == ["blue"])
        _ = try await a.exchange(["red": 2])
        #expect(try await b.exchange([:]) == ["red": 2, "blue": 1])
    }
}

import TestDatabases
import Primitives
import Storage
import Testing

struct RequestStoreTests {
    private let first = RequestStore.fingerprint(of: [Array("POST".utf8), Array("/refunds".utf8), Array("1".utf8)])
    private let second = RequestStore.fingerprint(of: [Array("POST".utf8), Array("/refunds".utf8), Array("2".utf8)])

    @Test(arguments: Engine.all)
    func `sent twice is done once, with the same answer`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let answers = try await withThrowingTaskGroup(of: RequestAnswer.self, returning: [RequestAnswer].self) {
            group in
            for number in 0..<10 {
                group.addTask {
                    try await database.write { transaction in
                        try RequestStore(transaction).once("k1", of: Shop.red, fingerprint: first) {
                            try Guest.add("guest \(number)", in: transaction)
                            return RequestAnswer(status: 201, text: "guest \(number)")
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let names = try await database.read { try Guest.names(in: $0) }
        #expect(names.count == 1)
        #expect(Set(answers) == [RequestAnswer(status: 201, text: names[0])])
    }

    @Test(arguments: Engine.all)
    func `another request under the same key is a conflict, and of another company a new one`(engine: Engine)
        async throws
    {
        let database = try engine.open(TestClock())
        try await database.write {
            try RequestStore($0).keep(RequestAnswer(status: 200, text: ""), to: "k1", of: Shop.red, fingerprint: first)
        }
        await #expect(throws: IdempotencyConflict(key: "k1")) {
            try await database.write { try RequestStore($0).answer(to: "k1", of: Shop.red, fingerprint: second) }
        }
        let blue = try await database.write {
            try RequestStore($0).answer(to: "k1", of: Shop.blue, fingerprint: second)
        }
        #expect(blue == nil)
    }

    @Test(arguments: Engine.all)
    func `a request that failed may be sent again`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        struct Refused: Error {}
        await #expect(throws: Refused.self) {
            try await database.write {
                try RequestStore($0).once("k1", of: Shop.red, fingerprint: first) { throw Refused() }
            }
        }
        let answer = try await database.write {
            try RequestStore($0).once("k1", of: Shop.red, fingerprint: first) { RequestAnswer(status: 200, text: "ok") }
        }
        #expect(answer.text == "ok")
    }

    @Test(arguments: Engine.all)
    func `answers are forgotten after so many days, a batch at a time`(engine: Engine) async throws {
        let clock = TestClock()
        let database = try engine.open(clock)
        try await database.write { transaction in
            for number in 0..<5 {
                try RequestStore(transaction).keep(
                    RequestAnswer(status: 200, text: ""), to: "old \(number)", of: Shop.red, fingerprint: first)
            }
        }
        clock.advance(milliseconds: 86_400_000)
        try await database.write {
            try RequestStore($0).keep(RequestAnswer(status: 200, text: ""), to: "new", of: Shop.red, fingerprint: first)
        }
        let atEdge = try await database.write { try RequestStore($0).purge(olderThan: 1) }
        #expect(atEdge == 0)
        clock.advance(milliseconds: 1)
        let purged = try await database.write { transaction in
            let store = RequestStore(transaction)
            return [
                try store.purge(olderThan: 1, limit: 3), try store.purge(olderThan: 1, limit: 3),
                try store.purge(olderThan: 1, limit: 3),
            ]
        }
        #expect(purged == [3, 2, 0])
        let kept = try await database.write { try RequestStore($0).answer(to: "new", of: Shop.red, fingerprint: first) }
        #expect(kept != nil)
    }

    @Test func `parts of a request do not run into one another`() {
        #expect(RequestStore.fingerprint(of: [[1, 2], [3]]) != RequestStore.fingerprint(of: [[1], [2, 3]]))
        #expect(RequestStore.fingerprint(of: [[1, 2], [3]]).count == 32)
    }
}

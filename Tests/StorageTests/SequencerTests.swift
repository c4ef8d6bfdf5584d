import Primitives
import Storage
import Synchronization
import TestDatabases
import Testing

struct SequencerTests {
    @Test(arguments: Engine.all)
    func `events are numbered without gaps in the order of their identifiers`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.record(7)
        try await database.record(3, at: Shop.blue)
        let sequencer = engine.sequencer(database, batch: 3)
        #expect(try await sequencer.sealAll(of: database) == 10)
        #expect(try await sequencer.sealPending() == 0)
        try await database.record(2)
        #expect(try await sequencer.sealAll(of: database) == 2)
        let red = try await database.sealed()
        #expect(red.map(\.number) == Array(1...9))
        #expect(red.map(\.event.id) == red.map(\.event.id).sorted())
        #expect(try await database.sealed(Shop.blue).map(\.number) == [1, 2, 3])
        #expect(try await database.sealed(after: 7).map(\.number) == [8, 9])
    }

    @Test(arguments: Engine.all)
    func `one node seals, and another only when it has fallen silent`(engine: Engine) async throws {
        let clock = TestClock()
        let database = try engine.open(clock)
        let (first, second) = (engine.sequencer(database, "a"), engine.sequencer(database, "b"))
        try await database.record(1)
        #expect(try await first.sealAll(of: database) == 1)
        try await database.record(1)
        #expect(try await second.sealPending() == 0)
        clock.advance(milliseconds: 30_001)
        #expect(try await second.sealAll(of: database) == 1)
        try await database.record(1)
        #expect(try await first.sealPending() == 0)
    }

    @Test(arguments: Engine.all)
    func `the lag is the age of the oldest event without a seal`(engine: Engine) async throws {
        let clock = TestClock()
        let database = try engine.open(clock)
        let sequencer = engine.sequencer(database, "a")
        #expect(try await database.read { try Sequencer.lag(in: $0) } == 0)
        try await database.record(1)
        clock.advance(milliseconds: 5000)
        try await database.record(1, at: Shop.blue)
        clock.advance(milliseconds: 2000)
        #expect(try await database.read { try Sequencer.lag(in: $0) } == 7000)
        try await sequencer.sealAll(of: database)
        #expect(try await database.read { try Sequencer.lag(in: $0) } == 0)
    }

    @Test(arguments: Engine.all)
    func `a commit wakes the sequencer, and the seal wakes whoever follows`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let (heard, voice) = AsyncStream.makeStream(of: Void.self)
        database.onCommit { _ in voice.yield() }
        let running = Task {
            await engine.sequencer(database, "a").run(every: .seconds(60)) { Issue.record($0) }
        }
        try await Task.sleep(for: .milliseconds(50))
        try await database.record(3)
        var seen: [Int64] = []
        for await _ in heard {
            seen += try await database.sealed(after: seen.last ?? 0).map(\.number)
            if seen.count == 3 { break }
        }
        #expect(seen == [1, 2, 3])
        running.cancel()
        await running.value
    }

    @Test(arguments: Engine.all)
    func `a node that closes leaves the sealing to the next at once`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let (first, second) = (
            engine.sequencer(database, "a"), engine.sequencer(database, "b")
        )
        try await database.record(1)
        #expect(try await first.sealAll(of: database) == 1)
        try await database.record(1)
        #expect(try await second.sealPending() == 0)
        try await first.release()
        #expect(try await second.sealAll(of: database) == 1)
    }

    @Test(arguments: Engine.all)
    func `what another node sealed between looking and writing is sealed once`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.record(3)
        let other = engine.sequencer(database, "b")
        let isFirst = Mutex(true)
        let slow = BeforeWriting(base: database) {
            let isTheFirst = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            guard isTheFirst else { return }
            #expect(try await other.sealAll(of: database) == 3)
            try await other.release()
        }
        let sequencer = engine.sequencer(slow, "a")
        #expect(try await sequencer.sealAll(of: database) == 0)
        try await database.record(1)
        #expect(try await sequencer.sealAll(of: database) == 1)
        #expect(try await database.sealed().map(\.number) == [1, 2, 3, 4])
        #expect(try await Verifier(database: database, check: database).verify().isSound)
    }

    // Where nothing is sealed, nothing is told, and it would wait for ever.
    @Test(.timeLimit(.minutes(1)), arguments: Engine.all)
    func `what another node left unsealed is sealed without a further commit`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.record(2)
        let (counts, told) = AsyncStream.makeStream(of: Int.self)
        let running = Task {
            await engine.sequencer(database, "a").run(every: .milliseconds(20)) { count in
                told.yield(count)
            } report: {
                Issue.record($0)
            }
        }
        // PostgreSQL holds back what others on the same server may still overtake, so the two may come in two looks.
        var sealed = 0
        for await count in counts {
            sealed += count
            if sealed >= 2 { break }
        }
        #expect(sealed == 2)
        running.cancel()
        await running.value
    }

    @Test(arguments: Engine.all)
    func `a lease goes to whoever asks first, and back at once`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let (mine, yours) = (Lease("work", holder: "me", for: 1000), Lease("work", holder: "you", for: 1000))
        let taken = try await database.write { transaction in
            let taken = [
                try mine.take(in: transaction), try yours.take(in: transaction), try mine.take(in: transaction),
            ]
            try mine.giveBack(in: transaction)
            return taken + [try yours.take(in: transaction), try mine.take(in: transaction)]
        }
        #expect(taken == [true, false, true, true, false])
    }
}

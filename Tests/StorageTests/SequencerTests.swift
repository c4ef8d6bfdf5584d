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
        #expect(try await sequencer.sealAll(of: database) == (engine.sealsAtOnce ? 0 : 10))
        #expect(try await sequencer.sealPending() == 0)
        try await database.record(2)
        #expect(try await sequencer.sealAll(of: database) == (engine.sealsAtOnce ? 0 : 2))
        let red = try await database.sealed()
        #expect(red.map(\.number) == Array(1...9))
        #expect(red.map(\.event.id) == red.map(\.event.id).sorted())
        #expect(try await database.sealed(Shop.blue).map(\.number) == [1, 2, 3])
        #expect(try await database.sealed(after: 7).map(\.number) == [8, 9])
    }

    @Test(arguments: Engine.all)
    func `what waits is numbered without gaps, batch by batch`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.leave(7)
        try await database.leave(3, at: Shop.blue)
        #expect(try await engine.sequencer(database, batch: 3).sealAll(of: database) == 10)
        let red = try await database.sealed()
        #expect(red.map(\.number) == Array(1...7))
        #expect(red.map(\.event.id) == red.map(\.event.id).sorted())
        #expect(try await Verifier(database: database, check: database).verify().isSound)
    }

    @Test(arguments: Engine.all)
    func `an event of an act has its seal with the commit where acts commit in their order`(engine: Engine) async throws
    {
        let database = try engine.open(TestClock())
        try await database.record(2)
        let own = try await database.write { transaction in
            for organisation in [Shop.red, Shop.blue, Shop.red] {
                _ = try Journal(reactions: []).record(happening(at: organisation), in: transaction)
            }
            return try JournalReader(transaction).events(of: Shop.red, after: 0, limit: 10).map(\.number)
        }
        #expect(own == (engine.sealsAtOnce ? [1, 2, 3, 4] : []), "the act itself sees them so")
        #expect(try await database.sealed().count == (engine.sealsAtOnce ? 4 : 0))
        #expect(try await database.sealed(Shop.blue).count == (engine.sealsAtOnce ? 1 : 0))
        #expect(try await engine.sequencer(database).sealAll(of: database) == (engine.sealsAtOnce ? 0 : 5))
        let found = try await Verifier(database: database, check: database).verify()
        #expect(found.isSound, "\(found.faults)")
        #expect(found.events == 5)
    }

    @Test(arguments: Engine.all)
    func `an act that fails leaves the journal's head where it was`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.record(2)
        await #expect(throws: StorageError.notFound("it")) {
            try await database.write { transaction in
                _ = try Journal(reactions: []).record(happening(), in: transaction)
                throw StorageError.notFound("it")
            }
        }
        try await database.record(1)
        try await engine.sequencer(database).sealAll(of: database)
        #expect(try await database.sealed().map(\.number) == [1, 2, 3])
        #expect(try await Verifier(database: database, check: database).verify().isSound)
    }

    @Test(arguments: Engine.all)
    func `what an earlier version left is sealed before the first new event`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.record(3)
        try await database.write { transaction in
            for number in 0..<1203 { try transaction.leaveUnsealed("old.\(number)", of: Shop.red) }
        }
        await #expect(throws: StorageError.notFound("it")) {
            try await database.write { transaction in
                _ = try Journal(reactions: []).record(happening(), in: transaction)
                throw StorageError.notFound("it")
            }
        }
        try await database.record(1)
        if !engine.sealsAtOnce { try await engine.sequencer(database).sealAll(of: database) }
        let sealed = try await database.sealed()
        #expect(sealed.map(\.number) == Array(1...1207))
        #expect(sealed.map(\.event.id) == sealed.map(\.event.id).sorted())
        let found = try await Verifier(database: database, check: database).verify()
        #expect(found.isSound, "\(found.faults)")
    }

    @Test(arguments: Engine.all)
    func `one node seals, and another only when it has fallen silent`(engine: Engine) async throws {
        let clock = TestClock()
        let database = try engine.open(clock)
        let (first, second) = (engine.sequencer(database, "a"), engine.sequencer(database, "b"))
        try await database.leave(1)
        #expect(try await first.sealAll(of: database) == 1)
        try await database.leave(1)
        #expect(try await second.sealPending() == 0)
        clock.advance(milliseconds: 30_001)
        #expect(try await second.sealAll(of: database) == 1)
        try await database.leave(1)
        #expect(try await first.sealPending() == 0)
    }

    @Test(arguments: Engine.all)
    func `the lag is the age of the oldest event without a seal`(engine: Engine) async throws {
        let clock = TestClock()
        let database = try engine.open(clock)
        let sequencer = engine.sequencer(database, "a")
        #expect(try await database.read { try Sequencer.lag(in: $0) } == 0)
        try await database.leave(1)
        clock.advance(milliseconds: 5000)
        try await database.leave(1, at: Shop.blue)
        clock.advance(milliseconds: 2000)
        #expect(try await database.read { try Sequencer.lag(in: $0) } == 7000)
        try await sequencer.sealAll(of: database)
        #expect(try await database.read { try Sequencer.lag(in: $0) } == 0)
    }

    @Test(arguments: Engine.all)
    func `a commit is told once its events have their numbers`(engine: Engine) async throws {
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
        try await database.leave(1)
        #expect(try await first.sealAll(of: database) == 1)
        try await database.leave(1)
        #expect(try await second.sealPending() == 0)
        try await first.release()
        #expect(try await second.sealAll(of: database) == 1)
    }

    @Test(arguments: Engine.all)
    func `what another node sealed between looking and writing is sealed once`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.leave(3)
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
        try await database.leave(1)
        #expect(try await sequencer.sealAll(of: database) == 1)
        #expect(try await database.sealed().map(\.number) == [1, 2, 3, 4])
        #expect(try await Verifier(database: database, check: database).verify().isSound)
    }

    // Where nothing is sealed, nothing is told, and it would wait for ever.
    @Test(.timeLimit(.minutes(1)), arguments: Engine.all)
    func `what another node left unsealed is sealed without a further commit`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.leave(2)
        let (grown, told) = AsyncStream.makeStream(of: Set<OrganisationID>.self)
        let running = Task {
            await engine.sequencer(database, "a").run(every: .milliseconds(20)) { companies in
                told.yield(companies)
            } report: {
                Issue.record($0)
            }
        }
        // PostgreSQL holds back what others on the same server may still overtake, so the two may come in two looks.
        for await companies in grown {
            #expect(companies == [Shop.red])
            if try await database.sealed().count == 2 { break }
        }
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

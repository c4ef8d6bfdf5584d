import Primitives
import Storage
import TestDatabases
import Testing

struct JournalTests {
    struct Echo: Reaction {
        func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws {
            guard event.nature == .fact else { return }
            var draft = happening("echo")
            draft.nature = .consequence
            draft.cause = event.id
            try journal.record(draft, in: transaction)
        }
    }

    struct Refusal: Reaction, Error {
        func react(to event: Event, in transaction: any WriteTransaction, journal: Journal) throws { throw self }
    }

    @Test(arguments: Engine.all)
    func `what follows is recorded in the same transaction`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let event = try await database.write { try Journal(reactions: [Echo()]).record(happening(), in: $0) }
        let events = try await database.read {
            try EventStore($0).timeline(of: event.subject, in: Shop.red, limit: 10)
        }
        #expect(events.map(\.type) == ["echo", "guest.came"])
        #expect(events.first?.cause == event.id)
        #expect(events.last?.body == happening().body)
        #expect(events.last?.actor == .program("test"))
        #expect(events.last?.recordedAt == TestClock.tuesday)
    }

    @Test(arguments: Engine.all)
    func `what a reaction refuses did not happen`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        await #expect(throws: Refusal.self) {
            try await database.write { _ = try Journal(reactions: [Echo(), Refusal()]).record(happening(), in: $0) }
        }
        try await engine.sequencer(database).sealAll(of: database)
        #expect(try await database.sealed().isEmpty)
    }

    @Test(
        arguments: Engine.all,
        [
            "DELETE FROM event", "UPDATE event SET body = '{}'", "UPDATE event SET number = NULL, seal = NULL",
            "UPDATE event SET type = 'other'", "UPDATE event SET number = 5, seal = \([0] as [UInt8])",
        ] as [SQL])
    func `the engine itself takes no change of the journal`(engine: Engine, change: SQL) async throws {
        let database = try engine.open(TestClock())
        try await database.record(1)
        try await engine.sequencer(database).sealAll(of: database)
        await #expect(throws: StorageError.self) { try await database.write { try $0.run(change) } }
        let events = try await database.sealed()
        #expect(events.map(\.event.type) == ["guest.0"])
    }

    @Test(arguments: Engine.all)
    func `an unsealed event takes a seal and no other change`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.leave(1)
        let changes: [SQL] = [
            "DELETE FROM event", "UPDATE event SET secret = \([0] as [UInt8])", "UPDATE event SET number = number",
        ]
        for change in changes {
            await #expect(throws: StorageError.self) { try await database.write { try $0.run(change) } }
        }
        #expect(try await engine.sequencer(database).sealAll(of: database) == 1)
    }
}

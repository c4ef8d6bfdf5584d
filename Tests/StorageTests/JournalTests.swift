import Primitives
import Storage
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
        try await Sequencer(database: database, holder: "a").sealPending()
        #expect(try await database.sealed().isEmpty)
    }

    @Test(
        arguments: Engine.all,
        [
            "DELETE FROM event", "UPDATE event SET body = '{}'", "UPDATE event SET number = NULL, seal = NULL",
            "UPDATE event SET type = 'other'", "UPDATE event SET number = 5, seal = x'00'",
        ] as [String])
    func `the engine itself takes no change of the journal`(engine: Engine, change: String) async throws {
        let database = try engine.open(TestClock())
        try await database.record(1)
        try await Sequencer(database: database, holder: "a").sealPending()
        await #expect(throws: StorageError.self) { try await database.write { try $0.run("\(raw: change)") } }
        let events = try await database.sealed()
        #expect(events.map(\.event.type) == ["guest.0"])
    }

    @Test(arguments: Engine.all)
    func `an unsealed event takes a seal and no other change`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.record(1)
        for change in ["DELETE FROM event", "UPDATE event SET secret = x'00'", "UPDATE event SET number = number"] {
            await #expect(throws: StorageError.self) { try await database.write { try $0.run("\(raw: change)") } }
        }
        #expect(try await Sequencer(database: database, holder: "a").sealPending() == 1)
    }
}

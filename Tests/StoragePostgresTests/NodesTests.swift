import Dispatch
import Primitives
import Storage
import StoragePostgres
import Synchronization
import TestDatabases
import Testing

struct NodesTests {
    @Test(.timeLimit(.minutes(1)))
    func `a node hears of another's commits, and after a silence of all companies`() async throws {
        let ground = try Ground()
        let (mine, other) = (try ground.node(), try ground.node())
        let (heard, voice) = AsyncStream.makeStream(of: Set<OrganisationID>.self)
        mine.onCommit { voice.yield($0) }
        @Sendable func record(_ company: OrganisationID) async throws {
            try await other.write { transaction in
                _ = try Journal(reactions: []).record(
                    EventDraft(
                        organisation: company, type: "tally.made", subject: .init("tally", Event.ID(high: 1, low: 1)),
                        actor: .program("test")), in: transaction)
            }
        }
        try await record(OrganisationID(22))
        var words = heard.makeAsyncIterator()
        #expect(await words.next() == [OrganisationID(22)])
        Intruder(ground).endOthers()
        try await record(Ground.red)
        var told: Set<OrganisationID> = []
        while told != [Ground.red, OrganisationID(22)], let word = await words.next() { told.formUnion(word) }
        try await record(OrganisationID(33))
        while !told.contains(OrganisationID(33)), let word = await words.next() { told.formUnion(word) }
        #expect(told == [Ground.red, OrganisationID(22), OrganisationID(33)])
    }

    @Test func `nodes that start together bring the schema forward once`() async throws {
        let ground = try Ground()
        let names = try await withThrowingTaskGroup(of: [String].self, returning: [[String]].self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let node = try await withCheckedThrowingContinuation { continuation in
                        DispatchQueue.global().async { continuation.resume(with: Result { try ground.node() }) }
                    }
                    return try await node.read {
                        try $0.all("SELECT name FROM schema_migration ORDER BY name") { try $0[0] as String }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(names == Array(repeating: Ground.migrations.map(\.name), count: 6))
    }

    @Test func `nothing is numbered while something older can still commit`() async throws {
        let ground = try Ground()
        let node = try ground.node()
        @Sendable func record(in transaction: any WriteTransaction) throws {
            _ = try Journal(reactions: []).record(
                EventDraft(
                    organisation: Ground.red, type: "tally.made", subject: .init("tally", Event.ID(high: 1, low: 1)),
                    actor: .program("test")), in: transaction)
        }
        let (entered, opened) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let older = Task {
            try await node.write { transaction in
                try record(in: transaction)
                // The question sends the event before it, and the server knows the transaction.
                _ = try Tally.count(in: transaction)
                entered.signal()
                opened.wait()
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                entered.wait()
                continuation.resume()
            }
        }
        try await node.write { try record(in: $0) }
        let sequencer = Sequencer(database: node, holder: "a", horizon: PostgresDatabase.horizon)
        #expect(try await sequencer.sealPending() == 0)
        opened.signal()
        try await older.value
        #expect(try await sequencer.sealAll(of: node) == 2)
        let events = try await node.read { try JournalReader($0).events(of: Ground.red, after: 0, limit: 10) }
        #expect(events.map(\.event.id) == events.map(\.event.id).sorted())
    }
}

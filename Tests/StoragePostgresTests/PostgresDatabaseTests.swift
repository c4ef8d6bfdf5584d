import Dispatch
import Primitives
import Storage
import StoragePostgres
import TestDatabases
import Testing

struct PostgresDatabaseTests {
    private struct Own: Error {}

    @Test func `what the server remarks on migrations is not printed where the program starts`() async throws {
        let database = try Ground().node()
        let least = try await database.read(.installation) {
            try $0.first("SELECT current_setting('client_min_messages')") { try $0[0] as String }
        }
        #expect(least == "warning")
    }

    @Test func `of two acts that read what the other writes, one runs again`() async throws {
        let node = try Ground().node()
        let barrier = Barrier(2)
        let runs = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in [1, 2] {
                group.addTask {
                    try await node.write { transaction in
                        runs.add()
                        let count = try Tally.count(in: transaction)
                        barrier.pass()
                        try Tally.add(id, count, in: transaction)
                    }
                }
            }
            try await group.waitForAll()
        }
        let amounts = try await node.read {
            try $0.all("SELECT amount FROM tally ORDER BY amount") { try $0[0] as Int }
        }
        #expect(amounts == [0, 1], "as if one had come after the other")
        #expect(runs.count == 3)
        #expect(node.retries == 1)
    }

    @Test func `an act that always meets another is given up`() async throws {
        let ground = try Ground()
        let node = try ground.node(options: PostgresOptions(connections: 1, attempts: 3))
        try await node.write { try Tally.add(1, in: $0) }
        let intruder = Intruder(ground)
        let runs = Counter()
        let error = await refusal {
            try await node.write { transaction in
                runs.add()
                _ = try Tally.count(in: transaction)
                intruder.run("UPDATE tally SET amount = amount + 1")
                try transaction.run("UPDATE tally SET amount = 100")
            }
        }
        #expect(error?.isUnavailable == true, "\(String(describing: error))")
        #expect(runs.count == 3)
    }

    @Test func `an act whose connection is lost half-way is refused, and the next one gets another`() async throws {
        let ground = try Ground()
        let node = try ground.node(options: PostgresOptions(connections: 1))
        let intruder = Intruder(ground)
        let error = await refusal {
            try await node.write { transaction in
                try Tally.add(1, in: transaction)
                _ = try Tally.count(in: transaction)
                intruder.endOthers()
                try Tally.add(2, in: transaction)
                _ = try Tally.count(in: transaction)
            }
        }
        #expect(error?.isUnavailable == true, "\(String(describing: error))")
        try await node.write { try Tally.add(3, in: $0) }
        let ids = try await node.read { try $0.all("SELECT id FROM tally") { try $0[0] as Int } }
        #expect(ids == [3])
    }

    @Test func `a connection lost at the commit leaves the act uncertain`() async throws {
        let ground = try Ground()
        let node = try ground.node(options: PostgresOptions(connections: 1))
        let intruder = Intruder(ground)
        let error = await refusal {
            try await node.write { transaction in
                try Tally.add(1, in: transaction)
                _ = try Tally.count(in: transaction)
                intruder.endOthers()
            }
        }
        #expect(error == .uncertain)
    }

    @Test func `a connection that died between two acts is replaced without a word`() async throws {
        let ground = try Ground()
        let node = try ground.node(options: PostgresOptions(connections: 1))
        try await node.write { try Tally.add(1, in: $0) }
        Intruder(ground).endOthers()
        try await node.write { try Tally.add(2, in: $0) }
        Intruder(ground).endOthers()
        #expect(try await node.read { try Tally.count(in: $0) } == 2)
    }

    @Test func `an act that finds no connection in time is refused, and so is one too many`() async throws {
        // Long enough that the loop below sees the second wait on a machine with much else to do.
        let node = try Ground().node(options: PostgresOptions(connections: 1, patience: .seconds(3), queue: 1))
        let (first, opened) = await Tally.holdUp(node)
        let second = Task { await refusal { try await node.read { try Tally.count(in: $0) } } }
        while node.waitingActs == 0 { try await Task.sleep(for: .milliseconds(1)) }
        let third = await refusal { try await node.read { try Tally.count(in: $0) } }
        #expect(third == .unavailable("1 acts wait for a connection already"))
        #expect(await second.value == .unavailable("no connection came free in time: all 1 are in use"))
        opened.signal()
        try await first.value
        #expect(try await node.read { try Tally.count(in: $0) } == 1)
    }

    @Test func `a statement that takes too long is ended`() async throws {
        let node = try Ground().node(options: PostgresOptions(connections: 1, statementMilliseconds: 50))
        let error = await refusal { try await node.read { try $0.all("SELECT pg_sleep(5)::text") { _ in } } }
        #expect(error?.isUnavailable == true, "\(String(describing: error))")
        #expect(try await node.read { try Tally.count(in: $0) } == 0)
    }

    @Test func `of the writes that go together the first refusal counts, and nothing is stored`() async throws {
        let node = try Ground().node()
        let error = await refusal {
            try await node.write { transaction in
                try Tally.add(1, in: transaction)
                try transaction.run(
                    "UPDATE tally SET amount = 1 WHERE id = 2", changing: 1, orElse: .changedMeanwhile("tally"))
                try Tally.add(1, in: transaction)
            }
        }
        #expect(error == .changedMeanwhile("tally"))
        #expect(try await node.read { try Tally.count(in: $0) } == 0)
    }

    @Test func `a refusal of what was sent before comes before the act's own error`() async throws {
        let node = try Ground().node()
        let error = await refusal {
            try await node.write { transaction throws -> Void in
                try Tally.add(1, in: transaction)
                try Tally.add(1, in: transaction)
                throw Own()
            }
        }
        #expect(error == .duplicate("tally_pkey"))
    }

    @Test func `a thousand writes of one act are sent in parts`() async throws {
        let node = try Ground().node()
        try await node.write { transaction in
            for id in 0..<1000 { try Tally.add(id, id, in: transaction) }
        }
        let sum = try await node.read {
            try $0.one("SELECT sum(amount) FROM tally", orElse: "sum") { try $0[0] as Int }
        }
        #expect(sum == 499_500)
    }

    @Test(arguments: [0, 1, -1, 9999, 10_000, 100_000_000, 123_456_789_012_345, .max, -Int64.max] as [Int64])
    func `a sum of whole numbers is one`(number: Int64) async throws {
        let node = try Self.shared.get()
        let sum = try await node.read { try $0.one("SELECT \(number)::numeric", orElse: "sum") { try $0[0] as Int64 } }
        #expect(sum == number)
    }

    @Test(arguments: ["0.5", "9223372036854775808", "1e30", "'NaN'"])
    func `what is no whole number of 64 bits is not read as one`(text: String) async throws {
        let node = try Self.shared.get()
        let error = await refusal {
            try await node.read { try $0.all("SELECT \(raw: text)::numeric") { try $0[0] as Int64 } }
        }
        #expect(error == .unreadable(column: 0))
    }

    private static let shared = Result { try Ground().node() }

    @Test func `business time is the server's without another clock`() async throws {
        let ground = try Ground()
        let node = try PostgresDatabase(
            address: ground.address, migrations: Ground.migrations,
            identifiers: TestDatabases.identifiers { Ground.tuesday }, options: PostgresOptions(connections: 1))
        let (now, server) = try await node.write { transaction in
            let now = transaction.now
            let server = try transaction.one(
                "SELECT floor(extract(epoch FROM transaction_timestamp()) * 1000)::bigint", orElse: "clock"
            ) { try $0[0] as Instant }
            return (now, server)
        }
        #expect(now == server)
        try await node.write { try Installation.moveClock(ahead: 86_400_000, in: $0) }
        let (later, clock) = try await node.read { transaction in
            let clock = try transaction.one(
                "SELECT floor(extract(epoch FROM transaction_timestamp()) * 1000)::bigint", orElse: "clock"
            ) { try $0[0] as Instant }
            return (transaction.now, clock)
        }
        #expect(later == clock.adding(milliseconds: 86_400_000))
    }

    @Test func `a reference to nothing and a guard that is off are found`() async throws {
        let ground = try Ground()
        let node = try ground.node()
        #expect(try await node.faults() == [])
        let intruder = Intruder(overseeing: ground)
        intruder.run("SET session_replication_role = replica")
        intruder.run("INSERT INTO part (tally) VALUES (7)")
        intruder.run("ALTER TABLE event DISABLE TRIGGER event_keeps_rows")
        #expect(
            try await node.faults() == [
                "the guard event_keeps_rows of event is switched off", "1 rows of part refer to nothing in tally",
            ])
    }

    @Test func `closing finishes what waits and refuses what comes`() async throws {
        let ground = try Ground()
        let node = try ground.node(options: PostgresOptions(connections: 1))
        let (first, opened) = await Tally.holdUp(node)
        let second = Task { try await node.write { try Tally.add(2, in: $0) } }
        while node.waitingActs == 0 { try await Task.sleep(for: .milliseconds(1)) }
        let closing = Task { try await node.close() }
        opened.signal()
        try await first.value
        try await second.value
        try await closing.value
        #expect(
            await refusal { try await node.read { try Tally.count(in: $0) } } == .unavailable("the database is closing")
        )
        #expect(try await ground.node().read { try Tally.count(in: $0) } == 2)
    }
}

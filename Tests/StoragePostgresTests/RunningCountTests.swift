import Primitives
import Storage
import StoragePostgres
import TestDatabases
import Testing

struct RunningCountTests {
    private enum Holder {}

    private static let table = RunningCount.Table("load", key: "holder", number: "open_count")
    private static let holder = Identifier<Holder>(high: 1, low: 2)
    private static let count = RunningCount(table, of: Ground.red, holder)

    private static let migrations =
        StorageMigrations.all + [
            Migration(
                "9002-load",
                [
                    """
                    CREATE TABLE load (organisation {organisation} NOT NULL, holder {id} NOT NULL,
                        open_count {integer} NOT NULL, PRIMARY KEY (organisation, holder))
                    """,
                    """
                    CREATE TABLE load_change (organisation {organisation} NOT NULL, act {id} NOT NULL,
                        holder {id} NOT NULL, change {integer} NOT NULL, PRIMARY KEY (organisation, act, holder))
                    """,
                ])
        ]

    private static func open(_ ground: Ground) throws -> PostgresDatabase {
        try PostgresDatabase(
            address: ground.address, migrations: migrations, clock: { Ground.tuesday },
            identifiers: TestDatabases.identifiers { Ground.tuesday }, counts: [table],
            options: PostgresOptions(connections: 4))
    }

    private static func number(in transaction: any ReadTransaction) throws -> Int? {
        try transaction.first("SELECT open_count FROM load WHERE organisation = \(Ground.red) AND holder = \(holder)") {
            try $0[0]
        }
    }

    private static func waiting(_ node: PostgresDatabase) async throws -> Int {
        try await node.read(for: Ground.red) {
            try $0.one("SELECT count(*) FROM load_change", orElse: "count") { try $0[0] }
        }
    }

    @Test func `acts that add to one count at the same time all commit at once`() async throws {
        let node = try Self.open(try Ground())
        try await node.write(for: Ground.red) { try $0.add(1, to: Self.count) }
        let barrier = Barrier(4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for change in [1, 2, 4, 8] {
                group.addTask {
                    try await node.write(for: Ground.red) { transaction in
                        #expect(try Self.number(in: transaction) == 1)
                        try transaction.add(change, to: Self.count)
                        barrier.pass()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(node.retries == 0)
        #expect(try await node.read(for: Ground.red) { try Self.number(in: $0) } == 16)
        #expect(try await Self.waiting(node) == 0)
    }

    @Test func `an act knows what it added itself, and the next one reads it`() async throws {
        let node = try Self.open(try Ground())
        let known = try await node.write(for: Ground.red) { transaction in
            try transaction.add(3, to: Self.count)
            try transaction.add(-1, to: Self.count)
            return (try Self.number(in: transaction) ?? 0) + transaction.added(to: Self.count)
        }
        #expect(known == 2)
        let next = try await node.write(for: Ground.red) { transaction in
            (try Self.number(in: transaction) ?? 0) + transaction.added(to: Self.count)
        }
        #expect(next == 2)
    }

    @Test func `an act that throws adds nothing`() async throws {
        let node = try Self.open(try Ground())
        await #expect(throws: StorageError.notFound("nobody")) {
            try await node.write(for: Ground.red) { transaction in
                try transaction.add(3, to: Self.count)
                throw StorageError.notFound("nobody")
            }
        }
        #expect(try await node.read(for: Ground.red) { try Self.number(in: $0) } == nil)
        #expect(try await Self.waiting(node) == 0)
    }

    @Test func `what could not be written in beside the count does not undo the act, and the next node finds it`()
        async throws
    {
        let ground = try Ground()
        let node = try Self.open(ground)
        let intruder = Intruder(ground)
        intruder.run("ALTER TABLE load ADD CONSTRAINT small CHECK (open_count < 5)")
        try await node.write(for: Ground.red) { try $0.add(7, to: Self.count) }
        #expect(try await Self.waiting(node) == 1)
        intruder.run("ALTER TABLE load DROP CONSTRAINT small")
        let other = try Self.open(ground)
        #expect(try await other.read(for: Ground.red) { try Self.number(in: $0) } == 7)
        #expect(try await Self.waiting(other) == 0)
    }

    @Test func `an act of all companies adds to each one's`() async throws {
        let node = try Self.open(try Ground())
        let blue = OrganisationID(22)
        try await node.write(.everyCompany) { transaction in
            try transaction.add(1, to: Self.count)
            try transaction.add(2, to: RunningCount(Self.table, of: blue, Self.holder))
        }
        let numbers = try await node.read(.everyCompany) {
            try $0.all("SELECT organisation, open_count FROM load ORDER BY organisation") {
                [try $0[0] as Int, try $0[1] as Int]
            }
        }
        #expect(numbers == [[11, 1], [22, 2]])
    }
}

struct WriteApartTests {
    @Test func `the clock moves while acts that read it are under way, and neither runs again`() async throws {
        let node = try Ground().node()
        try await node.write(.installation) { try Tally.add(1, in: $0) }
        let (read, moved) = (Barrier(2), Barrier(2))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await node.write(.installation) { transaction in
                    _ = transaction.now
                    read.pass()
                    moved.pass()
                    // It changes what the move has read, as an act under load may.
                    try transaction.run("UPDATE tally SET amount = amount + 1")
                }
            }
            group.addTask {
                try await node.writeApart(.installation) { transaction in
                    _ = try Tally.count(in: transaction)
                    read.pass()
                    try Installation.advanceClock(by: 3_600_000, in: transaction)
                    _ = try Installation(transaction).clockOffset()
                }
                moved.pass()
            }
            try await group.waitForAll()
        }
        #expect(node.retries == 0)
        #expect(try await node.read(.installation) { $0.now } == Ground.tuesday.adding(hours: 1))
    }

    @Test func `two who move it one after the other both do`() async throws {
        let node = try Ground().node()
        let barrier = Barrier(2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for hours in [1, 2] as [Int64] {
                group.addTask {
                    try await node.writeApart(.installation) { transaction in
                        _ = transaction.now
                        barrier.pass()
                        try Installation.advanceClock(by: hours * 3_600_000, in: transaction)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await node.read(.installation) { $0.now } == Ground.tuesday.adding(hours: 3))
    }

    @Test func `what is written apart is all or nothing too`() async throws {
        let node = try Ground().node()
        await #expect(throws: StorageError.notFound("that")) {
            try await node.writeApart(.installation) { transaction in
                try Tally.add(1, in: transaction)
                throw StorageError.notFound("that")
            }
        }
        #expect(try await node.read(.installation) { try Tally.count(in: $0) } == 0)
    }
}

import Primitives
import Storage
import Synchronization
import TestDatabases
import Testing

/// From every engine to every engine, there and back.
struct MoverTests {
    private static let migrations = StorageMigrations.all + [Shop.migration]

    /// Two companies with guests, visits, sealed events, nulls, bytes and a clock that was moved.
    private static func furnish(_ database: any Database, of engine: Engine) async throws {
        try await database.write { transaction in
            for number in 0..<25 {
                let id = try Guest.add(
                    "客人\(number)", to: number % 3 == 0 ? Shop.blue : Shop.red, in: transaction)
                try transaction.run(
                    """
                    UPDATE guest SET photo = \([UInt8](repeating: UInt8(number), count: number)),
                        note = \(Value.json(#"{ "b":1,"a": "é" }"#)) WHERE id = \(id) AND visits = 0
                    """)
            }
            try Installation.moveClock(ahead: 3_600_000, in: transaction)
        }
        try await database.record(7)
        try await database.record(2, at: Shop.blue)
        try await engine.sequencer(database).sealAll(of: database)
    }

    @Test(arguments: Engine.all, Engine.all)
    func `everything goes over, seals and all, and back again`(from: Engine, to: Engine) async throws {
        let source = try from.open(TestClock())
        try await Self.furnish(source, of: from)
        let target = try to.open(TestClock())
        let told = Mutex<[Int]>([])
        let mover = Mover(from: source, to: target, migrations: Self.migrations, batch: 4)
        try await mover.copy { done, total in told.withLock { $0 += [done, total] } }
        #expect(try await mover.differences() == [])
        let there = try await mover.compare()
        #expect(there.first { $0.table == "guest" }?.counts == [25, 25])
        #expect(there.first { $0.table == "event" }?.counts == [9, 9])
        #expect(told.withLock { $0.suffix(2).first == $0.last }, "it ends with all of all")
        let verification = try await Verifier(database: target, check: target, tolerance: 300_000).verify()
        #expect(verification.isSound)
        #expect(verification.events == 9)
        let ahead = try await target.read { try Installation($0).clockOffset() }
        #expect(ahead == 3_600_000)
        // It is a database like any other: what comes next is numbered on.
        try await target.record(1)
        try await to.sequencer(target, "b").sealAll(of: target)
        #expect(try await target.sealed().map(\.number).last == 8)

        let home = try from.open(TestClock())
        let back = Mover(from: target, to: home, migrations: Self.migrations, batch: 1000)
        try await back.copy()
        #expect(try await back.differences() == [])
    }

    @Test(arguments: Engine.all, Engine.all)
    func `what waits for a seal goes over as it is, and is sealed there before anything new`(
        from: Engine, to: Engine
    ) async throws {
        let source = try from.open(TestClock())
        try await Self.furnish(source, of: from)
        try await source.leave(3)
        let target = try to.open(TestClock())
        let mover = Mover(from: source, to: target, migrations: Self.migrations, batch: 4)
        try await mover.copy()
        #expect(try await mover.differences() == [])
        try await target.record(1)
        try await to.sequencer(target, "b").sealAll(of: target)
        let sealed = try await target.sealed()
        #expect(sealed.map(\.number) == Array(1...11))
        #expect(sealed.prefix(7).allSatisfy { !$0.event.body.isEmpty })
        // Nodes of PostgreSQL may make identifiers below those that came from elsewhere.
        let rest = sealed.dropFirst(7).map(\.event.body.isEmpty)
        #expect(to.sealsAtOnce ? rest == [true, true, true, false] : rest.count { $0 } == 3)
        #expect(try await Verifier(database: target, check: target, tolerance: 300_000).verify().isSound)
    }

    @Test(arguments: Engine.all, Engine.all)
    func `one that was broken off goes on where it stopped`(from: Engine, to: Engine) async throws {
        let source = try from.open(TestClock())
        try await Self.furnish(source, of: from)
        let target = try to.open(TestClock())
        let writes = Mutex(0)
        let fragile = BeforeWriting(base: target) {
            try writes.withLock { writes in
                writes += 1
                if writes == 5 { throw StorageError.unavailable("gone") }
            }
        }
        await #expect(throws: StorageError.unavailable("gone")) {
            try await Mover(from: source, to: fragile, migrations: Self.migrations, batch: 4).copy()
        }
        let mover = Mover(from: source, to: target, migrations: Self.migrations, batch: 4)
        #expect(try await mover.differences() != [])
        try await mover.copy()
        #expect(try await mover.differences() == [])
    }

    @Test(arguments: Engine.all, Engine.all)
    func `more rows than one statement takes go over, none of them twice`(from: Engine, to: Engine) async throws {
        let (source, target) = (try from.open(TestClock()), try to.open(TestClock()))
        try await source.write { transaction in
            for number in 0..<250 {
                let id = try Guest.add("客人\(number)", in: transaction)
                // Null here and there, so that no two statements bind the same kinds in the same places.
                if number % 7 == 3 {
                    try transaction.run("UPDATE guest SET photo = \([UInt8(number)]) WHERE id = \(id)")
                }
            }
        }
        let mover = Mover(from: source, to: target, migrations: Self.migrations)
        try await mover.copy()
        #expect(try await mover.differences() == [])
        #expect(try await target.read { try Guest.count(in: $0) } == 250)
    }

    @Test(arguments: Engine.all)
    func `a database with as many rows of somebody else's is left alone, though they come last`(engine: Engine)
        async throws
    {
        let (source, target) = (try engine.open(TestClock()), try engine.open(TestClock()))
        try await source.write { _ = try Guest.add("我们", to: Shop.red, in: $0) }
        try await target.write { _ = try Guest.add("别人", to: Shop.blue, in: $0) }
        await #expect(throws: Mover.Refusal.occupied(table: "guest")) {
            try await Mover(from: source, to: target, migrations: Self.migrations).copy()
        }
        #expect(try await target.read { try Guest.names(in: $0) } == ["别人"])
    }

    @Test(arguments: Engine.all)
    func `a database with rows of its own is left alone`(engine: Engine) async throws {
        let (source, target) = (try engine.open(TestClock()), try engine.open(TestClock()))
        try await Self.furnish(source, of: engine)
        try await target.write { _ = try Guest.add("别人", in: $0) }
        await #expect(throws: Mover.Refusal.occupied(table: "guest")) {
            try await Mover(from: source, to: target, migrations: Self.migrations).copy()
        }
        #expect(try await target.read { try Guest.names(in: $0) } == ["别人"])
        #expect(try await target.sealed().isEmpty)
    }

    @Test(
        arguments: Engine.all,
        ["visits = visits + 1", "note = NULL", "photo = \([UInt8]())", "name = name || ' '"] as [SQL])
    func `a difference in one value shows`(engine: Engine, change: SQL) async throws {
        let (source, target) = (try engine.open(TestClock()), try engine.open(TestClock()))
        try await Self.furnish(source, of: engine)
        let mover = Mover(from: source, to: target, migrations: Self.migrations)
        try await mover.copy()
        try await target.write { try $0.run("UPDATE guest SET \(change) WHERE name = '客人7'") }
        #expect(try await mover.differences() == ["guest"])
    }

    @Test(arguments: Engine.all)
    func `every column of every table is known`(engine: Engine) async throws {
        // A statement written in a way that is not understood would leave its table behind.
        let source = try engine.open(TestClock())
        let compared = try await Mover(
            from: source, to: try engine.open(TestClock()), migrations: Self.migrations
        ).compare()
        #expect(
            Set(compared.map(\.table)) == ["installation", "request", "event", "journal_head", "guest", "visit"])
    }
}

extension Mover {
    /// The tables that do not hold the same.
    fileprivate func differences() async throws -> [String] {
        var tables: [String] = []
        for found in try await compare() where !found.isSame { tables.append(found.table) }
        return tables
    }
}

import TestDatabases
import Primitives
import Storage
import Synchronization
import Testing

struct DatabaseTests {
    struct Refused: Error {}

    @Test(arguments: Engine.all)
    func `what is written is read`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let id = try await database.write { try Guest.add("张三", in: $0) }
        let found = try await database.read { transaction in
            try transaction.one("SELECT id, name FROM guest WHERE id = \(id)", orElse: "guest") {
                (id: try $0[0] as Guest.ID, name: try $0[1] as String)
            }
        }
        #expect(found.id == id)
        #expect(found.name == "张三")
    }

    @Test(arguments: Engine.all)
    func `an act that throws leaves nothing, and its neighbours stay`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    try? await database.write { transaction in
                        try Guest.add("guest \(number)", in: transaction)
                        if number % 4 == 0 { throw Refused() }
                    }
                }
            }
        }
        let names = try await database.read { try Guest.names(in: $0) }
        #expect(Set(names) == Set((0..<40).filter { $0 % 4 != 0 }.map { "guest \($0)" }))
    }

    @Test(arguments: Engine.all)
    func `every kind of value comes back as it went`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let texts = ["", "'; DROP TABLE guest; --", "\" \\ % _ ? $1 \(0)", "龘 𠮷 👩‍👩‍👧", "line\nline"]
        let photos: [[UInt8]?] = [nil, [], [0], Array(0...255)]
        let visits: [Int64] = [0, 1, .max]
        for (index, text) in texts.enumerated() {
            let photo = photos[index % photos.count]
            let count = visits[index % visits.count]
            let id: Guest.ID = try await database.write { transaction in
                let id: Guest.ID = transaction.identifier()
                try transaction.run(
                    """
                    INSERT INTO guest (organisation, id, name, visits, note, photo)
                    VALUES (\(Shop.red), \(id), \(text), \(count), \(Value.json(#"{"b": 1, "a": 2}"#)), \(photo))
                    """)
                return id
            }
            try await database.read { transaction throws -> Void in
                try transaction.one(
                    "SELECT organisation, id, name, visits, note, photo FROM guest WHERE name = \(text)", orElse: text
                ) { (row: Row) throws -> Void in
                    #expect(try row[0] == Shop.red)
                    #expect(try row[1] == id)
                    #expect(try row[2] == text)
                    #expect(try row[3] == count)
                    #expect(try row[4] == #"{"b": 1, "a": 2}"#, "seals need the text itself")
                    #expect(try row[5] == photo)
                }
            }
        }
        let count = try await database.read { try Guest.count(in: $0) }
        #expect(count == texts.count)
    }

    @Test(arguments: Engine.all)
    func `identifiers sort as they were made`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let made = try await database.write { transaction in
            try (0..<300).map { try Guest.add("guest \($0)", in: transaction) }
        }
        let stored = try await database.read {
            try $0.all("SELECT id FROM guest ORDER BY id") { try $0[0] as Guest.ID }
        }
        #expect(stored == made)
        #expect(made == made.sorted())
    }

    @Test(arguments: Engine.all)
    func `a column that holds another type is refused`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.write { _ = try Guest.add("a", in: $0) }
        await #expect(throws: StorageError.unreadable(column: 1)) {
            try await database.read { try $0.all("SELECT id, name FROM guest") { try $0[1] as Int64 } }
        }
        await #expect(throws: StorageError.unreadable(column: 0)) {
            try await database.read { try $0.all("SELECT note FROM guest") { try $0[0] as String } }
        }
    }

    @Test(arguments: Engine.all)
    func `a second of the same key is a duplicate`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.write { _ = try Guest.add("a", in: $0) }
        await #expect {
            try await database.write { _ = try Guest.add("a", in: $0) }
        } throws: { error in
            if case .duplicate = error as? StorageError { true } else { false }
        }
        await #expect {
            try await database.write { try $0.run("INSERT INTO guest SELECT * FROM guest") }
        } throws: { error in
            if case .duplicate = error as? StorageError { true } else { false }
        }
    }

    @Test(arguments: Engine.all)
    func `the second of two writers learns that the row changed meanwhile`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let id = try await database.write { try Guest.add("a", in: $0) }
        @Sendable func visit(_ transaction: any WriteTransaction) throws {
            try transaction.run(
                "UPDATE guest SET visits = visits + 1, revision = revision + 1 WHERE id = \(id) AND revision = \(0)",
                changing: 1, orElse: .changedMeanwhile("guest"))
        }
        try await database.write { try visit($0) }
        await #expect(throws: StorageError.changedMeanwhile("guest")) { try await database.write { try visit($0) } }
        let visits: Int = try await database.read {
            try $0.one("SELECT visits FROM guest", orElse: "guest") { try $0[0] }
        }
        #expect(visits == 1)
    }

    @Test(arguments: Engine.all)
    func `a statement says how many rows it changed`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let counts = try await database.write { transaction in
            for name in ["a", "b", "c"] { try Guest.add(name, in: transaction) }
            return [
                try transaction.rowsChanged(by: "UPDATE guest SET visits = 1 WHERE name IN \(list: ["a", "c", "x"])"),
                try transaction.rowsChanged(by: "UPDATE guest SET visits = 1 WHERE name IN \(list: [String]())"),
                try transaction.rowsChanged(by: "DELETE FROM guest"),
            ]
        }
        #expect(counts == [2, 0, 3])
    }

    @Test(arguments: Engine.all)
    func `a refused statement ends the act even when it is caught`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        await #expect(throws: StorageError.self) {
            try await database.write { transaction in
                try Guest.add("a", in: transaction)
                _ = try? transaction.run("UPDATE guest SET visits = -1")
            }
        }
        let count = try await database.read { try Guest.count(in: $0) }
        #expect(count == 0)
    }

    @Test(arguments: Engine.all)
    func `a reference to nothing is refused at the end, and only its own act`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let results = await withTaskGroup(of: Bool.self, returning: [Bool].self) { group in
            for number in 0..<20 {
                group.addTask {
                    let written: Void? = try? await database.write { transaction in
                        let guest: Guest.ID = transaction.identifier()
                        try transaction.run(
                            """
                            INSERT INTO visit (organisation, guest, day)
                            VALUES (\(Shop.red), \(guest), \(CalendarDay(number: 20_000)))
                            """)
                        if number == 7 { return }
                        try transaction.run(
                            """
                            INSERT INTO guest (organisation, id, name)
                            VALUES (\(Shop.red), \(guest), \("guest \(number)"))
                            """)
                    }
                    return written != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 } == 19)
        let count = try await database.read { try Guest.count(in: $0) }
        #expect(count == 19)
    }

    @Test(arguments: Engine.all)
    func `a query can be asked again between its own rows`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.write { for name in ["a", "b", "c"] { try Guest.add(name, in: $0) } }
        let found = try await database.read { transaction in
            try transaction.all("SELECT name FROM guest WHERE visits = \(0) ORDER BY name") { row in
                let inner = try transaction.all("SELECT name FROM guest WHERE visits = \(0) ORDER BY name") {
                    try $0[0] as String
                }
                return try row[0] + inner.joined()
            }
        }
        #expect(found == ["aabc", "babc", "cabc"])
    }

    @Test(arguments: Engine.all)
    func `letters of another case are another text`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.write { for name in ["Abc", "abd", "b"] { try Guest.add(name, in: $0) } }
        let found = try await database.read {
            try $0.all("SELECT name FROM guest WHERE name LIKE 'a%'") { try $0[0] as String }
        }
        #expect(found == ["abd"])
    }

    @Test(arguments: Engine.all)
    func `sixty-four writers at once get identifiers that are unique and rise`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let made = try await withThrowingTaskGroup(of: [Guest.ID].self, returning: [[Guest.ID]].self) { group in
            for writer in 0..<64 {
                group.addTask {
                    var mine: [Guest.ID] = []
                    for number in 0..<5 {
                        mine.append(try await database.write { try Guest.add("\(writer).\(number)", in: $0) })
                    }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(made.joined()).count == 320)
        for mine in made { #expect(mine == mine.sorted()) }
        let stored = try await database.read { try Guest.count(in: $0) }
        #expect(stored == 320)
    }

    @Test(arguments: Engine.all)
    func `a transaction has one instant, and business time runs ahead by the offset`(engine: Engine) async throws {
        let clock = TestClock()
        let database = try engine.open(clock)
        let (first, second) = try await database.write { transaction in
            let first = transaction.now
            clock.advance(milliseconds: 5)
            return (first, transaction.now)
        }
        #expect(first == second)
        try await database.write { try Installation.moveClock(ahead: 86_400_000, in: $0) }
        let later = try await database.read { $0.now }
        #expect(later == TestClock.tuesday.adding(milliseconds: 86_400_005))
        let written = try await database.write { $0.now }
        #expect(written == later)
    }

    @Test(arguments: Engine.all)
    func `business time never goes back`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        try await database.write { try Installation.moveClock(ahead: 1000, in: $0) }
        await #expect(throws: ClockRefusal.self) {
            try await database.write { try Installation.moveClock(ahead: 999, in: $0) }
        }
        try await database.write { try Installation.moveClock(ahead: 1000, in: $0) }
        let offset = try await database.read { try Installation($0).clockOffset() }
        #expect(offset == 1000)
    }

    @Test(arguments: Engine.all)
    func `listeners hear of committed events and of nothing else`(engine: Engine) async throws {
        let database = try engine.open(TestClock())
        let (heard, voice) = AsyncStream.makeStream(of: Set<OrganisationID>.self)
        database.onCommit { voice.yield($0) }
        try? await database.write { transaction in
            transaction.touched(OrganisationID(99))
            throw Refused()
        }
        try await database.write { _ in }
        try await database.write { transaction in
            transaction.touched(Shop.red)
            transaction.touched(Shop.blue)
        }
        var iterator = heard.makeAsyncIterator()
        let first = await iterator.next()
        #expect(first == [Shop.red, Shop.blue])
    }

    @Test(arguments: Engine.all)
    func `a transaction is of no use after its end`(engine: Engine) async throws {
        final class Box: @unchecked Sendable { var kept: (any WriteTransaction)? }
        let database = try engine.open(TestClock())
        let box = Box()
        try await database.write { box.kept = $0 }
        #expect(throws: StorageError.self) { try box.kept?.run("DELETE FROM guest") }
    }
}

import TestDatabases
import Foundation
import GRDB
import Primitives
import Storage
import StorageSQLite
import Synchronization
import Testing

struct SQLiteDatabaseTests {
    @Test func `the settings that durability and references rest on are in force`() async throws {
        let database = try Scratch.database()
        let settings = try await database.write { transaction in
            try ["synchronous", "foreign_keys", "recursive_triggers"].map { name in
                try transaction.one("PRAGMA \(raw: name)", orElse: name) { try $0[0] as Int }
            }
        }
        #expect(settings == [2, 1, 1])
        let mode: String = try await database.read { try $0.one("PRAGMA journal_mode", orElse: "mode") { try $0[0] } }
        #expect(mode == "wal")
    }

    @Test func `what is acknowledged is seen by another connection at once`() async throws {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        for number in 1...20 {
            try await database.write { try Notes.add("note \(number)", in: $0) }
            let other = try DatabaseQueue(path: path)
            let count = try await other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM note") }
            #expect(count == number)
        }
    }

    @Test func `writes that wait share one commit`() async throws {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        let other = try DatabaseQueue(path: path)
        let seen = Mutex<[Int]>([])
        let outside = Mutex<[Int]>([])
        let results = try await together(
            on: database,
            (1...20).map { number in
                { transaction in
                    try Notes.add("note \(number)", in: transaction)
                    let count = try Notes.count(in: transaction)
                    seen.withLock { $0.append(count) }
                    let committed = try other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM note") ?? -1 }
                    outside.withLock { $0.append(committed) }
                }
            })
        #expect(results.count { (try? $0.get()) != nil } == 20)
        #expect(seen.withLock { $0 } == Array(1...20))
        #expect(outside.withLock { $0 } == Array(repeating: 0, count: 20))
    }

    @Test func `one refused act of a group does not sink its neighbours`() async throws {
        let database = try Scratch.database()
        let (results, runs) = try await tenTogether(on: database) { number, transaction in
            try Notes.add(number == 4 ? "note 3" : "note \(number)", in: transaction)
        }
        #expect(results.indices.filter { (try? results[$0].get()) == nil } == [4])
        #expect(throws: StorageError.duplicate("note.words")) { try results[4].get() }
        #expect(runs == Array(0..<10), "none ran twice")
        let count = try await database.read { try Notes.count(in: $0) }
        #expect(count == 9)
    }

    @Test func `an act that changed something and then fails is taken back, and its group runs once more`()
        async throws
    {
        struct Regret: Error {}
        let database = try Scratch.database()
        let (results, runs) = try await tenTogether(on: database) { number, transaction in
            try Notes.add("note \(number)", in: transaction)
            if number == 4 || number == 7 { throw Regret() }
        }
        #expect(results.indices.filter { (try? results[$0].get()) == nil } == [4, 7])
        #expect(runs == Array(0...4) + Array(0..<10), "the second time with savepoints")
        let words = try await database.read {
            try $0.all("SELECT words FROM note ORDER BY words") { try $0[0] as String }
        }
        #expect(words == [0, 1, 2, 3, 5, 6, 8, 9].map { "note \($0)" })
    }

    @Test func `what is committed comes to the file beside the writer`() async throws {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        func size() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        }
        let before = try size()
        for number in 0..<50 {
            try await database.write { transaction in
                for line in 0..<20 {
                    try Notes.add("\(number) \(line) " + String(repeating: "字", count: 300), in: transaction)
                }
            }
        }
        // It works on a thread of its own after a pause, and the file is all that can be asked; ten seconds bound it.
        for _ in 0..<500 where try size() == before { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try size() > before)
        try await database.close()
    }

    @Test func `a full disk fails the act that does not fit, and the others run again`() async throws {
        let database = try Scratch.database()
        let pages: Int = try await database.read { try $0.one("PRAGMA page_count", orElse: "pages") { try $0[0] } }
        try await database.write { try $0.run("PRAGMA max_page_count = \(raw: "\(pages + 4)")") }
        let runs = Mutex<[Int]>([])
        let results = try await together(
            on: database,
            (0..<4).map { number in
                { transaction in
                    runs.withLock { $0.append(number) }
                    let words = number == 2 ? String(repeating: "long", count: 20_000) : "note \(number)"
                    try Notes.add(words, in: transaction)
                }
            })
        #expect(results.indices.filter { (try? results[$0].get()) == nil } == [2])
        #expect(throws: StorageError.diskFull) { try results[2].get() }
        #expect(runs.withLock { $0.filter { $0 == 0 }.count } == 2)
        #expect(runs.withLock { $0.filter { $0 == 2 }.count } == 2)
        let count = try await database.read { try Notes.count(in: $0) }
        #expect(count == 3)
        try await database.write { try $0.run("PRAGMA max_page_count = 1000000") }
        try await database.write { try Notes.add(String(repeating: "long", count: 20_000), in: $0) }
    }

    @Test func `an act that goes on after its transaction died writes nothing more`() async throws {
        let database = try Scratch.database()
        let pages: Int = try await database.read { try $0.one("PRAGMA page_count", orElse: "pages") { try $0[0] } }
        try await database.write { try $0.run("PRAGMA max_page_count = \(raw: "\(pages + 4)")") }
        await #expect(throws: StorageError.diskFull) {
            try await database.write { transaction in
                try? Notes.add(String(repeating: "long", count: 20_000), in: transaction)
                try? Notes.add("after", in: transaction)
            }
        }
        let count = try await database.read { try Notes.count(in: $0) }
        #expect(count == 0)
    }

    @Test func `readers do not wait for a long write, and see what was there before it`() async throws {
        let database = try Scratch.database()
        try await database.write { try Notes.add("before", in: $0) }
        _ = try await together(on: database, [{ try Notes.add("after", in: $0) }]) {
            for _ in 0..<50 {
                let count = try await database.read { try Notes.count(in: $0) }
                #expect(count == 1)
            }
        }
        let count = try await database.read { try Notes.count(in: $0) }
        #expect(count == 2)
    }

    @Test func `a read sees one state though others write meanwhile`() async throws {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        let other = try DatabaseQueue(path: path)
        let (first, second) = try await database.read { transaction in
            let first = try Notes.count(in: transaction)
            try other.write { try $0.execute(sql: "INSERT INTO note (words) VALUES ('meanwhile')") }
            return (first, try Notes.count(in: transaction))
        }
        #expect(first == 0 && second == 0)
        let after = try await database.read { try Notes.count(in: $0) }
        #expect(after == 1)
    }

    @Test func `a reader cannot write`() async throws {
        let database = try Scratch.database()
        await #expect(throws: StorageError.self) {
            try await database.read { try $0.all("INSERT INTO note (words) VALUES ('x') RETURNING id") { _ in } }
        }
    }

    @Test func `another process that writes is waited for, and in the end is an error that may be repeated`()
        async throws
    {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        try await database.write { try $0.run("PRAGMA busy_timeout = 20") }
        let other = try DatabaseQueue(path: path)
        try await other.writeWithoutTransaction { connection in
            try connection.execute(sql: "BEGIN IMMEDIATE")
            defer { try? connection.execute(sql: "ROLLBACK") }
            let written = DispatchSemaphore(value: 0)
            let result = Mutex<(any Error)?>(nil)
            Task {
                do {
                    try await database.write { try Notes.add("a", in: $0) }
                } catch {
                    result.withLock { $0 = error }
                }
                written.signal()
            }
            written.wait()
            let error = result.withLock { $0 as? StorageError }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        try await database.write { try Notes.add("a", in: $0) }
    }

    @Test func `a statement that SQLite cannot read is told with its text, without its values`() async throws {
        let database = try Scratch.database()
        let error = await #expect(throws: StorageError.self) {
            try await database.read { try $0.all("SELECT nothing FROM note WHERE words = \("secret")") { _ in } }
        }
        guard case .engine(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("SELECT nothing FROM note WHERE words = ?"))
        #expect(!text.contains("secret"))
    }

    @Test func `a placeholder in the text is refused`() async throws {
        let database = try Scratch.database()
        await #expect(throws: StorageError.self) {
            try await database.read { try $0.all("SELECT * FROM note WHERE words = ?") { _ in } }
        }
    }

    @Test func `closing finishes what waits and refuses what comes`() async throws {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        let closing = Mutex<Task<Void, any Error>?>(nil)
        let results = try await together(
            on: database, (0..<10).map { number in { try Notes.add("note \(number)", in: $0) } }
        ) {
            closing.withLock { $0 = Task { try await database.close() } }
            try await Task.sleep(for: .milliseconds(50))
            await #expect(throws: StorageError.unavailable("the database is closing")) {
                try await database.write { try Notes.add("late", in: $0) }
            }
        }
        try await closing.withLock { $0 }?.value
        #expect(results.count { (try? $0.get()) != nil } == 10)
        await #expect(throws: StorageError.unavailable("the database is closed")) {
            try await database.read { try Notes.count(in: $0) }
        }
        let count = try await Scratch.database(path).read { try Notes.count(in: $0) }
        #expect(count == 10)
    }

    @Test func `what a statement binds stays as it is while others run within it, whatever their length`() async throws
    {
        let database = try Scratch.database()
        let long = String(repeating: "长", count: 50_000)
        try await database.write { transaction in
            for words in ["a", "b", "c"] { try Notes.add(words, in: transaction) }
        }
        let seen = try await database.write { transaction in
            var seen: [String] = []
            let (first, last) = (String(repeating: "A", count: 40), String(repeating: "c", count: 40))
            try transaction.each(
                "SELECT words || \(first) FROM note WHERE +words BETWEEN \(first) AND \(last) ORDER BY id"
            ) { row in
                seen.append(try row.text(0))
                try Notes.add(String(repeating: "z", count: 40) + "\(seen.count)", in: transaction)
                try Notes.add(long + "\(seen.count)", in: transaction)
            }
            return seen
        }
        #expect(seen == ["a", "b", "c"].map { $0 + String(repeating: "A", count: 40) })
        let stored = try await database.read { transaction in
            try transaction.all("SELECT words FROM note ORDER BY id") { try $0[0] as String }
        }
        let z = String(repeating: "z", count: 40)
        #expect(stored == ["a", "b", "c", z + "1", long + "1", z + "2", long + "2", z + "3", long + "3"])
    }

    @Test func `REPLACE cannot take a row out of the journal`() async throws {
        let database = try Scratch.database()
        try await database.write { try Notes.record(1, in: $0) }
        await #expect(throws: StorageError.self) {
            try await database.write { try $0.run("INSERT OR REPLACE INTO event SELECT * FROM event") }
        }
    }

    @Test func `identifiers rise over a restart and over two processes, though their clocks differ`() async throws {
        let path = Scratch.path()
        let ahead = try Scratch.database(path, at: Scratch.tuesday.adding(hours: 1))
        try await ahead.write { try Notes.record(1, in: $0) }
        let behind = try Scratch.database(path)
        try await behind.write { try Notes.record(1, in: $0) }
        try await ahead.write { try Notes.record(5000, in: $0) }
        try await behind.write { try Notes.record(1, in: $0) }
        let types = try await behind.read { transaction in
            try JournalReader(transaction).events(of: OrganisationID(11), after: 0, limit: 6000).map(\.event.type)
        }
        #expect(types.count == 5003)
        #expect(types.first == "note.0" && types[1] == "note.0" && types[2] == "note.0")
        #expect(types[5001] == "note.4999" && types[5002] == "note.0")
        let found = try await Verifier(database: behind, check: behind).verify()
        #expect(found.isSound)
    }

    @Test(arguments: [false, true])
    func `an act of a group that fails takes no number, and its neighbours' seals follow each other`(
        isAllRunAgain: Bool
    ) async throws {
        let database = try Scratch.database()
        for round in 0..<3 {
            let outcome = try await tenTogether(on: database) { number, transaction in
                if number == 5, !isAllRunAgain { throw StorageError.notFound("before the first change") }
                try Notes.record(2, in: transaction)
                if number == 5 { throw StorageError.notFound("after it") }
            }
            #expect(outcome.results.count { (try? $0.get()) != nil } == 9)
            let head = try await database.read { try JournalReader($0).head(of: OrganisationID(11)) }
            #expect(head?.number == Int64(18 * (round + 1)))
        }
        let found = try await Verifier(database: database, check: database).verify()
        #expect(found.isSound, "\(found.faults)")
        #expect(found.events == 54)
    }

    // Where nothing is told, it would wait for ever.
    @Test(.timeLimit(.minutes(1)))
    func `what another process wrote is told, though it has its seals`() async throws {
        let path = Scratch.path()
        let (mine, theirs) = (try Scratch.database(path), try Scratch.database(path))
        let (grown, told) = AsyncStream.makeStream(of: Set<OrganisationID>.self)
        let running = Task {
            await Sequencer(database: mine, holder: "mine").run(every: .milliseconds(20)) {
                told.yield($0)
            } report: {
                Issue.record($0)
            }
        }
        try await theirs.write { try Notes.record(3, in: $0) }
        for await companies in grown {
            #expect(companies == [OrganisationID(11)])
            break
        }
        running.cancel()
        await running.value
    }
}

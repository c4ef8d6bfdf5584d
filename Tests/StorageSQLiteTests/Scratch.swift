import TestDatabases
import Dispatch
import Foundation
import Primitives
import Storage
import StorageSQLite
import Synchronization

/// A directory for this run, removed at its end.
enum Scratch {
    private static let directory: URL = {
        let directory = FileManager.default.temporaryDirectory.appending(path: "charter-tests-\(UUID())")
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: Scratch.directory) }
        return directory
    }()

    static func path() -> String { directory.appending(path: "\(UUID()).sqlite").path }

    static func database(
        _ path: String = path(), migrations: [Migration] = [Notes.migration], at instant: Instant = tuesday
    ) throws -> SQLiteDatabase {
        try SQLiteDatabase(
            path: path, migrations: StorageMigrations.all + migrations, clock: { instant },
            identifiers: identifiers(at: instant), groupSpan: .seconds(600))
    }

    static func identifiers(at instant: Instant = tuesday) -> IdentifierSource {
        IdentifierSource(clock: { instant }, random: { .random(in: 0...UInt64.max) })
    }

    /// Tuesday 3 March 2026, 10:00 in Shanghai.
    static let tuesday = Instant(milliseconds: 1_772_503_200_000)
}

enum Notes {
    static let migration = Migration(
        "9001-note", ["CREATE TABLE note (id {integer} NOT NULL PRIMARY KEY, words {text} NOT NULL UNIQUE) {strict}"])

    static func add(_ words: String, in transaction: any WriteTransaction) throws {
        try transaction.run("INSERT INTO note (words) VALUES (\(words))")
    }

    static func count(in transaction: any ReadTransaction) throws -> Int {
        try transaction.one("SELECT count(*) FROM note", orElse: "count") { try $0[0] }
    }

    static func record(_ count: Int, in transaction: any WriteTransaction) throws {
        for number in 0..<count {
            _ = try Journal(reactions: []).record(
                EventDraft(
                    organisation: OrganisationID(11), type: "note.\(number)",
                    subject: .init("note", Event.ID(high: 1, low: 1)), actor: .program("test")),
                in: transaction)
        }
    }
}

/// Holds the writer's thread until it is opened, so that what comes meanwhile waits and makes one group.
final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// Returns once the writer stands at the gate.
    func close(_ database: SQLiteDatabase) async -> Task<Void, any Error> {
        let task = Task { try await database.write { [self] _ in pass() } }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                entered.wait()
                continuation.resume()
            }
        }
        return task
    }

    func open() { opened.signal() }

    private func pass() {
        entered.signal()
        opened.wait()
        // The act may run again, and an open gate stays open.
        opened.signal()
    }
}

/// Ten writes that share a group, each with its number.
/// - Returns: their results, and the numbers in the order in which they ran.
func tenTogether(
    on database: SQLiteDatabase, _ write: @escaping @Sendable (Int, any WriteTransaction) throws -> Void
) async throws -> (results: [Result<Void, any Error>], runs: [Int]) {
    let runs = Mutex<[Int]>([])
    let results = try await together(
        on: database,
        (0..<10).map { number in
            { transaction in
                runs.withLock { $0.append(number) }
                try write(number, transaction)
            }
        })
    return (results, runs.withLock { $0 })
}

/// Lets so many writes pile up behind a closed gate, then opens it.
func together(
    on database: SQLiteDatabase, _ writes: [@Sendable (any WriteTransaction) throws -> Void],
    meanwhile: () async throws -> Void = {}
) async throws -> [Result<Void, any Error>] {
    let gate = Gate()
    let first = await gate.close(database)
    var tasks: [Task<Result<Void, any Error>, Never>] = []
    for write in writes {
        tasks.append(
            Task {
                do {
                    try await database.write(write)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            })
        // In the order of the list, and all of them before the gate opens: it waits for a state, not for a time.
        while database.waitingWrites < tasks.count { try await Task.sleep(for: .milliseconds(1)) }
    }
    try await meanwhile()
    gate.open()
    try await first.value
    var results: [Result<Void, any Error>] = []
    for task in tasks { results.append(await task.value) }
    return results
}

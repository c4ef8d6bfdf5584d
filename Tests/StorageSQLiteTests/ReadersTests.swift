import Dispatch
import Foundation
import GRDB
@testable import StorageSQLite
import Storage
import Synchronization
import TestDatabases
import Testing

/// The connections that are lent for reading.
struct ReadersTests {
    @Test func `no more than so many read at once, and whoever waits reads next`() async throws {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        let readers = Readers(path: path, configuration: Configuration(), count: 2)
        let atOnce = Atomic(0)
        let most = Mutex(0)
        let done = Atomic(0)
        let ended = DispatchSemaphore(value: 0)
        for _ in 0..<8 {
            // Threads of their own: a pool would run no more at once than there are processors.
            Thread.detachNewThread {
                for _ in 0..<5 {
                    let isRead = try? readers.read { connection in
                        let now = atOnce.add(1, ordering: .relaxed).newValue
                        most.withLock { $0 = max($0, now) }
                        try SQLiteStatement("SELECT count(*) FROM note", on: connection).run { _ in }
                        // The others get their chance to come in as well.
                        for _ in 0..<200 { sched_yield() }
                        atOnce.subtract(1, ordering: .relaxed)
                        return true
                    }
                    if isRead == true { done.add(1, ordering: .relaxed) }
                }
                ended.signal()
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                for _ in 0..<8 { ended.wait() }
                continuation.resume()
            }
        }
        #expect(done.load(ordering: .relaxed) == 40)
        #expect(most.withLock { $0 } <= 2)
        try await database.close()
    }

    @Test func `who reads at the end may finish, and nobody after`() async throws {
        let path = Scratch.path()
        let database = try Scratch.database(path)
        try await database.write { try Notes.add("a", in: $0) }
        let readers = Readers(path: path, configuration: Configuration(), count: 2)
        let count = try readers.read { connection in
            readers.close()
            var count: Int64?
            try SQLiteStatement("SELECT count(*) FROM note", on: connection).run { count = $0.integer(0) }
            return count
        }
        #expect(count == 1)
        #expect(throws: StorageError.unavailable("the database is closed")) { try readers.read { _ in } }
        try await database.close()
    }
}

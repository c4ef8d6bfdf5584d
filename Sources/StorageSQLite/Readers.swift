import Dispatch
import GRDB
import Storage
import Synchronization

/// The connections that read, each lent to one thread at a time.
///
/// GRDB opens and settles them. Its own pool lends by way of two queues and asks for the schema's version first, which
/// takes as long as a short read.
final class Readers: Sendable {
    private struct Reader {
        let queue: DatabaseQueue
        let connection: Connection
    }

    private struct State {
        var idle: [Reader] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let free: DispatchSemaphore
    private let path: String
    private let configuration: Configuration

    /// - Parameter count: connections at most, opened when needed.
    init(path: String, configuration: Configuration, count: Int) {
        self.path = path
        var configuration = configuration
        configuration.readonly = true
        self.configuration = configuration
        free = DispatchSemaphore(value: count)
    }

    deinit { close() }

    /// Whoever finds none free holds its thread until one is.
    func read<T>(_ body: (Connection) throws -> T) throws -> T {
        free.wait()
        defer { free.signal() }
        let reader = try take()
        defer { giveBack(reader) }
        return try body(reader.connection)
    }

    /// Closes those that nobody has; the others once they come back.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for reader in idle { close(reader) }
    }

    private func take() throws -> Reader {
        let idle = try state.withLock { state in
            if state.isClosed { throw StorageError.unavailable("the database is closed") }
            // The last used one, whose cache is warm.
            return state.idle.popLast()
        }
        return try idle ?? open()
    }

    private func giveBack(_ reader: Reader) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.idle.append(reader) }
            return state.isClosed
        }
        if isClosed { close(reader) }
    }

    private func open() throws -> Reader {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        guard let handle = queue.unsafeRead({ $0.sqliteConnection }) else {
            throw StorageError.unavailable("the database cannot be opened for reading")
        }
        return Reader(queue: queue, connection: Connection(handle))
    }

    /// A connection with statements does not close.
    private func close(_ reader: Reader) {
        reader.connection.finalize()
        try? reader.queue.close()
    }
}

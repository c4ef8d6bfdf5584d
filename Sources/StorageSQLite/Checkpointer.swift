import Dispatch
import GRDB
import Synchronization

/// Brings committed pages from the log to the file beside the writer, so that no act waits for it.
///
/// Under lasting load the writer fills the log while it is emptied; the writer then finishes the rest itself once the
/// log has 16,000 pages (`wal_autocheckpoint`).
final class Checkpointer: Sendable {
    private struct State {
        var isDue = false
        var isClosed = false
    }

    /// So often at most.
    private static let pause = DispatchTimeInterval.milliseconds(500)

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "charter.checkpoints", qos: .utility)
    private let path: String

    init(path: String) {
        self.path = path
    }

    /// Something was committed.
    func note() {
        let isFirst = state.withLock { state in
            defer { state.isDue = true }
            return !state.isDue && !state.isClosed
        }
        if isFirst { queue.asyncAfter(deadline: .now() + Self.pause) { self.work() } }
    }

    private func work() {
        let isClosed = state.withLock { state in
            state.isDue = false
            return state.isClosed
        }
        if isClosed { return }
        // What fails here (a full disk, another's lock) is done after the next commit. A connection that stayed would
        // hold three files for a moment's work twice a second.
        guard let database = try? DatabaseQueue(path: path) else { return }
        _ = try? database.writeWithoutTransaction { try $0.checkpoint(.passive) }
        try? database.close()
    }

    /// Returns once none is under way.
    func close() {
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }
}

import Dispatch
import Primitives
import Synchronization

/// Tells listeners which companies were written to, off the writer's thread; what piles up is told once.
final class CommitAnnouncer: Sendable {
    private struct State {
        var listeners: [@Sendable (Set<OrganisationID>) -> Void] = []
        var pending: Set<OrganisationID> = []
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "charter.commits")

    func add(_ listener: @escaping @Sendable (Set<OrganisationID>) -> Void) {
        state.withLock { $0.listeners.append(listener) }
    }

    func announce(_ organisations: Set<OrganisationID>) {
        if organisations.isEmpty { return }
        let isFirst = state.withLock { state in
            defer { state.pending.formUnion(organisations) }
            return state.pending.isEmpty
        }
        if isFirst { queue.async { self.tell() } }
    }

    private func tell() {
        let (listeners, organisations) = state.withLock { state in
            defer { state.pending = [] }
            return (state.listeners, state.pending)
        }
        for listener in listeners { listener(organisations) }
    }
}

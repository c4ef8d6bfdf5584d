import Dispatch
package import Primitives
import Synchronization

/// Tells listeners which companies were written to, off the thread that wrote; what piles up is told once.
package final class CommitAnnouncer: Sendable {
    private struct State {
        var listeners: [@Sendable (Set<OrganisationID>) -> Void] = []
        var pending: Set<OrganisationID> = []
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "charter.commits")

    package init() {}

    package func add(_ listener: @escaping @Sendable (Set<OrganisationID>) -> Void) {
        state.withLock { $0.listeners.append(listener) }
    }

    package func announce(_ organisations: Set<OrganisationID>) {
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

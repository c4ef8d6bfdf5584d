import Dispatch
import Foundation
import Storage
import Synchronization

/// A thread for each connection, since the library blocks, and the acts that wait for one.
final class Pool: Sendable {
    /// An act; one of the two is called, once.
    struct Job: Sendable {
        let run: @Sendable (Worker) -> Void
        let refuse: @Sendable (StorageError) -> Void
        /// The program's own do not wait in vain.
        var isOwn = false
    }

    private struct State {
        var waiting: [(job: Job, until: ContinuousClock.Instant)] = []
        var idle = 0
        var threads = 0
        var isClosing = false
        var isSweeping = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    private let shop: Workshop
    private let options: PostgresOptions

    init(_ shop: Workshop) {
        self.shop = shop
        options = shop.address.options
    }

    /// Acts that wait for a connection.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func submit(_ job: Job) {
        let now = ContinuousClock.now
        var refusal: StorageError?
        let (mustStart, mustSweep) = state.withLock { state -> (Bool, Bool) in
            if state.isClosing, !job.isOwn || state.threads == 0 {
                refusal = .unavailable("the database is closing")
                return (false, false)
            }
            if !job.isOwn, state.waiting.count >= options.queue {
                refusal = .unavailable("\(options.queue) acts wait for a connection already")
                return (false, false)
            }
            state.waiting.append((job, now + options.patience))
            let mustStart =
                !state.isClosing && state.waiting.count > state.idle && state.threads < options.connections
            if mustStart { state.threads += 1 }
            let mustSweep = !state.isSweeping && state.waiting.count > state.idle
            if mustSweep { state.isSweeping = true }
            return (mustStart, mustSweep)
        }
        if let refusal { return job.refuse(refusal) }
        if mustStart { start() }
        if mustSweep { sweep(after: options.patience) }
        bell.signal()
    }

    /// Lets the threads end once nothing waits.
    func stop() {
        let threads = state.withLock { state in
            state.isClosing = true
            return state.threads
        }
        for _ in 0..<threads { bell.signal() }
    }

    /// Stops, and returns when all that waited is done.
    func finish() async {
        stop()
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if state.threads > 0 { state.closers.append(continuation) }
                return state.threads == 0
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func start() {
        let thread = Thread { self.work() }
        thread.name = "charter.postgres"
        thread.start()
    }

    private func work() {
        let worker = Worker(shop)
        while true {
            state.withLock { $0.idle += 1 }
            let isUnused = bell.wait(timeout: .now() + options.unusedSeconds) == .timedOut
            let (job, closers) = state.withLock { state -> (Job?, [CheckedContinuation<Void, Never>]?) in
                state.idle -= 1
                if !state.waiting.isEmpty { return (state.waiting.removeFirst().job, nil) }
                guard state.isClosing || isUnused else { return (nil, nil) }
                // In one step with the look at what waits, so that nothing is left to a thread that ends.
                state.threads -= 1
                guard state.threads == 0 else { return (nil, []) }
                defer { state.closers = [] }
                return (nil, state.closers)
            }
            job?.run(worker)
            if let closers {
                for closer in closers { closer.resume() }
                return
            }
        }
    }

    /// Refuses those that have waited too long, and looks again when the next will have.
    private func sweep(after span: Duration) {
        let seconds = Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18
        DispatchQueue.global().asyncAfter(deadline: .now() + max(0.001, seconds)) { [weak self] in
            guard let self else { return }
            let now = ContinuousClock.now
            let (late, next) = state.withLock { state -> ([Job], ContinuousClock.Instant?) in
                let late = state.waiting.filter { $0.until <= now && !$0.job.isOwn }
                state.waiting.removeAll { $0.until <= now && !$0.job.isOwn }
                let next = state.waiting.first { !$0.job.isOwn }?.until
                state.isSweeping = next != nil
                return (late.map(\.job), next)
            }
            for job in late {
                job.refuse(
                    .unavailable("no connection came free in time: all \(options.connections) are in use"))
            }
            if let next { sweep(after: next - now) }
        }
    }
}

import Foundation
import Organisations
import Synchronization
import Testing

struct PasswordHasherTests {
    /// How many work at once, and on which threads; each beginning waits at a gate.
    private final class Watch: Sendable {
        struct State {
            var working = 0
            var most = 0
            var begun = 0
            var isOpen = false
        }
        let state = Mutex(State())
        let gate = DispatchSemaphore(value: 0)
        static let patience = 30.0
        let end = Date().addingTimeInterval(patience)

        func step(_ begins: Bool) {
            state.withLock { state in
                state.working += begins ? 1 : -1
                state.begun += begins ? 1 : 0
                state.most = max(state.most, state.working)
            }
            // A gate that never opens would keep the test from ending.
            if begins, gate.wait(wallTimeout: .now() + Self.patience) == .success { gate.signal() }
        }

        /// Each that passes lets the next one through.
        func open() {
            state.withLock { $0.isOpen = true }
            gate.signal()
        }
    }

    @Test func `two hashes are made at once, never three, and not on the threads of whoever asks`() async throws {
        let watch = Watch()
        let hasher = PasswordHasher(rounds: 2) { watch.step($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            // More than the pool of Swift's tasks has threads: were they taken by the work, nothing below would run.
            for number in 0..<(ProcessInfo.processInfo.activeProcessorCount * 4 + 4) {
                group.addTask { _ = try await hasher.hash("password \(number)") }
            }
            while watch.state.withLock({ $0.begun }) < 2, Date() < watch.end { await Task.yield() }
            // All tasks of the pool have had their turn by then, with two hashes at the gate.
            await withTaskGroup(of: Void.self) { others in
                for _ in 0..<200 { others.addTask { await Task.yield() } }
            }
            #expect(watch.state.withLock { ($0.begun, $0.working, $0.isOpen) } == (2, 2, false))
            watch.open()
            try await group.waitForAll()
        }
        #expect(watch.state.withLock { $0.most } == 2)
        #expect(watch.state.withLock { $0.working } == 0)
        #expect(Date() < watch.end, "the gate had to open by itself")
    }
}

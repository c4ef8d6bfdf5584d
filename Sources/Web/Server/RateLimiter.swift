import Primitives
import Synchronization

/// So many tries in a window, for each address; kept in memory and bounded.
final class RateLimiter: CallerLimit {
    let limit: Int
    private let seconds: Int64
    private let clock: @Sendable () -> Instant
    private let windows = Mutex<[String: (start: Instant, count: Int)]>([:])

    let untold: Untold

    /// - Parameter isShared: whether other nodes are told of each try.
    init(limit: Int, seconds: Int64, isShared: Bool = false, clock: @escaping @Sendable () -> Instant) {
        self.limit = limit
        self.seconds = seconds
        self.clock = clock
        untold = Untold(isWanted: isShared)
    }

    /// Counts a try.
    /// - Returns: seconds to wait when there were too many, else `nil`.
    func take(_ key: String) -> Int? {
        let now = clock()
        untold.add(key)
        return windows.withLock { windows in
            if windows.count > 10_000 { windows = windows.filter { now.since($0.value.start) < seconds * 1000 } }
            let window = add(1, to: key, at: now, in: &windows)
            guard window.count > limit else { return nil }
            return max(1, Int((window.start.adding(seconds: seconds).since(now) + 999) / 1000))
        }
    }

    /// How many tries there were in the window.
    func tries(_ key: String) -> Int {
        let now = clock()
        return windows.withLock { windows in
            windows[key].map { now.since($0.start) < seconds * 1000 ? $0.count : 0 } ?? 0
        }
    }

    func takeElsewhere(_ taken: [String: Int]) {
        let now = clock()
        windows.withLock { windows in
            for (key, count) in taken { _ = add(count, to: key, at: now, in: &windows) }
        }
    }

    private func add(
        _ count: Int, to key: String, at now: Instant, in windows: inout [String: (start: Instant, count: Int)]
    ) -> (start: Instant, count: Int) {
        var window = windows[key] ?? (now, 0)
        if now.since(window.start) >= seconds * 1000 { window = (now, 0) }
        window.count += count
        windows[key] = window
        return window
    }
}

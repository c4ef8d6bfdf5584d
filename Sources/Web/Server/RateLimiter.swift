public import Primitives
import Synchronization

/// So many tries in a window, for each address; kept in memory and bounded.
public final class RateLimiter: Sendable {
    private let limit: Int
    private let seconds: Int64
    private let clock: @Sendable () -> Instant
    private let windows = Mutex<[String: (start: Instant, count: Int)]>([:])

    public init(limit: Int, seconds: Int64, clock: @escaping @Sendable () -> Instant) {
        self.limit = limit
        self.seconds = seconds
        self.clock = clock
    }

    /// Counts a try.
    /// - Returns: seconds to wait when there were too many, else `nil`.
    public func take(_ key: String) -> Int? {
        let now = clock()
        return windows.withLock { windows in
            if windows.count > 10_000 { windows = windows.filter { now.since($0.value.start) < seconds * 1000 } }
            var window = windows[key] ?? (now, 0)
            if now.since(window.start) >= seconds * 1000 { window = (now, 0) }
            window.count += 1
            windows[key] = window
            guard window.count > limit else { return nil }
            return max(1, Int((window.start.adding(seconds: seconds).since(now) + 999) / 1000))
        }
    }
}

public import Primitives
import Synchronization

/// Stands still until it is moved.
public final class TestClock: Sendable {
    /// Tuesday 3 March 2026, 10:00 in Shanghai: the day on which everything begins.
    public static let tuesday = Instant(milliseconds: 1_772_503_200_000)
    /// Shanghai, by whose wall the shop works.
    public static let shanghai: Zone = {
        guard let zone = Zone("Asia/Shanghai") else { preconditionFailure("this machine has no time zones") }
        return zone
    }()

    private let instant: Mutex<Instant>

    public init(at instant: Instant = tuesday) {
        self.instant = Mutex(instant)
    }

    public var now: Instant { instant.withLock { $0 } }

    public func advance(hours: Int64 = 0, minutes: Int64 = 0, seconds: Int64 = 0, milliseconds: Int64 = 0) {
        instant.withLock {
            $0 = $0.adding(hours: hours).adding(minutes: minutes).adding(seconds: seconds)
                .adding(milliseconds: milliseconds)
        }
    }

    public func move(to later: Instant) { instant.withLock { $0 = later } }

    /// To a moment by the clock on the shop's wall: `2026-03-06 09:00`.
    public func move(to wall: String) { move(to: at(wall)) }
}

/// A moment by the clock on the shop's wall: `2026-03-06 09:00`.
public func at(_ wall: String) -> Instant {
    let parts = wall.split(separator: " ")
    let time = parts.count == 2 ? parts[1].split(separator: ":").compactMap { Int($0) } : []
    guard time.count == 2, let day = CalendarDay(String(parts[0])) else {
        preconditionFailure("an example of these tests is misspelt: \(wall)")
    }
    return TestClock.shanghai.instant(day, minute: time[0] * 60 + time[1])
}

/// `2026-03-06 09:00`
public func wall(_ instant: Instant) -> String {
    let text = TestClock.shanghai.rfc3339(instant)
    return String(text.prefix(10)) + " " + String(text.dropFirst(11).prefix(5))
}

/// Random numbers that are the same on every run (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

import Foundation
import Primitives
import Synchronization

/// The one place that reads the machine's clock.
enum SystemClock {
    static let now: @Sendable () -> Instant = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    static let random: @Sendable () -> UInt64 = { pool.next() }

    private static let pool = RandomPool()

    static func identifiers(clock: @escaping @Sendable () -> Instant = now) -> IdentifierSource {
        IdentifierSource(clock: clock, random: random)
    }

    static func organisation() -> OrganisationID { OrganisationID(Int64.random(in: 1..<(1 << 53))) }
}

/// Random numbers of the system, taken from it many at once: an act makes two dozen identifiers, and for each the system
/// would be asked anew.
private final class RandomPool: Sendable {
    private static let size = 512

    private let numbers = Mutex<[UInt64]>([])

    func next() -> UInt64 {
        numbers.withLock { numbers in
            if let number = numbers.popLast() { return number }
            numbers = [UInt64](repeating: 0, count: Self.size)
            numbers.withUnsafeMutableBytes { room in
                if let start = room.baseAddress { arc4random_buf(start, room.count) }
            }
            return numbers.removeLast()
        }
    }
}

/// A clock that is moved by hand, for furnishing a demo with a past.
final class MovableClock: Sendable {
    private let instant: Mutex<Instant>

    init(at instant: Instant) {
        self.instant = Mutex(instant)
    }

    var now: Instant { instant.withLock { $0 } }

    func move(to later: Instant) { instant.withLock { $0 = max($0, later) } }
}

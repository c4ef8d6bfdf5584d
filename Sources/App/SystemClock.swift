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

    static let random: @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }

    static func identifiers(clock: @escaping @Sendable () -> Instant = now) -> IdentifierSource {
        IdentifierSource(clock: clock, random: random)
    }

    static func organisation() -> OrganisationID { OrganisationID(Int64.random(in: 1..<(1 << 53))) }
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

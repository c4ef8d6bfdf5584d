import Synchronization

/// Makes identifiers that rise strictly within one source, whatever the clock does.
public final class IdentifierSource: Sendable {
    private let clock: @Sendable () -> Instant
    private let random: @Sendable () -> UInt64
    private let last: Mutex<UInt64>

    /// - Parameters:
    ///   - clock: real time, for the identifier's first 48 bits.
    ///   - random: 64 random bits for each identifier.
    ///   - floor: no identifier is below this one; the highest stored, at start.
    public init(
        clock: @escaping @Sendable () -> Instant, random: @escaping @Sendable () -> UInt64,
        floor: UInt64 = 0
    ) {
        self.clock = clock
        self.random = random
        self.last = Mutex(floor)
    }

    public func next<Owner>(_ owner: Owner.Type = Owner.self) -> Identifier<Owner> { next(owner, at: clock()) }

    /// - Parameter instant: real time by another clock than the source's own.
    public func next<Owner>(_ owner: Owner.Type = Owner.self, at instant: Instant) -> Identifier<Owner> {
        let milliseconds = UInt64(max(0, instant.milliseconds)) & 0xFFFF_FFFF_FFFF
        // Twelve bits count within a millisecond; a full count borrows from the next one.
        let stamp = last.withLock { last -> UInt64 in
            last = max(last + 1, milliseconds << 12)
            return last
        }
        let high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xFFF)
        let low = 0x8000_0000_0000_0000 | (random() >> 2)
        return Identifier(high: high, low: low)
    }

    /// Raises the floor so that what follows sorts after `identifier`.
    public func advance<Owner>(past identifier: Identifier<Owner>) {
        let stamp = (identifier.high >> 16) << 12 | (identifier.high & 0xFFF)
        last.withLock { $0 = max($0, stamp) }
    }
}

import Foundation

/// A time zone of the IANA database.
public struct Zone: Hashable, Sendable {
    public let identifier: String
    private let zone: TimeZone
    /// A zone without summer time keeps one offset, which spares a look-up on every deadline.
    private let fixed: Int?

    /// `nil` when the database has no such zone.
    public init?(_ identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.identifier = identifier
        self.zone = zone
        self.fixed =
            zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: 1_500_000_000)) == nil
            ? zone.secondsFromGMT(for: Date(timeIntervalSince1970: 1_700_000_000)) : nil
    }

    /// Seconds east of UTC at that instant.
    public func offset(at instant: Instant) -> Int {
        if let fixed, instant.milliseconds > 1_500_000_000_000 { return fixed }
        // Whole seconds below 2⁵³ are exact in the library's floating type.
        return zone.secondsFromGMT(for: Date(timeIntervalSince1970: .init(instant.milliseconds.flooredTo(1000) / 1000)))
    }

    public func local(_ instant: Instant) -> LocalTime { LocalTime(instant, offset: offset(at: instant)) }

    /// The instant at which the clock on the wall shows that minute of that day; 1440 is the day's end.
    ///
    /// A minute that summer time skips is the instant at which the gap ends; one that comes twice is the first.
    public func instant(_ day: CalendarDay, minute: Int) -> Instant {
        let naive = Instant(milliseconds: (Int64(day.number) * 1440 + Int64(minute)) * 60_000)
        // Zones lie between −12 and +14 hours, so the true instant is among these.
        let before = offset(at: naive.adding(hours: -14))
        let after = offset(at: naive.adding(hours: 14))
        let early = naive.adding(seconds: -Int64(max(before, after)))
        if offset(at: early) == max(before, after) { return early }
        let late = naive.adding(seconds: -Int64(min(before, after)))
        if offset(at: late) == min(before, after) { return late }
        return change(after: early, until: late)
    }

    /// The first whole second in `early…late` that has the offset of `late`, which `early` has not.
    private func change(after early: Instant, until late: Instant) -> Instant {
        let target = offset(at: late)
        var (low, high) = (early.milliseconds / 1000, late.milliseconds / 1000)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: Instant(milliseconds: middle * 1000)) == target { high = middle } else { low = middle }
        }
        return Instant(milliseconds: high * 1000)
    }

    /// RFC 3339 with this zone's offset at that instant.
    public func rfc3339(_ instant: Instant) -> String { instant.rfc3339(offset: offset(at: instant)) }
}

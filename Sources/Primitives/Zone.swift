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
        self.fixed = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: 1_500_000_000)) == nil
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
    /// A minute that summer time skips is the instant after the gap; one that comes twice is the first.
    public func instant(_ day: CalendarDay, minute: Int) -> Instant {
        let naive = Instant(milliseconds: (Int64(day.number) * 1440 + Int64(minute)) * 60_000)
        let early = offset(at: naive.adding(hours: -14))
        let late = offset(at: naive.adding(hours: 14))
        let first = naive.adding(seconds: -Int64(max(early, late)))
        if offset(at: first) == max(early, late) { return first }
        return naive.adding(seconds: -Int64(offset(at: naive.adding(seconds: -Int64(min(early, late))))))
    }

    /// RFC 3339 with this zone's offset at that instant.
    public func rfc3339(_ instant: Instant) -> String { instant.rfc3339(offset: offset(at: instant)) }
}

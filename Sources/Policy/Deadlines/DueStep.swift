public import Primitives

/// One line of the arithmetic of a deadline.
public struct DueStep: Sendable, Hashable {
    public let kind: Kind
    /// The day in the company's zone; of a close or an end of day the day that closes or ends.
    public let day: CalendarDay
    /// For `start`, `opens` and `end`.
    public let instant: Instant?
    /// Minutes since midnight as the clock on the wall shows them at `instant`; 1440 at the end of a day.
    public let minute: Int?
    /// For `skipped`, and for `counted` where working days or hours count.
    public let reason: Reason?
    /// What has been counted so far, this step included; for `elapsed` and `before` the span itself.
    public let count: DueCount?
    /// For `end`.
    public let edge: Edge?

    public enum Kind: String, Sendable, CaseIterable, Hashable {
        /// The instant that the deadline is reckoned from.
        case start
        /// A closed day, or the starting day.
        case skipped
        /// The opening that working hours start at, when the start was closed.
        case opens
        /// A day that counts.
        case counted
        /// Hours that pass by day and by night.
        case elapsed
        /// The date in a field of the event, with the days to count back from it.
        case before
        /// The instant at which it falls due.
        case end
    }

    public enum Reason: Sendable, Hashable {
        /// The starting day is not counted.
        case startingDay
        /// Work had already closed on the starting day.
        case afterClose
        case day(DayReason)
    }

    /// What happens at the end.
    public enum Edge: String, Sendable, CaseIterable, Hashable {
        /// Nothing but the end of the span.
        case moment
        /// Work closes.
        case close
        /// The day ends, 24:00.
        case midnight
    }

    init(
        _ kind: Kind, _ day: CalendarDay, instant: Instant? = nil, minute: Int? = nil, reason: Reason? = nil,
        count: DueCount? = nil, edge: Edge? = nil
    ) {
        self.kind = kind
        self.day = day
        self.instant = instant
        self.minute = minute
        self.reason = reason
        self.count = count
        self.edge = edge
    }
}

/// A number of something counted.
public enum DueCount: Sendable, Hashable {
    case hours(Int)
    /// Whole minutes of working time, rounded down.
    case workingMinutes(Int)
    case days(Int)
    case workingDays(Int)
    case weeks(Int)
    case months(Int)
}

public import Primitives

/// Why a deadline has no instant.
public enum DeadlineRefusal: Error, Sendable, Hashable {
    /// Not one working day in the 366 days after that day.
    case neverOpens(after: CalendarDay)
    /// The search passed 200 years, or the start lies outside the years 1…8999.
    case tooFar
    /// The event's field holds no date to count from.
    case noDate(field: String)
}

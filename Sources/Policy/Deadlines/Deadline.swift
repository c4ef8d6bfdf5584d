public import Primitives

/// When a duty falls due, in the words of the charter language.
public enum Deadline: Sendable, Hashable {
    /// `24h`: elapsed hours.
    case hours(Int)
    /// `4wh`: working hours; from a closed moment they start at the next opening, and a result at closing time stays there.
    case workingHours(Int)
    /// `3d`: 24:00 of the third day, the starting day not counted.
    case days(Int)
    /// `1w`: 24:00 of the same weekday so many weeks later.
    case weeks(Int)
    /// `1mo`: 24:00 of the same date so many months later, clamped to the month's end.
    case months(Int)
    /// `2wd`: the close of the second working day after the starting day.
    case workingDays(Int)
    /// The close of today if it is a working day and not yet closed, else of the next working day.
    case sameDay
    /// The close of the next working day.
    case nextDay
    /// 24:00 of the next such weekday, today included.
    case weekday(Weekday)
    /// 24:00 of the next such day of a month, today included, clamped to the month's end.
    case dayOfMonth(Int)
    /// 24:00 of the last day of the month.
    case lastDayOfMonth
    /// 24:00 of the day that lies so many days before the date in a field of the opening event.
    case before(field: String, days: Int)
}

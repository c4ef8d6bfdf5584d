public import Primitives

/// What recurs, how often, from when until when.
public enum Cadence: Sendable, Hashable {
    /// Occurrence k falls k × `every` after the anchoring event, k ≥ 1; each missed one opens too.
    case recurring(every: Step, from: String, until: String?, times: Int?)
    /// On such days of the calendar, for each of something; opens `lead` days before.
    case calendar(on: DayRule, each: Breadth, lead: Int)

    /// The event that starts it.
    public var anchor: String? {
        if case .recurring(_, let from, _, _) = self { from } else { nil }
    }

    /// The event that ends it.
    public var end: String? {
        if case .recurring(_, _, let until, _) = self { until } else { nil }
    }

    /// The distance between two occurrences.
    public enum Step: Sendable, Hashable {
        case days(Int)
        case weeks(Int)
        case months(Int)
        case workingDays(Int)
    }

    /// The days that a calendar cadence falls on.
    public enum DayRule: Sendable, Hashable {
        case weekday(Weekday)
        case workingDay
        case everyDay
        case dayOfMonth(Int)
        case lastDayOfMonth
        /// Dates of every year, as (month, day).
        case monthDays([MonthDay])
    }

    /// What a calendar cadence opens one duty for.
    public enum Breadth: String, Sendable, CaseIterable, Hashable {
        /// Each unit that has a holder of the post.
        case unit
        /// Each holder of the post.
        case holder
        case organisation
    }
}

public struct MonthDay: Sendable, Hashable {
    public let month: Int
    public let day: Int

    public init(month: Int, day: Int) {
        self.month = month
        self.day = day
    }
}

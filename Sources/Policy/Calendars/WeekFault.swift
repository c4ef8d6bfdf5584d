/// What is wrong with a week in words.
public struct WeekFault: Error, Sendable, Hashable {
    /// The piece of text at fault, as it was written; empty where something is missing.
    public let found: String
    public let expected: Expectation

    public init(found: String, expected: Expectation) {
        self.found = found
        self.expected = expected
    }

    public enum Expectation: Sendable, Hashable {
        /// `mon` … `sun`, or a range such as `mon-fri`.
        case day
        /// A range of days that rises.
        case risingDays
        /// A day that has not been given hours before.
        case unnamedDay
        /// `closed`, or intervals such as `09:00-12:00`.
        case hours
        /// `09:00-12:00`
        case interval
        /// 00:00 to 24:00, two digits each.
        case time
        /// An interval that ends after it starts.
        case risingInterval
        /// An interval that starts after the one before has ended, at this time.
        case later(than: String)
        /// At least one working day.
        case someHours
    }
}

extension WeekFault: CustomStringConvertible {
    public var description: String { "found “\(found)”, expected \(expected)" }
}

extension WeekFault.Expectation: CustomStringConvertible {
    public var description: String {
        switch self {
        case .day: "a day mon, tue, wed, thu, fri, sat or sun, or a range such as mon-fri"
        case .risingDays: "days that rise, as mon-fri"
        case .unnamedDay: "each day once"
        case .hours: "“closed” or hours such as 09:00-12:00 13:00-18:00"
        case .interval: "an interval such as 09:00-12:00"
        case .time: "a time from 00:00 to 24:00"
        case .risingInterval: "an interval that ends after it starts"
        case .later(let time): "an interval that starts after \(time)"
        case .someHours: "at least one day with hours"
        }
    }
}

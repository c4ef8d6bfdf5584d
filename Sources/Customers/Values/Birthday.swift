public import Primitives

/// A date of birth as the person keeps it: by the Gregorian or by the lunar calendar.
public enum Birthday: Hashable, Sendable {
    case solar(CalendarDay)
    case lunar(LunarDay)

    public var isLunar: Bool {
        if case .lunar = self { true } else { false }
    }

    /// As it is stored: `1994-10-17`; lunar `1978-06-15`, `06-15` without the year, `1979-+06-15` in a leap month.
    public var text: String {
        switch self {
        case .solar(let day): day.description
        case .lunar(let day): day.text
        }
    }

    /// Reads the stored form.
    public init?(text: String, isLunar: Bool) {
        if isLunar {
            guard let day = LunarDay(text: text) else { return nil }
            self = .lunar(day)
        } else {
            guard let day = CalendarDay(text) else { return nil }
            self = .solar(day)
        }
    }
}

/// A day of the Chinese calendar; the year is that in which the lunar year begins, if known.
public struct LunarDay: Hashable, Sendable {
    public let year: Int?
    /// 1…12
    public let month: Int
    public let isLeapMonth: Bool
    /// 1…30
    public let day: Int

    /// `nil` when no lunar month has such a day.
    public init?(year: Int?, month: Int, isLeapMonth: Bool = false, day: Int) {
        guard (1...12).contains(month), (1...30).contains(day) else { return nil }
        self.year = year
        self.month = month
        self.isLeapMonth = isLeapMonth
        self.day = day
    }

    public var text: String {
        (year.map { "\($0)-" } ?? "") + (isLeapMonth ? "+" : "") + two(month) + "-" + two(day)
    }

    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let day = Int(parts[parts.count - 1]) else { return nil }
        let month = parts[parts.count - 2]
        let year = parts.count == 3 ? Int(parts[0]) : nil
        guard parts.count == 2 || year != nil,
            let number = Int(month.drop { $0 == "+" })
        else { return nil }
        self.init(year: year, month: number, isLeapMonth: month.hasPrefix("+"), day: day)
    }
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

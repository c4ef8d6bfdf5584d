import Policy
import Primitives

/// The words of the language for spans of time.
enum Words {
    /// A whole number of at most fifteen digits.
    static func number(_ text: String) -> Int64? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard (1...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int64(text)
    }

    static let deadlineWords =
        ["24h", "4wh", "3d", "1w", "1mo", "2wd", "same_day", "next_day", "last_day_of_month"]
        + Weekday.allCases.map(\.word)

    /// A deadline in one word.
    static func deadline(_ word: String) -> Deadline? {
        switch word {
        case "same_day": return .sameDay
        case "next_day": return .nextDay
        case "last_day_of_month": return .lastDayOfMonth
        default: break
        }
        if let weekday = weekday(word) { return .weekday(weekday) }
        guard let (count, unit) = span(word) else { return nil }
        switch unit {
        case "h" where count <= 9999: return .hours(count)
        case "wh" where (1...999).contains(count): return .workingHours(count)
        case "d" where (1...3660).contains(count): return .days(count)
        case "w" where (1...520).contains(count): return .weeks(count)
        case "mo" where (1...120).contains(count): return .months(count)
        case "wd" where (1...999).contains(count): return .workingDays(count)
        default: return nil
        }
    }

    /// `+24h`, `+2d`, `+1wd`
    static func delay(_ word: String) -> Delay? {
        guard word.hasPrefix("+"), let (count, unit) = span(String(word.dropFirst())) else { return nil }
        switch unit {
        case "h" where count <= 9999: return .hours(count)
        case "d" where (1...999).contains(count): return .days(count)
        case "wd" where (1...999).contains(count): return .workingDays(count)
        default: return nil
        }
    }

    /// `1w`, `3mo`: the distance between two occurrences.
    static func step(_ word: String) -> Cadence.Step? {
        guard let (count, unit) = span(word), count > 0 else { return nil }
        switch unit {
        case "d" where count <= 3660: return .days(count)
        case "w" where count <= 520: return .weeks(count)
        case "mo" where count <= 120: return .months(count)
        case "wd" where count <= 999: return .workingDays(count)
        default: return nil
        }
    }

    /// `3d`
    static func days(_ word: String) -> Int? {
        guard let (count, unit) = span(word), unit == "d", (1...366).contains(count) else { return nil }
        return count
    }

    /// `1mo`
    static func months(_ word: String) -> Int? {
        guard let (count, unit) = span(word), unit == "mo", (1...12).contains(count) else { return nil }
        return count
    }

    static func weekday(_ word: String) -> Weekday? { Weekday.allCases.first { $0.word == word } }

    /// `03-31`; 29 February is a date of every year, clamped in most.
    static func monthDay(_ word: String) -> MonthDay? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let month = number(String(parts[0])),
            let day = number(String(parts[1])), CalendarDay(year: 2024, month: Int(month), day: Int(day)) != nil
        else { return nil }
        return MonthDay(month: Int(month), day: Int(day))
    }

    static let shortDays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// `mon` or `mon-sat`, as indices from Monday, 0…6.
    static func weekDays(_ word: String) -> ClosedRange<Int>? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map {
            shortDays.firstIndex(of: String($0))
        }
        switch ends.count {
        case 1: return ends[0].map { $0...$0 }
        case 2:
            guard let first = ends[0], let last = ends[1], first < last else { return nil }
            return first...last
        default: return nil
        }
    }

    /// `closed`, or intervals `09:00-12:00 13:00-18:00`: rising, not touching, within the day.
    static func hours(_ word: String) -> [WorkCalendar.Interval]? {
        if word == "closed" { return [] }
        var intervals: [WorkCalendar.Interval] = []
        for part in word.split(separator: " ") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { minute(String($0)) }
            guard ends.count == 2, let start = ends[0], let end = ends[1] else { return nil }
            let before = intervals.last?.end ?? -1
            guard before < start, start < end else { return nil }
            intervals.append(WorkCalendar.Interval(start: start, end: end))
        }
        return intervals.isEmpty ? nil : intervals
    }

    /// `09:00` … `24:00`, as minutes since midnight.
    private static func minute(_ word: String) -> Int? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = number(String(parts[0])),
            let minute = number(String(parts[1])), (0..<60).contains(minute), (0...24).contains(hour)
        else { return nil }
        let total = Int(hour) * 60 + Int(minute)
        return total <= 1440 ? total : nil
    }

    private static func span(_ word: String) -> (count: Int, unit: String)? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        guard (1...6).contains(digits.utf8.count), let count = Int(digits) else { return nil }
        return (count, String(word.dropFirst(digits.count)))
    }
}

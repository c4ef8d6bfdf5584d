public import Primitives

extension WorkCalendar {
    /// Reads a week on one line: `mon-fri 09:00-12:00 13:00-18:00; sat 09:00-12:00; sun closed`, with
    /// semicolons or commas between.
    ///
    /// Days not named are closed. The answer has seven entries, Monday first.
    public static func week(_ text: String) throws(WeekFault) -> [[Interval]] {
        var groups: [(days: String, hours: String)] = []
        for group in text.split(omittingEmptySubsequences: false, whereSeparator: { ";,；，".contains($0) }) {
            let words = group.split(separator: " ", maxSplits: 1)
            guard let days = words.first else { throw WeekFault(found: String(group), expected: .day) }
            groups.append((String(days), words.count > 1 ? String(words[1]) : ""))
        }
        return try week(groups)
    }

    /// Reads a week of pairs: `mon-sat` → `09:00-12:00 13:00-18:00`, `sun` → `closed`.
    public static func week(_ groups: [(days: String, hours: String)]) throws(WeekFault) -> [[Interval]] {
        var week: [[Interval]] = Array(repeating: [], count: 7)
        var named: Set<Weekday> = []
        for (days, hours) in groups {
            let weekdays = try weekdays(days)
            let intervals = try intervals(hours)
            for day in weekdays {
                guard named.insert(day).inserted else { throw WeekFault(found: days, expected: .unnamedDay) }
                week[day.rawValue - 1] = intervals
            }
        }
        guard week.contains(where: { !$0.isEmpty }) else { throw WeekFault(found: "", expected: .someHours) }
        return week
    }

    /// Reads `fri` or `mon-fri`.
    public static func weekdays(_ text: String) throws(WeekFault) -> [Weekday] {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { name in
            Weekday.allCases.first { $0.word.prefix(3) == name }
        }
        guard ends.count <= 2, let first = ends[0], let last = ends.last ?? nil else {
            throw WeekFault(found: text, expected: .day)
        }
        guard ends.count == 1 || first.rawValue < last.rawValue else {
            throw WeekFault(found: text, expected: .risingDays)
        }
        return Weekday.allCases.filter { (first.rawValue...last.rawValue).contains($0.rawValue) }
    }

    /// Reads `closed` or intervals that rise and do not touch.
    public static func intervals(_ text: String) throws(WeekFault) -> [Interval] {
        let words = text.split(separator: " ")
        guard !words.isEmpty else { throw WeekFault(found: text, expected: .hours) }
        if words == ["closed"] { return [] }
        var intervals: [Interval] = []
        for word in words {
            let interval = try interval(word)
            if let last = intervals.last, interval.start <= last.end {
                throw WeekFault(found: String(word), expected: .later(than: clock(last.end)))
            }
            intervals.append(interval)
        }
        return intervals
    }

    private static func interval(_ word: Substring) throws(WeekFault) -> Interval {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { throw WeekFault(found: String(word), expected: .interval) }
        let start = try minute(ends[0])
        let end = try minute(ends[1])
        guard start < end else { throw WeekFault(found: String(word), expected: .risingInterval) }
        return Interval(start: start, end: end)
    }

    /// Minutes since midnight of `09:00`, up to 1440 for `24:00`.
    private static func minute(_ text: Substring) throws(WeekFault) -> Int {
        let bytes = Array(text.utf8)
        let digits = [0, 1, 3, 4].compactMap { bytes.indices.contains($0) ? Int(bytes[$0]) - 48 : nil }
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), digits.allSatisfy((0...9).contains) else {
            throw WeekFault(found: String(text), expected: .time)
        }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        guard minute < 60, hour * 60 + minute <= 1440 else { throw WeekFault(found: String(text), expected: .time) }
        return hour * 60 + minute
    }
}

/// A minute of the day in two digits each: `09:00`.
func clock(_ minute: Int) -> String {
    let (hour, minute) = (String(minute / 60), String(minute % 60))
    return (hour.utf8.count < 2 ? "0" : "") + hour + ":" + (minute.utf8.count < 2 ? "0" : "") + minute
}

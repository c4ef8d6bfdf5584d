import Policy
import Primitives

/// `cadence:`
enum CadenceReader {
    static func read(_ cursor: Cursor) -> Cadence? {
        guard case .map(let entries) = cursor.node.content else {
            cursor.fail(
                .wrongKind,
                expected: Phrase(
                    "{every: …, from: EVENT} or {on: …, each: …}", "{every: …, from: 事件} 或 {on: …, each: …}"))
            return nil
        }
        let byCalendar = ["on", "each", "lead"]
        return entries.contains { byCalendar.contains($0.key) } && cursor.node["every"] == nil
            ? calendar(cursor) : recurring(cursor)
    }

    private static func recurring(_ cursor: Cursor) -> Cadence? {
        guard let map = cursor.map(["every", "from", "until", "times"], required: ["every", "from"]) else { return nil }
        let every = map["every"]?.value(
            Phrase("a span such as 1w, 3d, 1mo or 2wd", "间隔，例如 1w、3d、1mo 或 2wd"), Words.step)
        let from = map["from"].flatMap { $0.event() }
        let until = map.optional("until") { $0.event() }
        let times = map.optional("times") { $0.number(1...1000) }
        guard let every, let from, let until, let times else { return nil }
        return .recurring(every: every, from: from, until: until, times: times.map { Int($0) })
    }

    private static func calendar(_ cursor: Cursor) -> Cadence? {
        guard let map = cursor.map(["on", "each", "lead"], required: ["on", "each"]) else { return nil }
        let rule = map["on"].flatMap(rule)
        let each = map["each"].flatMap { $0.word(Cadence.Breadth.self) }
        let lead = map.optional("lead") { $0.value(Phrase("days such as 3d", "天数，例如 3d"), Words.days) }
        guard let rule, let each, let lead else { return nil }
        return .calendar(on: rule, each: each, lead: lead ?? 0)
    }

    private static let words = Weekday.allCases.map(\.word) + ["working_day", "day", "last_day_of_month"]
    private static let expected = Phrase(
        "one of \(words.joined(separator: ", ")), {day_of_month: 26} or {month_day: [03-31, 06-30]}",
        "以下之一：\(words.joined(separator: "、"))、{day_of_month: 26} 或 {month_day: [03-31, 06-30]}")

    private static func rule(_ cursor: Cursor) -> Cadence.DayRule? {
        switch cursor.node.content {
        case .scalar(let word):
            if let weekday = Words.weekday(word) { return .weekday(weekday) }
            switch word {
            case "working_day": return .workingDay
            case "day": return .everyDay
            case "last_day_of_month": return .lastDayOfMonth
            default:
                cursor.fail(.badWord, expected: expected, near: words)
                return nil
            }
        case .map:
            guard let map = cursor.map(["day_of_month", "month_day"]) else { return nil }
            let day = map["day_of_month"].map { $0.number(1...31) }
            let dates = map["month_day"].map(monthDays)
            switch (day, dates) {
            case (let day?, nil): return day.map { .dayOfMonth(Int($0)) }
            case (nil, let dates?): return dates.map { .monthDays($0) }
            default:
                cursor.fail(.wrongKind, expected: expected)
                return nil
            }
        case .nothing, .list:
            cursor.fail(.wrongKind, expected: expected)
            return nil
        }
    }

    private static func monthDays(_ cursor: Cursor) -> [MonthDay]? {
        cursor.oneOrMore(Phrase("a date of the year such as 03-31, or a list", "每年的日期，例如 03-31，或其列表")) {
            $0.value(Phrase("a date of the year such as 03-31", "每年的日期，例如 03-31"), Words.monthDay)
        }
    }
}

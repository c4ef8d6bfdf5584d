import Foundation
import Policy
import Primitives

/// `calendar:`
struct CalendarSection {
    let holidays: [String: HolidayTable]

    func read(_ cursor: Cursor) -> WorkCalendar? {
        guard
            let map = cursor.map(
                ["time_zone", "week", "holidays", "closed", "open"], required: ["time_zone", "week", "holidays"])
        else { return nil }
        let zone = map["time_zone"].flatMap(zone)
        let week = map["week"].flatMap(week)
        let table = map["holidays"].flatMap(holidays)
        let closed = map.list("closed", days)
        let open = map.list("open", days)
        if let closed, let open { checkApart(closed, open, map) }
        if let week, let table { checkMonday(week, needed: table != nil || open?.isEmpty == false, map) }
        guard let zone, let week, let table, let closed, let open else { return nil }
        return WorkCalendar(zone: zone, week: week, holidays: table, closed: Set(closed), open: Set(open))
    }

    private func zone(_ cursor: Cursor) -> Zone? {
        let expected = Phrase("a time zone such as Asia/Shanghai", "时区，例如 Asia/Shanghai")
        guard let text = cursor.text(expected) else { return nil }
        guard let zone = Zone(text) else {
            cursor.fail(.badWord, expected: expected, near: TimeZone.knownTimeZoneIdentifiers)
            return nil
        }
        return zone
    }

    private func week(_ cursor: Cursor) -> [[WorkCalendar.Interval]]? {
        guard let entries = cursor.entries() else { return nil }
        var week: [[WorkCalendar.Interval]?] = Array(repeating: nil, count: 7)
        var isWhole = true
        for (key, value) in entries {
            let hours = value.value(
                Phrase(
                    "closed, or hours such as \"09:00-12:00 13:00-18:00\", rising and apart",
                    "closed，或依次且不相接的时段，例如 \"09:00-12:00 13:00-18:00\""),
                Words.hours)
            guard let days = Words.weekDays(key.text) else {
                key.fail(
                    .badWord, expected: Phrase("a day or days such as mon or mon-fri", "星期，例如 mon 或 mon-fri"),
                    near: Words.shortDays)
                isWhole = false
                continue
            }
            for day in days {
                if week[day] != nil {
                    key.fail(.notUnique, expected: Phrase("each day of the week once", "一周每天只写一次"))
                    isWhole = false
                }
                week[day] = hours ?? []
            }
            isWhole = isWhole && hours != nil
        }
        let whole = week.map { $0 ?? [] }
        if isWhole, whole.allSatisfy(\.isEmpty) {
            cursor.fail(.badWord, expected: Phrase("working hours on a day at least", "至少一天有工作时间"))
            return nil
        }
        return isWhole ? whole : nil
    }

    private func holidays(_ cursor: Cursor) -> HolidayTable?? {
        let words = holidays.keys.sorted() + ["none"]
        guard let text = cursor.text(.oneOf(words)) else { return nil }
        if text == "none" { return .some(nil) }
        guard let table = holidays[text] else {
            cursor.fail(.badWord, expected: .oneOf(words), near: words)
            return nil
        }
        return .some(table)
    }

    private func days(_ cursor: Cursor) -> [CalendarDay]? {
        if case .list(let items) = cursor.node.content, items.isEmpty { return [] }
        guard let items = cursor.list(Phrase("a list of dates such as [2026-12-25]", "日期列表，例如 [2026-12-25]")) else {
            return nil
        }
        let days = items.map { $0.value(.date) { CalendarDay($0) } }
        return days.contains(nil) ? nil : days.compactMap { $0 }
    }

    private func checkApart(_ closed: [CalendarDay], _ open: [CalendarDay], _ map: MapCursor) {
        for (index, day) in open.enumerated() where closed.contains(day) {
            guard let item = map["open"]?.list()?[index] else { continue }
            item.fail(.notUnique, expected: Phrase("a day that is not closed too", "未同时列为休息的日期"))
        }
    }

    private func checkMonday(_ week: [[WorkCalendar.Interval]], needed: Bool, _ map: MapCursor) {
        guard needed, week[0].isEmpty else { return }
        map["week"]?.fail(
            .badWord, found: Phrase("no hours on Monday", "星期一没有时间"),
            expected: Phrase("Monday's hours, which extra working days follow", "星期一的时间，调休上班日照此执行"))
    }
}

/// Whether the days off of every year that matters are known.
struct HolidayYears {
    let currentYear: Int

    func check(_ table: HolidayTable, effective: CalendarDay, at cursor: Cursor) {
        let first = min(effective.year, currentYear + 1)
        // A charter of long ago shall not fill the page.
        for year in max(first, currentYear - 50)...max(currentYear + 1, effective.year)
        where !table.years.contains(year) {
            guard year <= currentYear || year == currentYear + 1 || year == effective.year else { continue }
            guard year >= effective.year else { continue }
            cursor.fail(
                .noHolidays, found: Phrase("no holidays of \(year)", "没有 \(year) 年的节假日"),
                expected: Phrase("the holidays of \(table.key) for \(year)", "\(table.key) 的 \(year) 年节假日安排"),
                severity: year <= currentYear ? .error : .warning)
        }
    }
}

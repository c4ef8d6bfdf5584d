import Obligations
import Policy
import Primitives

/// The arithmetic of a deadline: a strip of days and the sum below it.
struct DueExplanation {
    let days: ObligationPane.DayStrip?
    let steps: [ObligationPane.SumLine]
    let warning: String?

    init(detail: ObligationService.Detail, frame: Frame, time: TimeWords) {
        guard let due = detail.due else {
            days = nil
            steps = []
            warning = frame.words("算不出期限；请改制度里的日历或期限。")
            return
        }
        steps = due.compactLines(in: frame.language).map { line in
            ObligationPane.SumLine(
                label: line.label, text: line.text, figure: line.amount,
                tone: line.kind == .skipped ? "sum__skip" : line.kind == .end ? "sum__end" : nil)
        }
        let warnings = due.warnings(in: frame.language)
        warning = warnings.isEmpty ? nil : warnings.joined(separator: " ")
        days = Self.strip(due, detail: detail, time: time)
    }

    /// Up to fourteen days from start to due; longer spans are told by the sum alone.
    private static func strip(_ due: Due, detail: ObligationService.Detail, time: TimeWords) -> ObligationPane.DayStrip?
    {
        let zone = time.zone
        guard let first = due.steps.first?.day else { return nil }
        let last = zone.local(due.instant.adding(milliseconds: -1)).day
        guard last.number - first.number >= 1, last.number - first.number < 14 else { return nil }
        let calendar = detail.charter.calendar
        var number = 0
        let counted = Set(due.steps.filter { $0.kind == .counted }.map(\.day))
        let cells = (first.number...last.number).map { day -> ObligationPane.DayStrip.Cell in
            let day = CalendarDay(number: day)
            var mark = ""
            var tone: String?
            if day == first { mark = time.words("起") }
            switch calendar.reason(on: day) {
            case .holiday: (mark, tone) = (day == first ? mark : time.words("休"), "day--off")
            case .closedWeekday, .companyClosed: tone = "day--off"
            case .makeUp: mark = day == first ? mark : time.words("班")
            case .working, .companyOpen: break
            }
            if counted.contains(day) {
                number += 1
                mark = String(number)
                tone = "day--count"
            }
            if day == last { tone = (counted.contains(day) ? "day--count " : "") + "day--due" }
            return ObligationPane.DayStrip.Cell(
                weekday: time.words(["一", "二", "三", "四", "五", "六", "日"][day.weekday.rawValue - 1]), number: day.day,
                mark: mark, tone: tone)
        }
        return ObligationPane.DayStrip(cells: cells)
    }
}

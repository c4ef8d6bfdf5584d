public import Primitives

extension Cadence {
    /// Occurrence `number`, ≥ 1, of what recurs after an anchor.
    ///
    /// Days, weeks and months keep the time of day of the anchor; months are clamped to the month's end and counted from
    /// the anchor, so that 31 January is followed by 28 February and 31 March. Working days fall at their close.
    /// - Throws: `.neverOpens` when the calendar has no working day within a year, `.tooFar` past 200 years for working
    ///   days and past the year 9999 for others.
    public static func occurrence(
        _ number: Int, every step: Step, after anchor: Instant, calendar: WorkCalendar
    ) throws(DeadlineRefusal) -> Instant {
        let (distance, isTooLarge) = number.multipliedReportingOverflow(by: step.number)
        // More days than from the year 1 to 9999 leave the calendar in any case, and sums below stay small.
        guard !isTooLarge, distance < 3_652_059 else { throw .tooFar }
        let local = calendar.zone.local(anchor)
        let day: CalendarDay
        switch step {
        case .workingDays: return try calendar.due(.workingDays(distance), from: anchor).instant
        case .days: day = local.day.adding(days: distance)
        case .weeks: day = local.day.adding(days: 7 * distance)
        case .months:
            guard local.day.year * 12 + local.day.month - 1 + distance < 10_000 * 12 else { throw .tooFar }
            day = local.day.adding(months: distance)
        }
        guard day.year <= 9999 else { throw .tooFar }
        let minute = calendar.zone.instant(local.day, minute: local.minute)
        // Seconds within the minute; on a clock that has gone back an hour the anchor may be the second such minute.
        let rest = anchor.since(minute) % 60_000
        return calendar.zone.instant(day, minute: local.minute).adding(milliseconds: rest)
    }

    /// The days from one day to another, both included, that a rule falls on, rising.
    ///
    /// A day of the month is clamped to the month's end, 29 February to the 28th in a common year.
    public static func days(
        matching rule: DayRule, from first: CalendarDay, through last: CalendarDay, calendar: WorkCalendar
    ) -> [CalendarDay] {
        guard first <= last else { return [] }
        return (first.number...last.number).lazy.map(CalendarDay.init(number:)).filter { rule.matches($0, calendar) }
    }
}

extension Cadence.Step {
    var number: Int {
        switch self {
        case .days(let number), .weeks(let number), .months(let number), .workingDays(let number): number
        }
    }
}

extension Cadence.DayRule {
    fileprivate func matches(_ day: CalendarDay, _ calendar: WorkCalendar) -> Bool {
        switch self {
        case .weekday(let weekday): day.weekday == weekday
        case .workingDay: calendar.isWorkingDay(day)
        case .everyDay: true
        case .dayOfMonth(let number): day.isDay(number)
        case .lastDayOfMonth: day.day == day.lengthOfMonth
        case .monthDays(let dates):
            dates.contains { $0.month == day.month && day.isDay($0.day) }
        }
    }
}

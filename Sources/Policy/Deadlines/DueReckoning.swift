import Primitives

/// The arithmetic of one deadline while it is being done.
struct DueReckoning {
    private let calendar: WorkCalendar
    private let start: Instant
    let startDay: CalendarDay
    private var steps: [DueStep]
    private var lacking: Set<Int> = []

    /// Past so many closed days in a row a company counts as closed for ever.
    private static let longestClosure = 366
    /// 200 years, above the longest deadline of a company that works one day a week.
    private static let horizon = 73_050

    init(_ calendar: WorkCalendar, from start: Instant) throws(DeadlineRefusal) {
        self.calendar = calendar
        self.start = start
        let local = calendar.zone.local(start)
        // A thousand years before the end of the calendar, so that the longest deadline, 9999 months, stays within.
        guard (1...8999).contains(local.day.year) else { throw .tooFar }
        startDay = local.day
        steps = [DueStep(.start, local.day, instant: start, minute: local.minute)]
    }

    // MARK: Days

    mutating func skip(_ day: CalendarDay, _ reason: DueStep.Reason) {
        steps.append(DueStep(.skipped, day, reason: reason))
    }

    mutating func count(_ day: CalendarDay, _ count: DueCount) {
        steps.append(DueStep(.counted, day, count: count))
    }

    mutating func countBack(_ days: Int, from day: CalendarDay) {
        steps.append(DueStep(.before, day, count: .days(days)))
    }

    mutating func countWorkingDay(_ day: CalendarDay, _ number: Int) {
        steps.append(DueStep(.counted, day, reason: .day(calendar.reason(on: day)), count: .workingDays(number)))
    }

    /// The first working day after `day`; each closed day between is a step.
    mutating func workingDay(after day: CalendarDay) throws(DeadlineRefusal) -> CalendarDay {
        var next = day.adding(days: 1)
        while isClosed(next) {
            guard next.number - day.number < Self.longestClosure else { throw .neverOpens(after: day) }
            skip(next, .day(calendar.reason(on: next)))
            next = next.adding(days: 1)
        }
        guard next.number - startDay.number <= Self.horizon else { throw .tooFar }
        return next
    }

    /// The instant at which work closes today, when there is work today and it has not closed yet.
    mutating func closeStillAhead() -> Instant? {
        note(startDay)
        guard let close = calendar.spans(on: startDay).last?.upperBound, start < close else { return nil }
        return close
    }

    /// Leaves the starting day out because nothing of it is left.
    mutating func skipStartingDay() {
        let reason = calendar.reason(on: startDay)
        skip(startDay, calendar.isWorkingDay(startDay) ? .afterClose : .day(reason))
    }

    // MARK: Hours

    mutating func elapse(hours: Int) {
        if hours > 0 { steps.append(DueStep(.elapsed, startDay, count: .hours(hours))) }
    }

    /// Lets working time pass from the start; from a closed moment it starts at the next opening.
    mutating func work(hours: Int) throws(DeadlineRefusal) -> Due {
        let whole = Int64(hours) * 3_600_000
        var left = whole
        var day = startDay
        var isStarted = calendar.isOpen(at: start)
        if closeStillAhead() == nil {
            skipStartingDay()
            day = try workingDay(after: day)
        }
        while true {
            for span in calendar.spans(on: day) where span.upperBound > start {
                let from = max(start, span.lowerBound)
                if !isStarted {
                    steps.append(DueStep(.opens, day, instant: from, minute: calendar.zone.local(from).minute))
                    isStarted = true
                }
                let length = span.upperBound.since(from)
                if left <= length {
                    if whole > 0 { countWork(day, milliseconds: whole) }
                    return end(at: from.adding(milliseconds: left), closing: left == length ? day : nil)
                }
                left -= length
            }
            countWork(day, milliseconds: whole - left)
            day = try workingDay(after: day)
        }
    }

    private mutating func countWork(_ day: CalendarDay, milliseconds: Int64) {
        let count = DueCount.workingMinutes(Int(milliseconds / 60_000))
        steps.append(DueStep(.counted, day, reason: .day(calendar.reason(on: day)), count: count))
    }

    // MARK: Ends

    /// Due at that instant; `closing` is the day whose stretch of work ends there.
    mutating func end(at instant: Instant, closing: CalendarDay? = nil) -> Due {
        if let closing, calendar.spans(on: closing).last?.upperBound == instant {
            return end(closing: closing, instant)
        }
        let local = calendar.zone.local(instant)
        return end(DueStep(.end, local.day, instant: instant, minute: local.minute, edge: .moment), instant)
    }

    /// Due at the end of that day, 24:00.
    mutating func end(of day: CalendarDay) -> Due {
        let instant = calendar.zone.instant(day, minute: 1440)
        return end(DueStep(.end, day, instant: instant, minute: 1440, edge: .midnight), instant)
    }

    /// Due when work closes on that working day.
    mutating func end(closing day: CalendarDay) -> Due {
        // A working day has a stretch of work, unless summer time swallows it whole; then its end of day serves.
        guard let close = calendar.spans(on: day).last?.upperBound else { return end(of: day) }
        return end(closing: day, close)
    }

    private mutating func end(closing day: CalendarDay, _ close: Instant) -> Due {
        let minute = calendar.hours(on: day).last?.end
        return end(DueStep(.end, day, instant: close, minute: minute, edge: .close), close)
    }

    private mutating func end(_ step: DueStep, _ instant: Instant) -> Due {
        steps.append(step)
        let first = calendar.holidays?.years.min() ?? .min
        return Due(
            instant: instant, steps: steps, unannouncedYears: lacking.filter { $0 >= first }.sorted(),
            yearsBeforeTable: lacking.filter { $0 < first }.sorted())
    }

    // MARK: Holidays

    private mutating func isClosed(_ day: CalendarDay) -> Bool {
        note(day)
        return !calendar.isWorkingDay(day)
    }

    private mutating func note(_ day: CalendarDay) {
        let year = day.year
        if calendar.lacksData(for: year) { lacking.insert(year) }
    }
}

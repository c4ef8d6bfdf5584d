public import Primitives

extension WorkCalendar {
    /// Why that day is worked or not.
    ///
    /// The company's closed days come before all, then its open days, then the statutory days off and make-up days,
    /// then the week.
    public func reason(on day: CalendarDay) -> DayReason {
        if closed.contains(day) { return .companyClosed }
        if open.contains(day) { return hours(of: .monday).isEmpty ? .closedWeekday : .companyOpen }
        if let name = holidays?.daysOff[day] { return .holiday(name) }
        if let name = holidays?.makeUpDays[day] {
            return hours(of: .monday).isEmpty ? .closedWeekday : .makeUp(name)
        }
        return hours(of: day.weekday).isEmpty ? .closedWeekday : .working
    }

    /// The working intervals of that day by the clock on the wall; empty on a closed day, Monday's on a make-up day.
    public func hours(on day: CalendarDay) -> [Interval] {
        switch reason(on: day) {
        case .closedWeekday, .holiday, .companyClosed: []
        case .companyOpen, .makeUp: hours(of: .monday)
        case .working: hours(of: day.weekday)
        }
    }

    public func isWorkingDay(_ day: CalendarDay) -> Bool { !hours(on: day).isEmpty }

    /// Whether work goes on at that instant; it does at an opening and no longer at a close.
    public func isOpen(at instant: Instant) -> Bool {
        spans(on: zone.local(instant).day).contains { $0.contains(instant) }
    }

    /// Whether holidays are kept and those of that year have not been announced, so that its days are a guess.
    public func lacksData(for year: Int) -> Bool {
        guard let holidays else { return false }
        return !holidays.years.contains(year)
    }

    /// Whole minutes of work from one instant to another, rounded down; 0 when `end` is not after `start`.
    public func workingMinutes(from start: Instant, to end: Instant) -> Int {
        guard start < end else { return 0 }
        var milliseconds: Int64 = 0
        var day = zone.local(start).day
        let last = zone.local(end).day
        while day <= last {
            for span in spans(on: day) {
                milliseconds += max(0, min(end, span.upperBound).since(max(start, span.lowerBound)))
            }
            day = day.adding(days: 1)
        }
        return Int(milliseconds / 60_000)
    }

    /// The stretches of work of that day as they pass; on a day of summer time longer or shorter than the clock says.
    func spans(on day: CalendarDay) -> [Range<Instant>] {
        hours(on: day).compactMap { interval in
            let start = zone.instant(day, minute: interval.start)
            let end = zone.instant(day, minute: interval.end)
            return start < end ? start..<end : nil
        }
    }

    private func hours(of weekday: Weekday) -> [Interval] {
        let index = weekday.rawValue - 1
        return index < week.count ? week[index] : []
    }
}

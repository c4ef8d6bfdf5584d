public import Primitives

extension WorkCalendar {
    /// When a deadline that starts at an instant falls due, with the arithmetic.
    ///
    /// Working time, closes and working days follow this calendar; hours, days, weeks, months and named days do not,
    /// so only the former can meet a year whose holidays are unannounced.
    /// - Parameter fields: the fields of the opening event, for a deadline before a date in one of them: a date
    ///   `2026-10-09`, or an instant in RFC 3339, which counts as its day in the calendar's zone.
    /// - Throws: `.neverOpens` when the calendar has no working day within a year, `.noDate` when the field holds none.
    public func due(
        _ deadline: Deadline, from instant: Instant, fields: Fields = [:]
    ) throws(DeadlineRefusal) -> Due {
        var reckoning = try DueReckoning(self, from: instant)
        let today = reckoning.startDay
        switch deadline {
        case .hours(let hours):
            reckoning.elapse(hours: hours)
            return reckoning.end(at: instant.adding(hours: Int64(hours)))
        case .workingHours(let hours):
            return try reckoning.work(hours: hours)
        case .days(let number):
            return reckoning.days(number, DueCount.days) { today.adding(days: $0) }
        case .weeks(let number):
            return reckoning.days(number, DueCount.weeks) { today.adding(days: 7 * $0) }
        case .months(let number):
            return reckoning.days(number, DueCount.months) { today.adding(months: $0) }
        case .workingDays(let number):
            return try reckoning.workingDays(number)
        case .sameDay:
            return try reckoning.sameDay()
        case .nextDay:
            return try reckoning.workingDays(1)
        case .weekday(let weekday):
            return reckoning.end(of: today.next { $0.weekday == weekday })
        case .dayOfMonth(let day):
            return reckoning.end(of: today.next { $0.isDay(day) })
        case .lastDayOfMonth:
            return reckoning.end(of: today.next { $0.day == $0.lengthOfMonth })
        case .before(let field, let days):
            guard let date = date(in: fields[field]) else { throw .noDate(field: field) }
            reckoning.countBack(days, from: date)
            return reckoning.end(of: date.adding(days: -days))
        }
    }

    /// When a step after a due instant comes: hours later, or the end of the day or working day so many days later.
    ///
    /// Due at 24:00 means due on the day that ends there, so `+1d` is the end of the day that begins there.
    public func after(_ delay: Delay, from due: Instant) throws(DeadlineRefusal) -> Instant {
        let day = due.adding(milliseconds: -1)
        return switch delay {
        case .hours(let hours): due.adding(hours: Int64(hours))
        case .days(let number): try self.due(.days(number), from: day).instant
        case .workingDays(let number): try self.due(.workingDays(number), from: day).instant
        }
    }

    private func date(in value: FieldValue?) -> CalendarDay? {
        guard case .text(let text) = value else { return nil }
        if let day = CalendarDay(text) { return day }
        return Instant(rfc3339: text).map { zone.local($0).day }
    }
}

extension DueReckoning {
    /// The end of the last of so many days, weeks or months; the starting day is not counted.
    fileprivate mutating func days(
        _ number: Int, _ count: (Int) -> DueCount, _ day: (Int) -> CalendarDay
    ) -> Due {
        skip(startDay, .startingDay)
        var counted = 0
        while counted < number {
            counted += 1
            self.count(day(counted), count(counted))
        }
        return end(of: day(counted))
    }

    fileprivate mutating func workingDays(_ number: Int) throws(DeadlineRefusal) -> Due {
        skip(startDay, .startingDay)
        var day = startDay
        var counted = 0
        while counted < number {
            counted += 1
            day = try workingDay(after: day)
            countWorkingDay(day, counted)
        }
        return end(closing: day)
    }

    fileprivate mutating func sameDay() throws(DeadlineRefusal) -> Due {
        guard closeStillAhead() == nil else {
            countWorkingDay(startDay, 1)
            return end(closing: startDay)
        }
        skipStartingDay()
        let day = try workingDay(after: startDay)
        countWorkingDay(day, 1)
        return end(closing: day)
    }
}

extension CalendarDay {
    /// This day or the first one after it that meets the condition, as some day of every month must.
    fileprivate func next(_ condition: (CalendarDay) -> Bool) -> CalendarDay {
        var day = self
        while !condition(day) { day = day.adding(days: 1) }
        return day
    }

    /// Whether this is the day of the month with that number, 1…31, clamped to the month's end.
    func isDay(_ number: Int) -> Bool { day == max(1, min(number, lengthOfMonth)) }

    var lengthOfMonth: Int {
        let (year, month, _) = parts
        return CalendarDay.length(ofMonth: month, year: year)
    }
}

import Foundation
public import Primitives

/// When a birthday is kept next.
public struct BirthdayOccasion: Hashable, Sendable {
    public let day: CalendarDay
    /// The month has no such day that year, so the birthday is kept on the month's last day.
    public let isClamped: Bool
}

extension Birthday {
    /// The next day, today included, on which the birthday is kept; `nil` beyond the library's calendar.
    ///
    /// 29 February is kept on the 28th in common years, the 30th of a short lunar month on the 29th, and a day of a
    /// leap month in the ordinary month of years that have no such leap month.
    public func next(from today: CalendarDay) -> BirthdayOccasion? {
        switch self {
        case .solar(let day):
            (today.year...today.year + 1).lazy.compactMap { Birthday.solar(day, in: $0) }.first { $0.day >= today }
        case .lunar(let day):
            // A lunar year begins in the Gregorian year of its number, and may end in the next.
            (today.year - 1...today.year + 1).lazy.compactMap { day.occasion(in: $0) }.first { $0.day >= today }
        }
    }

    private static func solar(_ day: CalendarDay, in year: Int) -> BirthdayOccasion? {
        if let same = CalendarDay(year: year, month: day.month, day: day.day) {
            return BirthdayOccasion(day: same, isClamped: false)
        }
        return CalendarDay(year: year, month: day.month, day: 28).map { BirthdayOccasion(day: $0, isClamped: true) }
    }
}

extension LunarDay {
    /// The Gregorian day of this date in the lunar year that begins in `year`.
    func occasion(in year: Int) -> BirthdayOccasion? {
        for leap in isLeapMonth ? [true, false] : [false] {
            if let found = gregorian(year: year, isLeapMonth: leap, day: day) {
                return BirthdayOccasion(day: found, isClamped: false)
            }
            if day == 30, let found = gregorian(year: year, isLeapMonth: leap, day: 29) {
                return BirthdayOccasion(day: found, isClamped: true)
            }
        }
        return nil
    }

    private func gregorian(year: Int, isLeapMonth: Bool, day: Int) -> CalendarDay? {
        var calendar = Calendar(identifier: .chinese)
        calendar.timeZone = TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt
        // 1984 began the 78th cycle of sixty years in the library's count.
        var parts = DateComponents()
        parts.era = year >= 1984 ? 78 + (year - 1984) / 60 : 77 - (1983 - year) / 60
        parts.year = ((year - 1984) % 60 + 60) % 60 + 1
        parts.month = month
        parts.isLeapMonth = isLeapMonth
        parts.day = day
        parts.hour = 12
        guard let date = calendar.date(from: parts) else { return nil }
        let back = calendar.dateComponents([.month, .day], from: date)
        guard back.month == month, back.day == day, (back.isLeapMonth ?? false) == isLeapMonth else { return nil }
        var gregorian = Calendar(identifier: .gregorian)
        gregorian.timeZone = calendar.timeZone
        let found = gregorian.dateComponents([.year, .month, .day], from: date)
        guard let year = found.year, let month = found.month, let number = found.day else { return nil }
        return CalendarDay(year: year, month: month, day: number)
    }
}

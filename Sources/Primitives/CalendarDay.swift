/// A day of the Gregorian calendar, without a zone.
public struct CalendarDay: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    public let number: Int

    public init(number: Int) {
        self.number = number
    }

    /// `nil` when there is no such day, as 2026-02-30.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDay.length(ofMonth: month, year: year)
        else { return nil }
        // Days from the civil calendar, counting years from March so that the leap day comes last.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: era * 146_097 + dayOfEra - 719_468)
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    public var year: Int { parts.year }
    public var month: Int { parts.month }
    public var day: Int { parts.day }

    /// 1 Monday … 7 Sunday.
    public var weekday: Weekday {
        let index = (number + 3) % 7
        return Weekday.allCases[index < 0 ? index + 7 : index]
    }

    public func adding(days: Int) -> CalendarDay { CalendarDay(number: number + days) }

    /// The same date so many months later, clamped to that month's end: 31 January + 1 month = 28 February.
    public func adding(months: Int) -> CalendarDay {
        let (year, month, day) = parts
        let index = year * 12 + (month - 1) + months
        let target = (year: index / 12, month: index % 12 + 1)
        let clamped = min(day, CalendarDay.length(ofMonth: target.month, year: target.year))
        // The month is 1…12 and the day clamped, so only a year outside 1…9999 could fail; deadlines are bounded.
        return CalendarDay(year: target.year, month: target.month, day: clamped) ?? self
    }

    public static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        default: 31
        }
    }
}

extension CalendarDay: Codable {
    /// ISO 8601.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = CalendarDay(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no day such as 2026-10-09")
        }
        self = day
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension CalendarDay: LosslessStringConvertible {
    /// ISO 8601: `2026-10-09`.
    public var description: String {
        let (year, month, day) = parts
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
    }

    public init?(_ description: String) {
        let bytes = Array(description.utf8)
        guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45, let year = Primitives.number(bytes[0..<4]),
            let month = Primitives.number(bytes[5..<7]), let day = Primitives.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

public enum Weekday: Int, Sendable, CaseIterable, Hashable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// The word of the charter language: `monday`.
    public var word: String {
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][rawValue - 1]
    }
}

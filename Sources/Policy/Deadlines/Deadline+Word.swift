public import Primitives

extension Deadline: LosslessStringConvertible {
    /// Reads a deadline of the charter language: `24h`, `4wh`, `3d`, `1w`, `1mo`, `2wd`, `same_day`, `next_day`,
    /// `friday`, `day_of_month: 26`, `last_day_of_month` or `before: FIELD, days: 3`; `nil` for anything else.
    ///
    /// Hours are 0…9999, days before a date too; all other numbers 1…9999, a day of the month 1…31.
    public init?(_ description: String) {
        switch description {
        case "same_day": self = .sameDay
        case "next_day": self = .nextDay
        case "last_day_of_month": self = .lastDayOfMonth
        default:
            if let weekday = Weekday(word: description) {
                self = .weekday(weekday)
            } else if let span = Span(description[...]) {
                self.init(span)
            } else {
                self.init(pairs: description)
            }
        }
    }

    /// The word of the charter language, as it is read.
    public var description: String {
        switch self {
        case .hours(let number): "\(number)h"
        case .workingHours(let number): "\(number)wh"
        case .days(let number): "\(number)d"
        case .weeks(let number): "\(number)w"
        case .months(let number): "\(number)mo"
        case .workingDays(let number): "\(number)wd"
        case .sameDay: "same_day"
        case .nextDay: "next_day"
        case .weekday(let weekday): weekday.word
        case .dayOfMonth(let day): "day_of_month: \(day)"
        case .lastDayOfMonth: "last_day_of_month"
        case .before(let field, let days): "before: \(field), days: \(days)"
        }
    }

    private init(_ span: Span) {
        switch span.unit {
        case .hours: self = .hours(span.number)
        case .workingHours: self = .workingHours(span.number)
        case .days: self = .days(span.number)
        case .weeks: self = .weeks(span.number)
        case .months: self = .months(span.number)
        case .workingDays: self = .workingDays(span.number)
        }
    }

    /// The two that carry a name: `day_of_month: 26` and `before: FIELD, days: 3`.
    private init?(pairs text: String) {
        let pairs = text.split(separator: ", ", omittingEmptySubsequences: false)
            .map { $0.split(separator: ": ", omittingEmptySubsequences: false) }
        guard pairs.allSatisfy({ $0.count == 2 }) else { return nil }
        switch (pairs.map { $0[0] }, pairs.map { $0[1] }) {
        case (["day_of_month"], let values):
            guard let day = boundedNumber(values[0]), (1...31).contains(day) else { return nil }
            self = .dayOfMonth(day)
        case (["before", "days"], let values):
            guard isFieldName(values[0]), let days = boundedNumber(values[1]) else { return nil }
            self = .before(field: String(values[0]), days: days)
        default: return nil
        }
    }
}

extension Delay: LosslessStringConvertible {
    /// Reads `+24h`, `+2d` or `+1wd`, with the bounds of a deadline; `nil` for anything else.
    public init?(_ description: String) {
        guard description.utf8.first == UInt8(ascii: "+"), let span = Span(description.dropFirst()) else { return nil }
        switch span.unit {
        case .hours: self = .hours(span.number)
        case .days: self = .days(span.number)
        case .workingDays: self = .workingDays(span.number)
        case .workingHours, .weeks, .months: return nil
        }
    }

    public var description: String {
        switch self {
        case .hours(let number): "+\(number)h"
        case .days(let number): "+\(number)d"
        case .workingDays(let number): "+\(number)wd"
        }
    }
}

extension Cadence.Step: LosslessStringConvertible {
    /// Reads `2d`, `1w`, `1mo` or `3wd`, 1…9999; `nil` for anything else.
    public init?(_ description: String) {
        guard let span = Span(description[...]) else { return nil }
        switch span.unit {
        case .days: self = .days(span.number)
        case .weeks: self = .weeks(span.number)
        case .months: self = .months(span.number)
        case .workingDays: self = .workingDays(span.number)
        case .hours, .workingHours: return nil
        }
    }

    public var description: String {
        switch self {
        case .days(let number): "\(number)d"
        case .weeks(let number): "\(number)w"
        case .months(let number): "\(number)mo"
        case .workingDays(let number): "\(number)wd"
        }
    }
}

extension Weekday {
    /// The word of the charter language, `monday`; `nil` for anything else.
    public init?(word: String) {
        guard let weekday = Weekday.allCases.first(where: { $0.word == word }) else { return nil }
        self = weekday
    }
}

/// A number with a unit: `24h`.
private struct Span {
    let number: Int
    let unit: Unit

    enum Unit: String {
        case hours = "h"
        case workingHours = "wh"
        case days = "d"
        case weeks = "w"
        case months = "mo"
        case workingDays = "wd"
    }

    init?(_ text: Substring) {
        let digits = text.prefix { "0"..."9" ~= $0 }
        guard let number = boundedNumber(digits), let unit = Unit(rawValue: String(text.dropFirst(digits.count))),
            number > 0 || unit == .hours || unit == .workingHours
        else { return nil }
        self.number = number
        self.unit = unit
    }
}

/// 0…9999 in ASCII digits, written one way: no sign, no leading zero.
private func boundedNumber(_ text: Substring) -> Int? {
    guard (1...4).contains(text.utf8.count), let number = Int(text), String(number) == text else { return nil }
    return number >= 0 ? number : nil
}

/// `[a-z][a-z0-9_]*`
private func isFieldName(_ text: Substring) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy {
        isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
    }
}

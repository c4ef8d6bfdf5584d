import Foundation
import Primitives

extension Birthday {
    /// Why a text is no birthday.
    enum Fault: Error, Sendable, Equatable {
        /// Not a date in a spelling that has one meaning only.
        case unreadable
        /// There is no such day.
        case impossible
        /// After today, or before 1900.
        case implausible
    }

    /// Reads `1994-10-17`, `1994/10/17`, `1982.4.15`, `1978年6月18日`, `19640905`, `农历2008年2月廿九`, `农历八月十五`.
    ///
    /// A year of two digits, or day and month before the year, have several meanings and are not guessed.
    static func read(_ text: String, today: CalendarDay) throws(Fault) -> Birthday {
        var rest = text.plain.filter { !$0.isWhitespace }[...]
        for mark in ["农历", "農曆", "阴历", "陰曆", "旧历", "舊曆", "(农历)", "(农)"] where rest.hasPrefix(mark) {
            rest = rest.dropFirst(mark.count).drop { $0 == ":" }
            return .lunar(try lunar(rest, today: today))
        }
        for mark in ["公历", "公曆", "阳历", "陽曆", "新历", "新曆"] where rest.hasPrefix(mark) {
            rest = rest.dropFirst(mark.count).drop { $0 == ":" }
        }
        return .solar(try solar(rest, today: today))
    }

    private static func solar(_ text: Substring, today: CalendarDay) throws(Fault) -> CalendarDay {
        let numbers: [Int]
        if text.utf8.count == 8, text.utf8.allSatisfy(\.isDigit), let whole = Int(text) {
            numbers = [whole / 10_000, whole / 100 % 100, whole % 100]
        } else {
            let body = text.hasSuffix("日") || text.hasSuffix("号") || text.hasSuffix("號") ? text.dropLast() : text
            let parts = body.split(omittingEmptySubsequences: false) { "-/.年月".contains($0) }
            let marks = body.filter { !$0.isNumber }
            guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count <= 2, parts[2].utf8.count <= 2,
                ["--", "//", "..", "年月"].contains(marks)
            else { throw .unreadable }
            numbers = parts.compactMap { $0.utf8.allSatisfy(\.isDigit) ? Int($0) : nil }
            guard numbers.count == 3 else { throw .unreadable }
        }
        guard let day = CalendarDay(year: numbers[0], month: numbers[1], day: numbers[2]) else { throw .impossible }
        guard day <= today, day.year >= 1900 else { throw .implausible }
        return day
    }

    private static func lunar(_ text: Substring, today: CalendarDay) throws(Fault) -> LunarDay {
        var rest = text
        var year: Int?
        if let mark = rest.firstIndex(of: "年") {
            guard let number = ChineseNumeral.year(rest[..<mark]) else { throw .unreadable }
            guard number >= 1900, number <= today.year else { throw .implausible }
            year = number
            rest = rest[rest.index(after: mark)...]
        }
        let isLeap = rest.hasPrefix("闰") || rest.hasPrefix("閏")
        if isLeap { rest = rest.dropFirst() }
        guard let mark = rest.firstIndex(of: "月"), let month = ChineseNumeral.month(rest[..<mark]) else {
            throw .unreadable
        }
        rest = rest[rest.index(after: mark)...]
        if rest.hasSuffix("日") || rest.hasSuffix("号") { rest = rest.dropLast() }
        guard let number = ChineseNumeral.day(rest) else { throw .unreadable }
        guard let day = LunarDay(year: year, month: month, isLeapMonth: isLeap, day: number), day.exists else {
            throw .impossible
        }
        return day
    }
}

extension LunarDay {
    /// Whether that lunar year has that month, and the month that day; true where the year is unknown.
    var exists: Bool {
        // Every month has 29 days, and every year its twelve ordinary months.
        guard let year, day == 30 || isLeapMonth else { return true }
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
        guard let date = calendar.date(from: parts) else { return false }
        let back = calendar.dateComponents([.month, .day], from: date)
        return back.month == month && back.day == day && (back.isLeapMonth ?? false) == isLeapMonth
    }
}

/// The numbers of lunar dates: `正`, `腊`, `初一`, `廿九`, `三十`, or digits.
enum ChineseNumeral {
    private static let digits: [Character: Int] = [
        "〇": 0, "零": 0, "○": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
    ]

    static func year(_ text: Substring) -> Int? {
        guard text.count == 4 else { return nil }
        var year = 0
        for character in text {
            guard let digit = digits[character] ?? (character.isASCII ? character.wholeNumberValue : nil) else {
                return nil
            }
            year = year * 10 + digit
        }
        return year
    }

    static func month(_ text: Substring) -> Int? {
        switch text {
        case "正", "元": 1
        case "冬": 11
        case "腊", "臘": 12
        default: small(text)
        }
    }

    static func day(_ text: Substring) -> Int? {
        if text.hasPrefix("初") { return text.count == 2 ? small(text.dropFirst()) : nil }
        if text.hasPrefix("廿") {
            return text.count == 1 ? 20 : text.count == 2 ? text.last.flatMap { digits[$0] }.map { 20 + $0 } : nil
        }
        return small(text)
    }

    /// 1…39 in digits or as `十`, `十一`, `二十`, `三十`.
    private static func small(_ text: Substring) -> Int? {
        if !text.isEmpty, text.utf8.count <= 2, text.utf8.allSatisfy(\.isDigit) { return Int(text) }
        guard let ten = text.firstIndex(of: "十") else {
            return text.count == 1 ? text.first.flatMap { digits[$0] } : nil
        }
        let before = text[..<ten]
        let after = text[text.index(after: ten)...]
        guard before.count <= 1, after.count <= 1 else { return nil }
        guard let tens = before.isEmpty ? 1 : before.first.flatMap({ digits[$0] }),
            let ones = after.isEmpty ? 0 : after.first.flatMap({ digits[$0] })
        else { return nil }
        return tens * 10 + ones
    }
}

import Foundation
import Primitives

/// The eighteen-character number of a mainland identity card.
public struct IdentityNumber: Hashable, Sendable {
    /// Upper case: `11010519491231002X`.
    public let text: String

    /// `nil` when the length, the date of birth or the check character is wrong.
    public init?(_ text: String) {
        let number = text.plain.filter { !$0.isWhitespace }.uppercased()
        let bytes = Array(number.utf8)
        guard bytes.count == 18, bytes.dropLast().allSatisfy(\.isDigit), bytes[0] != 48 else { return nil }
        let digits = bytes.dropLast().map { Int($0) - 48 }
        let date = digits[6..<14].reduce(0) { $0 * 10 + $1 }
        guard CalendarDay(year: date / 10_000, month: date / 100 % 100, day: date % 100) != nil else { return nil }
        // GB 11643: weights 2¹⁷ … 2 modulo 11, and a check character for each remainder.
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
        guard bytes[17] == Array("10X98765432".utf8)[sum % 11] else { return nil }
        self.text = number
    }

    /// `11**************2X`
    public var masked: String { text.prefix(2) + String(repeating: "*", count: 14) + text.suffix(2) }
}

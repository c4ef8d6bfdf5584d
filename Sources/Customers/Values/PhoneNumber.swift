import Foundation

/// A telephone number in one spelling: `13812345678`, `01088886666`, `4008001234`, `+85212345678`; an extension
/// follows an `x`.
public struct PhoneNumber: Hashable, Sendable {
    public let digits: String

    /// Reads the spellings of offices: `+86 138-1234-5678`, `(010) 8888 6666 转 12`, full-width digits.
    ///
    /// `nil` when it is no mobile number, no landline with its area code, no 400/800 and no foreign number.
    public init?(_ text: String) {
        if text.utf8.count == 11, text.utf8.allSatisfy(\.isDigit), PhoneNumber.isNational(text) {
            digits = text
            return
        }
        var number = text.plain.trimmed.lowercased()
        var ending = ""
        let isBare = number.utf8.allSatisfy { $0.isDigit || $0 == 43 || $0 == 45 || $0 == 32 }
        for mark in isBare ? [] : ["转", "轉", "ext.", "ext", "x", "#"] {
            guard let range = number.range(of: mark) else { continue }
            ending = number[range.upperBound...].filter { !$0.isWhitespace }
            guard (1...6).contains(ending.utf8.count), ending.utf8.allSatisfy(\.isDigit) else { return nil }
            number = String(number[..<range.lowerBound])
            break
        }
        let isForeign = number.hasPrefix("+") && !number.hasPrefix("+86")
        number.unicodeScalars.removeAll { " \t-‐‑–—.()·".unicodeScalars.contains($0) }
        if number.hasPrefix("+") { number.removeFirst() }
        guard number.utf8.count <= 20, number.utf8.allSatisfy(\.isDigit) else { return nil }
        if isForeign {
            guard (8...15).contains(number.utf8.count) else { return nil }
            digits = "+" + number + (ending.isEmpty ? "" : "x" + ending)
            return
        }
        guard let national = PhoneNumber.national(number) else { return nil }
        digits = national + (ending.isEmpty ? "" : "x" + ending)
    }

    private static func national(_ number: String) -> String? {
        if isNational(number) { return number }
        for prefix in ["0086", "86"] where number.hasPrefix(prefix) {
            let rest = String(number.dropFirst(prefix.count))
            if isNational(rest) { return rest }
            if !rest.hasPrefix("1"), isNational("0" + rest) || rest.hasPrefix("10") { return "0" + rest }
            if rest.hasPrefix("10"), isNational("0" + rest) { return "0" + rest }
        }
        // A mobile number behind a trunk zero; no area code begins with 013…019 and has nine digits behind it.
        if number.utf8.count == 12, number.hasPrefix("01"), isNational(String(number.dropFirst())) {
            return String(number.dropFirst())
        }
        return nil
    }

    private static func isNational(_ number: String) -> Bool {
        let bytes = Array(number.utf8)
        switch bytes.first {
        case 49: return bytes.count == 11 && bytes[1] >= 51
        case 48: return (10...12).contains(bytes.count) && bytes[1] != 48 && !(bytes.count == 12 && bytes[1] == 49)
        case 52, 56: return bytes.count == 10 && bytes[1] == 48 && bytes[2] == 48
        default: return false
        }
    }

    /// Reads a cell that holds one number or several.
    /// - Throws: the part that is no number.
    static func list(_ text: String) throws(UnreadableValue) -> [PhoneNumber] {
        let text = text.trimmed
        if let one = PhoneNumber(text) { return [one] }
        let separators: Set<Character> = ["/", ";", "；", "、", ",", "，", "|", "或", "\n", "\r\n"]
        var parts = text.split { separators.contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 1 { parts = text.split(whereSeparator: \.isWhitespace).map(String.init) }
        var numbers: [PhoneNumber] = []
        for part in parts where !part.isEmpty {
            guard let number = PhoneNumber(part) else { throw UnreadableValue(found: part) }
            if !numbers.contains(number) { numbers.append(number) }
        }
        if numbers.isEmpty { throw UnreadableValue(found: text) }
        return numbers
    }

    /// `138****5678`
    public var masked: String {
        let body = digits.prefix { $0 != "x" }
        return body.prefix(3) + "****" + body.suffix(4)
    }

    /// The last four digits of the number without its extension.
    public var lastFour: String { String(digits.prefix { $0 != "x" }.suffix(4)) }
}

/// The piece of an input that could not be read.
struct UnreadableValue: Error, Sendable, Equatable {
    let found: String
}

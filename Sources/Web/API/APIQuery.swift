import Policy
import Primitives

/// The parameters behind the `?`, each known and given once; faults are gathered as they are read.
struct APIQuery {
    private let values: [String: String]
    private var faults: [APIFault.Unfit] = []

    /// - Parameter known: the names that the operation takes.
    /// - Throws: `.notText` where percent codes are no UTF-8 or hold NUL.
    init(_ query: String?, known: [String]) throws(APIFault) {
        var values: [String: String] = [:]
        for pair in (query ?? "").utf8.split(separator: 38) {
            let parts = pair.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.text(parts[0])
            let value = try Self.text(parts.count > 1 ? parts[1] : "".utf8[...])
            guard known.contains(name) else {
                faults.append(.init(name, .unknown(nearest: nearestWord(to: name, among: known))))
                continue
            }
            if values.updateValue(value, forKey: name) != nil { faults.append(.init(name, .twice)) }
        }
        self.values = values
    }

    private static func text(_ part: Substring.UTF8View) throws(APIFault) -> String {
        guard let text = PercentCode.text(part, plusIsSpace: true) else { throw .notText }
        return text
    }

    /// A whole number of that range.
    mutating func number(_ name: String, _ range: ClosedRange<Int64>, default standard: Int64) -> Int64 {
        guard let value = values[name] else { return standard }
        // Written one way, so that "+5", "05" and "5 " are not taken for 5.
        guard let number = Int64(value), String(number) == value else {
            faults.append(.init(name, .notA("integer")))
            return standard
        }
        if number < range.lowerBound { faults.append(.init(name, .below(range.lowerBound))) }
        if number > range.upperBound { faults.append(.init(name, .above(range.upperBound))) }
        return number
    }

    mutating func limit() -> Int { Int(number("limit", 1...200, default: 50)) }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, of type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let value = values[name] else { return nil }
        if let choice = Choice(rawValue: value) { return choice }
        faults.append(.init(name, .notOneOf(Choice.allCases.map(\.rawValue))))
        return nil
    }

    mutating func flag(_ name: String) -> Bool? {
        guard let value = values[name] else { return nil }
        if value == "true" { return true }
        if value != "false" { faults.append(.init(name, .notA("flag"))) }
        return false
    }

    mutating func identifier<Owner>(_ name: String, of owner: Owner.Type = Owner.self) -> Identifier<Owner>? {
        guard let value = values[name] else { return nil }
        let identifier = Identifier<Owner>(value)
        if identifier == nil { faults.append(.init(name, name == "cursor" ? .notACursor : .notAnIdentifier)) }
        return identifier
    }

    /// Text of one to `maximum` characters.
    mutating func text(_ name: String, maximum: Int, isRequired: Bool = false) -> String? {
        guard let value = values[name] else {
            if isRequired { faults.append(.init(name, .missing)) }
            return nil
        }
        if value.isEmpty { faults.append(.init(name, .tooShort(1))) }
        if value.unicodeScalars.count > maximum { faults.append(.init(name, .tooLong(maximum))) }
        return value
    }

    /// What a cursor of the operation's own shape says.
    mutating func cursor<Cursor>(_ read: (String) -> Cursor?) -> Cursor? {
        guard let value = values["cursor"] else { return nil }
        let cursor = read(value)
        if cursor == nil { faults.append(.init("cursor", .notACursor)) }
        return cursor
    }

    /// To be called when all parameters have been read.
    func check() throws(APIFault) {
        if !faults.isEmpty { throw .unfit(faults) }
    }
}

/// Percent codes of a path or a query.
enum PercentCode {
    /// `nil` when a code is broken, or the text is no UTF-8 or holds NUL.
    static func text(_ part: Substring.UTF8View, plusIsSpace: Bool = false) -> String? {
        var decoded: [UInt8] = []
        var rest = part
        while let byte = rest.popFirst() {
            if byte == 43, plusIsSpace {
                decoded.append(32)
            } else if byte == 37 {
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                decoded.append(high << 4 | low)
            } else {
                decoded.append(byte)
            }
        }
        return decoded.contains(0) ? nil : String(validating: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

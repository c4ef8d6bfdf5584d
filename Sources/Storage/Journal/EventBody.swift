import Foundation
public import Primitives

/// Fields as JSON with sorted keys, so that equal bodies have equal text.
public enum EventBody {
    /// Written by hand: an act writes a dozen events, and the library's encoder takes longer than their insertion.
    public static func encode(_ fields: Fields) -> String {
        if fields.isEmpty { return "{}" }
        var text: [UInt8] = []
        text.reserveCapacity(256)
        var sign = UInt8(ascii: "{")
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            text.append(sign)
            append(key, to: &text)
            text.append(UInt8(ascii: ":"))
            append(value, to: &text)
            sign = UInt8(ascii: ",")
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(_ value: FieldValue, to text: inout [UInt8]) {
        switch value {
        case .text(let words): append(words, to: &text)
        case .integer(let number): text += String(number).utf8
        case .flag(let flag): text += (flag ? "true" : "false").utf8
        case .list(let values):
            text.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                append(value, to: &text)
            }
            text.append(UInt8(ascii: "]"))
        }
    }

    /// A JSON string: quote, backslash and control characters escaped, all else as it is.
    private static func append(_ words: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in words.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 8: text += "\\b".utf8
            case 9: text += "\\t".utf8
            case 10: text += "\\n".utf8
            case 12: text += "\\f".utf8
            case 13: text += "\\r".utf8
            case 0..<32: text += ((byte < 16 ? "\\u000" : "\\u00") + String(byte, radix: 16)).utf8
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Read by hand too: a long case has hundreds of bodies, and the library takes twenty times as long for each. What
    /// is not as `encode` writes it is left to the library.
    public static func decode(_ text: String) -> Fields {
        if text == "{}" { return [:] }
        var text = text
        if let fields = text.withUTF8({ bytes in
            var body = EventText(bytes)
            return body.fields()
        }) {
            return fields
        }
        return (try? JSONDecoder().decode(Fields.self, from: Data(text.utf8))) ?? [:]
    }
}

/// The JSON of a body, read from its beginning; `nil` for whatever `EventBody.encode` does not write.
private struct EventText {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func fields() -> Fields? {
        guard next() == UInt8(ascii: "{") else { return nil }
        var fields: Fields = [:]
        repeat {
            guard let key = string(), next() == UInt8(ascii: ":"), let value = value() else { return nil }
            guard fields.updateValue(value, forKey: key) == nil else { return nil }
        } while take(UInt8(ascii: ","))
        return next() == UInt8(ascii: "}") && next() == nil ? fields : nil
    }

    private mutating func value() -> FieldValue? {
        skipSpace()
        guard position < bytes.count else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "\""): return string().map(FieldValue.text)
        case UInt8(ascii: "t"): return take("true") ? .flag(true) : nil
        case UInt8(ascii: "f"): return take("false") ? .flag(false) : nil
        case UInt8(ascii: "["): return list()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return integer()
        default: return nil
        }
    }

    private mutating func list() -> FieldValue? {
        position += 1
        if take(UInt8(ascii: "]")) { return .list([]) }
        var values: [FieldValue] = []
        repeat {
            guard let value = value() else { return nil }
            values.append(value)
        } while take(UInt8(ascii: ","))
        return next() == UInt8(ascii: "]") ? .list(values) : nil
    }

    private mutating func integer() -> FieldValue? {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        if position < bytes.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[position]) {
            return nil
        }
        if position - first > 1, bytes[first] == UInt8(ascii: "0") { return nil }
        return Int64(String(decoding: bytes[start..<position], as: UTF8.self)).map(FieldValue.integer)
    }

    private mutating func string() -> String? {
        guard next() == UInt8(ascii: "\"") else { return nil }
        let start = position
        while position < bytes.count, bytes[position] >= 32, bytes[position] != UInt8(ascii: "\""),
            bytes[position] != UInt8(ascii: "\\")
        {
            position += 1
        }
        guard position < bytes.count, bytes[position] >= 32 else { return nil }
        if bytes[position] == UInt8(ascii: "\"") {
            defer { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if byte < 32 { return nil }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let escaped = escaped() else { return nil }
            text.append(escaped)
        }
        return nil
    }

    /// What stands after a backslash, where that is one byte.
    private mutating func escaped() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        switch bytes[position] {
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return bytes[position]
        case UInt8(ascii: "u"):
            guard position + 4 < bytes.count else { return nil }
            let digits = String(decoding: bytes[position + 1...position + 4], as: UTF8.self)
            position += 4
            return UInt8(digits, radix: 16).flatMap { $0 < 128 ? $0 : nil }
        default: return nil
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] == 32 || (9...13).contains(bytes[position]) { position += 1 }
    }

    private mutating func next() -> UInt8? {
        skipSpace()
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: String) -> Bool {
        guard bytes[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }
}

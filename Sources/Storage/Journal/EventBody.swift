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

    public static func decode(_ text: String) -> Fields {
        if text == "{}" { return [:] }
        return (try? JSONDecoder().decode(Fields.self, from: Data(text.utf8))) ?? [:]
    }
}

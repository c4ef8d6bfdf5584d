import Primitives

/// A JSON text as it stands there, before anybody asks what it means.
///
/// Foundation's decoder would hide what a true document must refuse: names that come twice, `1.5` where a whole
/// number belongs, NUL. So bodies are read here, and only answers are written by Foundation.
enum JSONValue: Sendable, Equatable {
    case null
    case flag(Bool)
    case integer(Int64)
    /// A number with a fraction or beyond 64 bits, as it was written.
    case fraction(String)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])
}

/// Reads RFC 8259 in UTF-8, to a depth of 32.
struct JSONText {
    /// Why a text is not JSON, with the byte it was seen at.
    enum Fault: Error, Equatable {
        case notUTF8
        case syntax(at: Int)
        case tooDeep
        case twice(name: String)
        case nul
    }

    private let bytes: [UInt8]
    private var index = 0

    static let deepest = 32

    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        var text = JSONText(bytes: bytes)
        text.skip()
        let value = try text.value(depth: 0)
        text.skip()
        guard text.index == bytes.count else { throw .syntax(at: text.index) }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skip() {
        while let byte = current, byte == 32 || byte == 10 || byte == 13 || byte == 9 { index += 1 }
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONValue {
        guard depth <= Self.deepest else { throw .tooDeep }
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Fault) -> JSONValue {
        guard bytes[index...].starts(with: word.utf8) else { throw .syntax(at: index) }
        index += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Fault) -> JSONValue {
        index += 1
        var members: [String: JSONValue] = [:]
        skip()
        if take("}") { return .object(members) }
        while true {
            skip()
            guard current == UInt8(ascii: "\"") else { throw .syntax(at: index) }
            let name = try string()
            skip()
            guard take(":") else { throw .syntax(at: index) }
            skip()
            guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
                throw .twice(name: name)
            }
            skip()
            if take("}") { return .object(members) }
            guard take(",") else { throw .syntax(at: index) }
        }
    }

    private mutating func list(depth: Int) throws(Fault) -> JSONValue {
        index += 1
        var items: [JSONValue] = []
        skip()
        if take("]") { return .list(items) }
        while true {
            skip()
            items.append(try value(depth: depth + 1))
            skip()
            if take("]") { return .list(items) }
            guard take(",") else { throw .syntax(at: index) }
        }
    }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: mark) else { return false }
        index += 1
        return true
    }

    private mutating func number() throws(Fault) -> JSONValue {
        let start = index
        _ = take("-")
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[index - whole] != UInt8(ascii: "0") else { throw .syntax(at: start) }
        var isWhole = true
        if take(".") {
            isWhole = false
            guard digits() > 0 else { throw .syntax(at: index) }
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { throw .syntax(at: index) }
        }
        let written = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let number = Int64(written) { return .integer(number) }
        // JSON Schema counts 1.0 among the whole numbers.
        if let dot = written.firstIndex(of: "."), written[written.index(after: dot)...].allSatisfy({ $0 == "0" }),
            let number = Int64(written[..<dot])
        {
            return .integer(number)
        }
        return .fraction(written)
    }

    /// - Returns: how many digits stood there.
    private mutating func digits() -> Int {
        let start = index
        while let byte = current, byte >= 48, byte <= 57 { index += 1 }
        return index - start
    }

    private mutating func string() throws(Fault) -> String {
        index += 1
        var content: [UInt8] = []
        while let byte = current {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): content.append(contentsOf: try escape())
            case 0..<32: throw .syntax(at: index - 1)
            default: content.append(byte)
            }
        }
        throw .syntax(at: index)
    }

    private mutating func escape() throws(Fault) -> [UInt8] {
        let mark = current
        index += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return mark.map { [$0] } ?? []
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var code = UInt32(try unit())
            if (0xD800...0xDBFF).contains(code) {
                // Half a character is no text: the other half must follow.
                guard take("\\"), take("u") else { throw .notUTF8 }
                let low = UInt32(try unit())
                guard (0xDC00...0xDFFF).contains(low) else { throw .notUTF8 }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw .notUTF8 }
            guard scalar.value != 0 else { throw .nul }
            return Array(String(Character(scalar)).utf8)
        default: throw .syntax(at: index - 1)
        }
    }

    private mutating func unit() throws(Fault) -> UInt16 {
        guard index + 4 <= bytes.count,
            bytes[index..<(index + 4)].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt16(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
        else { throw .syntax(at: index) }
        index += 4
        return code
    }
}

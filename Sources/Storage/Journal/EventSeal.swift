import Crypto

/// The hash chain over a company's events: SHA-256 over the seal before and every column of the row.
///
/// Each column is a byte for its kind, its length in four bytes, and its content, so that no two rows
/// have the same encoding. A body is hashed as the text that is stored: an engine must keep that text.
enum EventSeal {
    /// What stands before the first event.
    static let origin = [UInt8](repeating: 0, count: 32)

    static let columns = EventStore.columns

    /// In the order of `columns`.
    private static let kinds: [Kind] = [
        .identifier, .integer, .text, .integer, .text, .identifier, .identifier, .identifier, .identifier, .text,
        .integer, .integer, .identifier, .integer, .text, .text, .bytes,
    ]

    private enum Kind: UInt8 {
        case null, integer, text, bytes, identifier
    }

    /// - Parameter row: begins with `columns`.
    static func seal(after previous: [UInt8], number: Int64, row: Row) throws -> [UInt8] {
        seal(after: previous, number: number, values: try values(of: row))
    }

    /// - Parameter values: of all `columns`, as they are bound when the row is inserted.
    static func seal(after previous: [UInt8], number: Int64, values: [Value]) -> [UInt8] {
        var encoding: [UInt8] = []
        encoding.reserveCapacity(1024)
        encoding += "charter.event.1".utf8
        append(previous, to: &encoding)
        append(.integer(number), to: &encoding)
        for value in values { append(value, to: &encoding) }
        return Array(SHA256.hash(data: encoding))
    }

    private static func values(of row: Row) throws -> [Value] {
        try kinds.enumerated().map { column, kind in
            if row.isNull(column) { return .null }
            switch kind {
            case .null: return .null
            case .integer: return .integer(try row.integer(column))
            case .text: return .text(try row.text(column))
            case .bytes: return .bytes(try row.bytes(column))
            case .identifier:
                let words = try row.identifier(column)
                return .identifier(high: words.high, low: words.low)
            }
        }
    }

    private static func append(_ value: Value, to encoding: inout [UInt8]) {
        switch value {
        case .null: begin(.null, count: 0, in: &encoding)
        case .integer(let number):
            begin(.integer, count: 8, in: &encoding)
            append(UInt64(bitPattern: number), to: &encoding)
        case .text(let text), .json(let text):
            begin(.text, count: text.utf8.count, in: &encoding)
            encoding += text.utf8
        case .bytes(let bytes): append(bytes, to: &encoding)
        case .identifier(let high, let low):
            begin(.identifier, count: 16, in: &encoding)
            append(high, to: &encoding)
            append(low, to: &encoding)
        }
    }

    private static func append(_ bytes: [UInt8], to encoding: inout [UInt8]) {
        begin(.bytes, count: bytes.count, in: &encoding)
        encoding += bytes
    }

    private static func begin(_ kind: Kind, count: Int, in encoding: inout [UInt8]) {
        encoding.append(kind.rawValue)
        withUnsafeBytes(of: UInt32(count).bigEndian) { encoding.append(contentsOf: $0) }
    }

    private static func append(_ word: UInt64, to encoding: inout [UInt8]) {
        withUnsafeBytes(of: word.bigEndian) { encoding.append(contentsOf: $0) }
    }
}

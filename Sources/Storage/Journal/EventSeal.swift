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
        let all: [Value] = [.bytes(previous), .integer(number)] + values
        let size = all.reduce(version.count) { $0 + 5 + length(of: $1) }
        // Into room of the right size: an act seals each of its events, and growing piece by piece takes longer than the
        // hash.
        let encoding = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            var rest = UnsafeMutableRawBufferPointer(buffer)
            append(version, to: &rest)
            for value in all { append(value, to: &rest) }
            count = size - rest.count
        }
        // Not by the digest's iterator, which makes an array of its own first.
        return SHA256.hash(data: encoding).withUnsafeBytes { Array($0) }
    }

    private static let version = Array("charter.event.1".utf8)

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

    /// Bytes of content.
    private static func length(of value: Value) -> Int {
        switch value {
        case .null: 0
        case .integer: 8
        case .text(let text), .json(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .identifier: 16
        }
    }

    private static func append(_ value: Value, to rest: inout UnsafeMutableRawBufferPointer) {
        let kind: Kind =
            switch value {
            case .null: .null
            case .integer: .integer
            case .text, .json: .text
            case .bytes: .bytes
            case .identifier: .identifier
            }
        withUnsafeBytes(of: kind.rawValue) { append($0, to: &rest) }
        withUnsafeBytes(of: UInt32(length(of: value)).bigEndian) { append($0, to: &rest) }
        switch value {
        case .null: break
        case .integer(let number): append(UInt64(bitPattern: number), to: &rest)
        case .text(var text), .json(var text): text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &rest) }
        case .bytes(let bytes): append(bytes, to: &rest)
        case .identifier(let high, let low):
            append(high, to: &rest)
            append(low, to: &rest)
        }
    }

    private static func append(_ bytes: [UInt8], to rest: inout UnsafeMutableRawBufferPointer) {
        bytes.withUnsafeBytes { append($0, to: &rest) }
    }

    private static func append(_ word: UInt64, to rest: inout UnsafeMutableRawBufferPointer) {
        withUnsafeBytes(of: word.bigEndian) { append($0, to: &rest) }
    }

    /// Fills the beginning of the room, and leaves the rest.
    private static func append(_ bytes: UnsafeRawBufferPointer, to rest: inout UnsafeMutableRawBufferPointer) {
        rest.copyMemory(from: bytes)
        rest = UnsafeMutableRawBufferPointer(rebasing: rest.dropFirst(bytes.count))
    }
}

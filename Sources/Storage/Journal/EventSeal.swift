import Crypto

/// The hash chain over a company's events: SHA-256 over the seal before and every column of the row.
///
/// Each column is a byte for its kind, its length in four bytes, and its content, so that no two rows
/// have the same encoding. A body is hashed as the text that is stored: an engine must keep that text.
enum EventSeal {
    /// What stands before the first event.
    static let origin = [UInt8](repeating: 0, count: 32)

    static let columns: SQL = """
        id, organisation, type, schema_version, subject_kind, subject, matter, unit, actor, program,
        occurred_at, recorded_at, cause, charter_version, nature, body, secret
        """

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
        var encoding: [UInt8] = Array("charter.event.1".utf8)
        encoding.reserveCapacity(512)
        append(previous, as: .bytes, to: &encoding)
        append(bytes(of: UInt64(bitPattern: number)), as: .integer, to: &encoding)
        for (column, kind) in kinds.enumerated() {
            if row.isNull(column) {
                append([], as: .null, to: &encoding)
                continue
            }
            let content: [UInt8]
            switch kind {
            case .null: content = []
            case .integer: content = bytes(of: UInt64(bitPattern: try row.integer(column)))
            case .text: content = Array(try row.text(column).utf8)
            case .bytes: content = try row.bytes(column)
            case .identifier:
                let words = try row.identifier(column)
                content = bytes(of: words.high) + bytes(of: words.low)
            }
            append(content, as: kind, to: &encoding)
        }
        return Array(SHA256.hash(data: encoding))
    }

    private static func append(_ content: [UInt8], as kind: Kind, to encoding: inout [UInt8]) {
        encoding.append(kind.rawValue)
        withUnsafeBytes(of: UInt32(content.count).bigEndian) { encoding.append(contentsOf: $0) }
        encoding.append(contentsOf: content)
    }

    private static func bytes(of word: UInt64) -> [UInt8] {
        withUnsafeBytes(of: word.bigEndian) { Array($0) }
    }
}

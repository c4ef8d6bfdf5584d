import CPostgres
import Storage

/// The answer to one statement, in binary.
final class ServerResult {
    fileprivate let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { PQclear(handle) }

    var count: Int32 { PQntuples(handle) }

    /// How many rows the statement changed.
    var changed: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The statement's first word, as the server tells it back.
    var tag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    var status: ExecStatusType { PQresultStatus(handle) }

    /// A part of what the server says of a refusal, by its letter in the protocol; empty when it is missing.
    func field(_ letter: Unicode.Scalar) -> String {
        PQresultErrorField(handle, Int32(letter.value)).map { String(cString: $0) } ?? ""
    }

    func row(_ number: Int32) -> PostgresRow { PostgresRow(result: self, number: number) }
}

/// A row of an answer; it may outlive the statement.
struct PostgresRow: RowSource {
    let result: ServerResult
    let number: Int32

    func isNull(_ column: Int) -> Bool { PQgetisnull(result.handle, number, Int32(column)) != 0 }

    func integer(_ column: Int) -> Int64? {
        guard let (type, bytes) = content(column) else { return nil }
        switch type {
        case .bigint: return Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case .integer: return Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case .smallint: return Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        case .flag: return bytes[0] == 0 ? 0 : 1
        case .numeric: return Int64(numeric: bytes)
        default: return nil
        }
    }

    func text(_ column: Int) -> String? {
        guard let (type, bytes) = content(column), type == .text || type == .json || type == .name else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8]? {
        guard let (type, bytes) = content(column), type == .bytes || type == .identifier else { return nil }
        return Array(bytes)
    }

    func identifier(_ column: Int) -> (high: UInt64, low: UInt64)? {
        guard let (type, bytes) = content(column), type == .identifier, bytes.count == 16 else { return nil }
        return (
            UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    private func content(_ column: Int) -> (ServerType, UnsafeRawBufferPointer)? {
        let column = Int32(column)
        guard PQgetisnull(result.handle, number, column) == 0,
            let type = ServerType(rawValue: PQftype(result.handle, column)),
            let start = PQgetvalue(result.handle, number, column)
        else { return nil }
        let count = Int(PQgetlength(result.handle, number, column))
        return (type, UnsafeRawBufferPointer(start: start, count: count))
    }
}

/// The server's own types that storage speaks, by their fixed numbers.
enum ServerType: UInt32 {
    case flag = 16
    case bytes = 17
    case name = 19
    case bigint = 20
    case smallint = 21
    case integer = 23
    case text = 25
    case json = 114
    case numeric = 1700
    case identifier = 2950
}

extension Int64 {
    /// A whole number in the server's decimal form, as sums of integers come; `nil` for a fraction or one too large.
    ///
    /// Four words of sixteen bits (digits, weight, sign, scale), then digits to the base of 10,000.
    fileprivate init?(numeric bytes: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> Int {
            Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
        }
        guard bytes.count >= 8, bytes.count == 8 + 2 * word(0) else { return nil }
        let (digits, weight, sign) = (word(0), word(1), word(2))
        guard sign == 0 || sign == 0x4000, weight < 5 else { return nil }
        var value: Int64 = 0
        for place in 0..<Swift.max(digits, weight + 1) {
            let digit = place < digits ? Int64(word(4 + place)) : 0
            if place > weight {
                guard digit == 0 else { return nil }
                continue
            }
            let (shifted, isLarge) = value.multipliedReportingOverflow(by: 10_000)
            let (sum, isLarger) = shifted.addingReportingOverflow(digit)
            if isLarge || isLarger { return nil }
            value = sum
        }
        self = sign == 0 ? value : -value
    }
}

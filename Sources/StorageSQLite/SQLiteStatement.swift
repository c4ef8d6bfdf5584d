import GRDBSQLite
import Storage

/// A prepared statement, bound and stepped without copies in between.
struct SQLiteStatement {
    private let sql: Storage.SQL
    private let connection: Connection
    private let handle: OpaquePointer
    private let isKept: Bool
    /// As of before its own bindings. Statements end in the reverse order of their beginning.
    private let mark: Int

    init(_ sql: Storage.SQL, on connection: Connection) throws {
        mark = connection.mark
        (handle, isKept) = try connection.statement(sql)
        self.sql = sql
        self.connection = connection
        for index in sql.bindings.indices {
            guard bind(sql.bindings[index], at: Int32(index + 1)) == SQLITE_OK else {
                let failure = connection.failure(of: sql)
                end()
                throw failure
            }
        }
    }

    /// Steps to the end, calling for each row; once.
    func run(_ row: (SQLiteRow) throws -> Void) throws {
        defer { end() }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try row(SQLiteRow(handle: handle))
            case SQLITE_DONE: return
            default: throw connection.failure(of: sql)
            }
        }
    }

    private func end() {
        defer { connection.mark = mark }
        if !isKept {
            sqlite3_finalize(handle)
            return
        }
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func bind(_ value: Value, at index: Int32) -> Int32 {
        switch value {
        case .null:
            return sqlite3_bind_null(handle, index)
        case .integer(let number):
            return sqlite3_bind_int64(handle, index, number)
        case .text(var text), .json(var text):
            return text.withUTF8 { buffer in
                let count = Int32(buffer.count)
                if count > 0, let kept = connection.keep(UnsafeRawBufferPointer(buffer)) {
                    return sqlite3_bind_text(handle, index, kept.assumingMemoryBound(to: CChar.self), count, nil)
                }
                return buffer.withMemoryRebound(to: CChar.self) {
                    sqlite3_bind_text(handle, index, $0.baseAddress, count, transient)
                }
            }
        case .bytes(let bytes):
            // A null pointer would bind null.
            if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, index, 0) }
            return bytes.withUnsafeBytes { bind($0, at: index) }
        case .identifier(let high, let low):
            return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bind($0, at: index) }
        }
    }

    private func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) -> Int32 {
        if let kept = connection.keep(bytes) {
            return sqlite3_bind_blob(handle, index, kept, Int32(bytes.count), nil)
        }
        return sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), transient)
    }
}

/// Tells SQLite to copy what is bound. The constant is a cast that the importer cannot express.
nonisolated(unsafe) private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// The row on which a statement stands.
struct SQLiteRow: RowSource {
    let handle: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) -> Int64? {
        let column = Int32(column)
        guard sqlite3_column_type(handle, column) == SQLITE_INTEGER else { return nil }
        return sqlite3_column_int64(handle, column)
    }

    func text(_ column: Int) -> String? {
        let column = Int32(column)
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT, let start = sqlite3_column_text(handle, column)
        else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8]? {
        withBlob(column) { Array($0) }
    }

    func identifier(_ column: Int) -> (high: UInt64, low: UInt64)? {
        withBlob(column) { blob in
            guard blob.count == 16 else { return nil }
            return (
                UInt64(bigEndian: blob.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: blob.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    private func withBlob<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> T?) -> T? {
        let column = Int32(column)
        guard sqlite3_column_type(handle, column) == SQLITE_BLOB else { return nil }
        let start = sqlite3_column_blob(handle, column)
        return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}

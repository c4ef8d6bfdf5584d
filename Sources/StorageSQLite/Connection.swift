import GRDB
import GRDBSQLite
import Storage
import Synchronization

/// A connection, with the statements that were prepared on it.
///
/// Unchecked, because one thread at a time has a connection.
final class Connection: @unchecked Sendable {
    let handle: OpaquePointer
    private var prepared: [StatementText: OpaquePointer] = [:]
    /// What the running statements have bound, one behind the other; each gives its part back at its end.
    private let bound = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    private var boundBytes = 0

    /// So many statements are kept; a program has a few hundred.
    private static let most = 1000

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        finalize()
        bound.deallocate()
    }

    /// Copies what is bound to where it stays while its statement runs.
    /// - Returns: `nil` when it does not fit; the engine then has to make a copy of its own.
    func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
        guard bytes.count <= bound.count - boundBytes else { return nil }
        let place = UnsafeMutableRawBufferPointer(rebasing: bound[boundBytes..<boundBytes + bytes.count])
        place.copyMemory(from: bytes)
        boundBytes += bytes.count
        return UnsafeRawPointer(place.baseAddress)
    }

    /// How much is kept; a statement notes it before it binds, and goes back to it when its bindings are cleared.
    var mark: Int {
        get { boundBytes }
        set { boundBytes = newValue }
    }

    /// Lets go of all statements, before the connection is closed.
    func finalize() {
        for statement in prepared.values { sqlite3_finalize(statement) }
        prepared = [:]
    }

    var isInsideTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// How many rows were changed since the connection was opened.
    var changes: Int32 { sqlite3_total_changes(handle) }

    /// The statement, prepared now or before.
    /// - Returns: whether it is kept here; otherwise whoever uses it finalizes it.
    func statement(_ sql: Storage.SQL) throws -> (statement: OpaquePointer, isKept: Bool) {
        let text = StatementText(sql)
        if let statement = prepared[text] {
            // A query that is run again while its rows are being read needs a statement of its own.
            return sqlite3_stmt_busy(statement) == 0 ? (statement, true) : (try prepare(sql), false)
        }
        let statement = try prepare(sql)
        if prepared.count >= Self.most { forget() }
        prepared[text] = statement
        return (statement, true)
    }

    /// Runs a statement that has no rows, such as the bounds of a transaction.
    func control(_ sql: Storage.SQL) throws {
        try SQLiteStatement(sql, on: self).run { _ in }
    }

    func failure(of sql: Storage.SQL) -> StorageError {
        StorageError(
            code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)),
            sql: sql.parts.joined(separator: "?"))
    }

    /// Those in use are told apart by being busy, and stay.
    private func forget() {
        for (text, statement) in prepared where sqlite3_stmt_busy(statement) == 0 {
            sqlite3_finalize(statement)
            prepared[text] = nil
        }
    }

    private func prepare(_ sql: Storage.SQL) throws -> OpaquePointer {
        let text = sql.parts.joined(separator: "?")
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(of: sql) }
        guard Int(sqlite3_bind_parameter_count(statement)) == sql.bindings.count else {
            sqlite3_finalize(statement)
            throw StorageError.engine("a placeholder is written in the text: \(text)")
        }
        return statement
    }
}

import GRDB
import GRDBSQLite
import Storage

extension StorageError {
    /// - Parameter code: SQLite's extended result.
    init(code: Int32, message: String, sql: String?, path: String = "the database") {
        switch code {
        case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID:
            self = .duplicate(message.replacing("UNIQUE constraint failed: ", with: ""))
        default:
            switch code & 0xFF {
            case SQLITE_FULL:
                self = .diskFull
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_INTERRUPT, SQLITE_NOMEM:
                self = .unavailable(message)
            case SQLITE_NOTADB: self = .file(.notADatabase, path: path)
            case SQLITE_CORRUPT: self = .file(.damaged, path: path)
            case SQLITE_CANTOPEN: self = .file(.cannotOpen, path: path)
            case SQLITE_READONLY: self = .file(.readOnly, path: path)
            default:
                self = .engine("\(message) (\(code))" + (sql.map { " in: \($0)" } ?? ""))
            }
        }
    }
}

/// The extended results, which are macros of macros that the importer leaves out.
private let SQLITE_CONSTRAINT_PRIMARYKEY = SQLITE_CONSTRAINT | (6 << 8)
private let SQLITE_CONSTRAINT_UNIQUE = SQLITE_CONSTRAINT | (8 << 8)
private let SQLITE_CONSTRAINT_ROWID = SQLITE_CONSTRAINT | (10 << 8)

/// Runs that, and tells GRDB's errors in storage's words.
/// - Parameter path: the file in use, where it is not the database of a running program.
func mapped<T>(of path: String = "the database", _ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch let error as DatabaseError {
        // A closed pool answers so, and nothing else in this target can.
        if error.resultCode == .SQLITE_MISUSE { throw StorageError.unavailable("the database is closed") }
        throw StorageError(
            code: error.extendedResultCode.rawValue, message: error.message ?? "", sql: error.sql, path: path)
    }
}

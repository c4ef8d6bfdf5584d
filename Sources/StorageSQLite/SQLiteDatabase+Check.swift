import GRDB
public import Storage

extension SQLiteDatabase: DatabaseCheck {
    /// Reads the whole file once, on a thread of GRDB's.
    public func faults() async throws -> [String] {
        try await pool.read { connection in
            var faults = try String.fetchAll(connection, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            faults += try Row.fetchAll(connection, sql: "PRAGMA foreign_key_check").map { row in
                "a row of \(row[0] as String) refers to nothing in \(row[2] as String)"
            }
            return faults
        }
    }
}

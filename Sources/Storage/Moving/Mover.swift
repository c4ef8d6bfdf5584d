import Crypto

/// Copies a whole installation from one engine to another, and proves that both hold the same.
///
/// Rows go over in the order of their keys, so a move that was broken off goes on after the last row that arrived.
/// Neither side may be in use meanwhile; what is written all the same shows when the two are compared.
public struct Mover: Sendable {
    private let source: any Database
    private let target: any Database
    private let tables: [TableShape]
    private let batch: Int

    /// Of a node that runs; they are nobody's property. Pieces of attachments go by themselves, as they may be files.
    private static let passing: Set<String> = ["lease", "shared_count", "attachment_piece"]
    /// There from the first moment on, so it is brought in line instead of being added.
    private static let founding = "installation"

    /// - Parameters:
    ///   - migrations: those of both databases.
    ///   - batch: so many rows go over in one transaction.
    public init(from source: any Database, to target: any Database, migrations: [Migration], batch: Int = 5000) {
        self.source = source
        self.target = target
        self.batch = batch
        tables = TableShape.all(of: migrations).filter { !Self.passing.contains($0.name) }
    }

    public enum Refusal: Error, Sendable, Equatable {
        /// The target holds rows of this table that the source does not have.
        case occupied(table: String)
    }

    /// Copies what the target does not have yet.
    /// - Parameter progress: told how many rows are there, of how many.
    /// - Throws: `Refusal.occupied` before anything is written.
    public func copy(progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }) async throws {
        for table in tables where table.name != Self.founding { try await mustBePart(table) }
        var total = 0
        for table in tables { total += try await count(table, in: source) }
        var done = 0
        for table in tables {
            if table.name == Self.founding {
                try await bringInLine(table)
                done += 1
                progress(done, total)
                continue
            }
            done += try await count(table, in: target)
            var last = try await lastRow(of: table, in: target).map(table.key(of:))
            while true {
                let rows = try await page(of: table, after: last, in: source)
                if rows.isEmpty { break }
                try await target.write(.everyCompany) { transaction in
                    for start in stride(from: 0, to: rows.count, by: Self.together) {
                        let end = min(start + Self.together, rows.count)
                        try transaction.run(insertion(of: rows[start..<end], into: table))
                    }
                }
                done += rows.count
                progress(done, total)
                last = rows.last.map(table.key(of:))
            }
        }
    }

    /// How a table came out.
    public struct Comparison: Sendable, Equatable {
        public let table: String
        /// Rows in the source and in the target.
        public let counts: [Int]
        /// SHA-256 over every column of every row in the order of the key, in hexadecimal; source and target.
        public let hashes: [String]

        public var isSame: Bool { counts[0] == counts[1] && hashes[0] == hashes[1] }
    }

    /// Reads both from beginning to end.
    public func compare(
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> [Comparison] {
        var result: [Comparison] = []
        for table in tables {
            let (here, there) = (try await digest(of: table, in: source), try await digest(of: table, in: target))
            result.append(
                Comparison(table: table.name, counts: [here.count, there.count], hashes: [here.hash, there.hash]))
            progress(result.count, tables.count)
        }
        return result
    }

    // MARK: - Reading

    private func page(
        of table: TableShape, after key: [Value]?, in database: any Database
    ) async throws -> [[Value]] {
        let order = table.list(table.key)
        let rest: SQL = key.map { "WHERE (\(order)) > (\(Self.list($0)))" } ?? ""
        return try await database.read(.everyCompany) { transaction in
            try transaction.all(
                """
                SELECT \(table.columnList) FROM \(raw: table.name) \(rest) ORDER BY \(order) LIMIT \(limit: batch)
                """, table.values(of:))
        }
    }

    private func count(_ table: TableShape, in database: any Database) async throws -> Int {
        try await database.read(.everyCompany) {
            try $0.one("SELECT count(*) FROM \(raw: table.name)", orElse: table.name) { try $0[0] }
        }
    }

    private func lastRow(of table: TableShape, in database: any Database) async throws -> [Value]? {
        let order = table.list(table.key.map { $0 + " DESC" })
        return try await database.read(.everyCompany) { transaction in
            try transaction.first(
                "SELECT \(table.columnList) FROM \(raw: table.name) ORDER BY \(order) LIMIT 1", table.values(of:))
        }
    }

    /// What lies in the target must be the beginning of what lies in the source: as many rows, and the last one the same.
    private func mustBePart(_ table: TableShape) async throws {
        guard let row = try await lastRow(of: table, in: target) else { return }
        let last = table.key(of: row)
        let order = table.list(table.key)
        let before: Int = try await source.read(.everyCompany) { transaction in
            try transaction.one(
                "SELECT count(*) FROM \(raw: table.name) WHERE (\(order)) <= (\(Self.list(last)))", orElse: table.name
            ) { try $0[0] }
        }
        let same = try await source.read(.everyCompany) { transaction in
            try transaction.first(
                "SELECT \(table.columnList) FROM \(raw: table.name) WHERE (\(order)) = (\(Self.list(last)))",
                table.values(of:))
        }
        guard try await count(table, in: target) == before, same == row else {
            throw Refusal.occupied(table: table.name)
        }
    }

    private func digest(of table: TableShape, in database: any Database) async throws -> (count: Int, hash: String) {
        var hash = SHA256()
        var count = 0
        var last: [Value]?
        while true {
            let rows = try await page(of: table, after: last, in: database)
            if rows.isEmpty { break }
            for row in rows {
                for value in row { hash.update(data: Self.encoding(of: value)) }
            }
            count += rows.count
            last = rows.last.map(table.key(of:))
        }
        return (count, hash.finalize().map { Self.hexadecimal($0) }.joined())
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count < 2 ? "0" + text : text
    }

    /// A byte for the kind, eight for the length, and the content, so that no two rows have the same encoding.
    private static func encoding(of value: Value) -> [UInt8] {
        let (kind, content): (UInt8, [UInt8]) =
            switch value {
            case .null: (0, [])
            case .integer(let number): (1, withUnsafeBytes(of: number.bigEndian) { Array($0) })
            case .text(let text), .json(let text): (2, Array(text.utf8))
            case .bytes(let bytes): (3, bytes)
            case .identifier(let high, let low):
                (4, withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) })
            }
        return [kind] + withUnsafeBytes(of: UInt64(content.count).bigEndian) { Array($0) } + content
    }

    // MARK: - Writing

    /// So many rows go over in one statement: what a statement costs by itself is then shared, and the longest row of
    /// ours stays far below the 32,766 values that an engine takes at once.
    private static let together = 100

    private func insertion(of rows: ArraySlice<[Value]>, into table: TableShape) -> SQL {
        // Piece by piece, since putting thousands of parts together pair by pair would copy all of them each time.
        var text = SQL.Interpolation(literalCapacity: 0, interpolationCount: rows.count * table.columns.count)
        text.appendInterpolation("INSERT INTO \(raw: table.name) (\(table.columnList)) VALUES " as SQL)
        for (number, row) in rows.enumerated() {
            text.appendLiteral(number == 0 ? "(" : ", (")
            for (place, value) in row.enumerated() {
                if place > 0 { text.appendLiteral(", ") }
                text.appendInterpolation(value)
            }
            text.appendLiteral(")")
        }
        return SQL(stringInterpolation: text)
    }

    private func bringInLine(_ table: TableShape) async throws {
        guard let row = try await page(of: table, after: nil, in: source).first else { return }
        var assignments: SQL = ""
        for (index, column) in table.columns.enumerated() where !table.key.contains(column.name) {
            let before: SQL = assignments.bindings.isEmpty ? "" : ", "
            assignments = "\(assignments)\(before)\(raw: column.name) = \(row[index])"
        }
        let change: SQL = "UPDATE \(raw: table.name) SET \(assignments)"
        try await target.write(.everyCompany) { try $0.run(change, changing: 1, orElse: .notFound(table.name)) }
    }

    private static func list(_ values: [Value]) -> SQL {
        values.dropFirst().reduce("\(values[0])") { "\($0), \($1)" }
    }
}

extension Mover {
    /// What a move takes of each table that the migrations make, by the table's name.
    package static func columns(of migrations: [Migration]) -> [String: [String]] {
        Dictionary(TableShape.all(of: migrations).map { ($0.name, $0.columns.map(\.name)) }) { first, _ in first }
    }
}

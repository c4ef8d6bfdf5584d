/// A statement that inserts rows of one shape, put together from pieces that were written once.
///
/// For what an act inserts by the dozen: an interpolation of as many values, and of rows within rows, takes longer than
/// the row's way into its table.
public struct Insertion: Sendable {
    private let beginning: String
    private let ending: String
    private let width: Int

    /// - Parameters:
    ///   - columns: as they stand in the statement, `id, name`.
    ///   - ending: what stands behind the rows, such as a conflict clause.
    public init(into table: String, columns: String, ending: String = "") {
        beginning = "INSERT INTO \(table) (\(columns)) VALUES ("
        self.ending = ending.isEmpty ? ")" : ") " + ending
        width = columns.split(separator: ",").count
    }

    /// - Parameter rows: at least one, each with a value for every column in their order.
    public func callAsFunction(_ rows: [[Value]]) -> SQL {
        var parts: [String] = []
        var bindings: [Value] = []
        parts.reserveCapacity(rows.count * width + 1)
        bindings.reserveCapacity(rows.count * width)
        for row in rows {
            precondition(row.count == width, "a row has \(row.count) values for \(width) columns")
            parts.append(parts.isEmpty ? beginning : "), (")
            for _ in 1..<width { parts.append(", ") }
            bindings += row
        }
        parts.append(ending)
        return SQL(parts: parts, bindings: bindings)
    }
}

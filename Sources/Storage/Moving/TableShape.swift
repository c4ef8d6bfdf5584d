/// A table as the migrations make it, the same on every engine.
struct TableShape: Sendable, Equatable {
    let name: String
    private(set) var columns: [Column]
    /// The columns of the primary key, in its order.
    let key: [String]

    struct Column: Sendable, Equatable {
        let name: String
        let kind: Kind
    }

    enum Kind: String, Sendable, CaseIterable {
        case id, organisation, instant, integer, text, bytes, json, flag

        /// - Parameter word: as it stands in a migration, `{text}`.
        init?(word: Substring) {
            guard word.first == "{", word.last == "}" else { return nil }
            self.init(rawValue: String(word.dropFirst().dropLast()))
        }
    }

    /// The tables of all migrations, each after those that it refers to.
    static func all(of migrations: [Migration]) -> [TableShape] {
        var tables: [TableShape] = []
        for statement in migrations.flatMap(\.statements) {
            if let table = TableShape(statement: statement) {
                tables.append(table)
            } else if let (table, column) = added(by: statement),
                let index = tables.firstIndex(where: { $0.name == table })
            {
                tables[index].columns.append(column)
            }
        }
        return tables
    }

    /// The column that a later migration gives a table; `nil` for any other statement.
    private static func added(by statement: String) -> (table: String, column: Column)? {
        let words = statement.split(whereSeparator: \.isWhitespace)
        guard words.count > 6, words[0] == "ALTER", words[1] == "TABLE", words[3] == "ADD", words[4] == "COLUMN",
            let kind = Kind(word: words[6])
        else { return nil }
        return (String(words[2]), Column(name: String(words[5]), kind: kind))
    }

    /// `nil` for a statement that makes no table.
    init?(statement: String) {
        let words = statement.split(whereSeparator: \.isWhitespace)
        guard words.count > 3, words[0] == "CREATE", words[1] == "TABLE",
            let open = statement.firstIndex(of: "("), let close = statement.lastIndex(of: ")")
        else { return nil }
        name = String(words[2])
        var columns: [Column] = []
        var key: [String] = []
        for part in TableShape.parts(of: statement[statement.index(after: open)..<close]) {
            let words = part.split(whereSeparator: \.isWhitespace)
            guard let first = words.first else { continue }
            let isKey = part.contains("PRIMARY KEY")
            if words.count > 1, let kind = Kind(word: words[1]) {
                columns.append(Column(name: String(first), kind: kind))
                if isKey { key = [String(first)] }
            } else if isKey, let open = part.firstIndex(of: "("), let close = part.firstIndex(of: ")") {
                key = part[part.index(after: open)..<close].split(separator: ",")
                    .map { String($0.drop(while: \.isWhitespace)) }
            }
        }
        self.columns = columns
        self.key = key
    }

    /// What the commas part that stand in no further parentheses.
    private static func parts(of text: Substring) -> [Substring] {
        var parts: [Substring] = []
        var depth = 0
        var start = text.startIndex
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        return parts + [text[start...]]
    }

    /// The columns as they stand in a statement.
    func list(_ names: [String]) -> SQL { "\(raw: names.joined(separator: ", "))" }

    var columnList: SQL { list(columns.map(\.name)) }

    /// The values of a row that begins with all columns.
    func values(of row: Row) throws -> [Value] {
        try columns.enumerated().map { index, column in
            if row.isNull(index) { return .null }
            switch column.kind {
            case .organisation, .instant, .integer, .flag: return .integer(try row.integer(index))
            case .text: return .text(try row.text(index))
            case .json: return .json(try row.text(index))
            case .bytes: return .bytes(try row.bytes(index))
            case .id:
                let words = try row.identifier(index)
                return .identifier(high: words.high, low: words.low)
            }
        }
    }

    /// Those of the key among the values of a row.
    func key(of values: [Value]) -> [Value] {
        key.compactMap { name in columns.firstIndex { $0.name == name }.map { values[$0] } }
    }
}

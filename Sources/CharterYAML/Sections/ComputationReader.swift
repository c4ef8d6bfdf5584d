import Policy

/// `computed:`
struct ComputationReader {
    /// The fields of the form that stand before the computed one.
    let before: [FieldShape]
    /// The fields of all forms; `nil` where some form cannot be read.
    let known: [String]?

    /// A fact has fields that no form has.
    private var names: [String]? { known.map { before.map(\.key) + $0 } }

    private static let numeric = ["money", "number"]

    func read(_ cursor: Cursor) -> Computation? {
        guard let map = cursor.map(["sum", "of", "add", "subtract", "copy"]) else { return nil }
        let named = ["sum", "add", "subtract", "copy"].filter { map[$0] != nil }
        guard named.count == 1, let kind = named.first, let value = map[kind] else {
            if cursor.node.entries.allSatisfy({ ["sum", "of", "add", "subtract", "copy"].contains($0.key) }) {
                cursor.fail(
                    .wrongKind, found: named.isEmpty ? .nothing : .word(named.joined(separator: ", ")),
                    expected: .oneOf(["sum", "add", "subtract", "copy"]))
            }
            return nil
        }
        if kind != "sum", map["of"] != nil {
            map.failAtKey("of", .misplaced, expected: Phrase("of only beside sum", "of 须与 sum 同用"))
            return nil
        }
        switch kind {
        case "sum": return sum(value, map)
        case "copy":
            // A field of another form may be of any type.
            return value.mention(Phrase("a field of a form", "表单字段"), among: names).map { .copy($0) }
        default:
            let expected = Phrase("a number or money field, or a list of them", "数字或金额字段，或其列表")
            guard let fields = value.oneOrMore(expected, number) else { return nil }
            return kind == "add" ? .add(fields) : .subtract(fields)
        }
    }

    /// A field of this form must be a number that stands before; any other is one of the case.
    private func number(_ cursor: Cursor) -> String? {
        guard let text = cursor.mention(Phrase("a field of a form", "表单字段"), among: names) else { return nil }
        guard let field = before.first(where: { $0.key == text }) else { return text }
        guard let type = field.type, !Self.numeric.contains(type) else { return text }
        cursor.fail(
            .wrongKind, found: Phrase("\"\(text)\" of type \(type)", "“\(text)”，类型 \(type)"),
            expected: Phrase("a field of type money or number", "类型为 money 或 number 的字段"))
        return nil
    }

    private func sum(_ cursor: Cursor, _ map: MapCursor) -> Computation? {
        let tables = before.filter { $0.type == "table" }
        guard
            let key = cursor.mention(
                Phrase("a table of the form that stands before", "表单中位于其前的表格字段"), among: tables.map(\.key)),
            let table = tables.first(where: { $0.key == key })
        else { return nil }
        guard let of = map["of"] else {
            cursor.fail(.missingKey, found: .nothing, expected: Phrase("of with the columns to multiply", "of 写明相乘的列"))
            return nil
        }
        let columns = table.columns.filter { Self.numeric.contains($0.type ?? "") }.map(\.key)
        return of.oneOrMore(Phrase("a number or money column, or a list of them", "数字或金额列，或其列表")) {
            $0.mention(Phrase("a number or money column", "数字或金额列"), among: columns)
        }.map { .sum(table: key, columns: $0) }
    }
}

package import Primitives

/// A field that holds rows: reads them from lists of cells, or from a page's fields `FIELD.ROW.COLUMN`.
package struct FormTable {
    let columns: [FormField]
    let maximum: Int

    /// Rows in which nothing was entered are left out.
    func parse(_ input: FieldValue, zone: Zone, at now: Instant) -> FormField.Parsed {
        guard case .list(let rows) = input else {
            return input.text.trimmed.isEmpty ? .absent : .fault(.unreadable)
        }
        var parsed: [FieldValue] = []
        for (index, row) in rows.enumerated() {
            guard case .list(let cells) = row, cells.count <= columns.count else { return .fault(.unreadable) }
            if cells.allSatisfy(\.text.trimmed.isEmpty) { continue }
            var values: [FieldValue] = []
            for (place, column) in columns.enumerated() {
                switch column.parse(place < cells.count ? cells[place] : nil, zone: zone, at: now) {
                case .absent:
                    if column.isRequired { return .fault(.inRow(index + 1, column: column.key, .missing)) }
                    values.append(.text(""))
                case .value(let value): values.append(value)
                case .fault(let problem): return .fault(.inRow(index + 1, column: column.key, problem))
                }
            }
            parsed.append(.list(values))
        }
        if parsed.isEmpty { return .absent }
        if parsed.count > maximum { return .fault(.tooMany(maximum: maximum)) }
        return .value(.list(parsed))
    }

    static func columns(of key: String, in fields: [FormField]) -> [FormField] {
        if case .table(let columns, _)? = fields.first(where: { $0.key == key })?.kind { columns } else { [] }
    }

    /// Brings a page's cells `FIELD.ROW.COLUMN` together; a row's number is at most 199, and gaps are closed.
    package static func gather(_ input: Fields, by fields: [FormField]) -> Fields {
        var input = input
        for field in fields {
            if case .files = field.kind { gatherFiles(of: field.key, in: &input) }
            guard case .table(let columns, _) = field.kind else { continue }
            var rows: [Int: [FieldValue]] = [:]
            for key in input.keys where key.hasPrefix(field.key + ".") {
                let parts = key.split(separator: ".", omittingEmptySubsequences: false)
                guard parts.count == 3, let row = Int(parts[1]), (0..<200).contains(row),
                    let place = columns.firstIndex(where: { $0.key == parts[2] }), let value = input[key]
                else { continue }
                rows[row, default: Array(repeating: .text(""), count: columns.count)][place] = value
                input[key] = nil
            }
            if !rows.isEmpty { input[field.key] = .list(rows.sorted { $0.key < $1.key }.map { .list($0.value) }) }
        }
        return input
    }

    /// Brings a page's ticks `FIELD.FILE` together.
    private static func gatherFiles(of key: String, in input: inout Fields) {
        let ticks = input.keys.filter { $0.hasPrefix(key + ".") }.sorted()
        if ticks.isEmpty { return }
        input[key] = .list(ticks.map { .text(String($0.dropFirst(key.count + 1))) })
        for tick in ticks { input[tick] = nil }
    }
}

import Mustache
import Policy
import Primitives

/// A field of rows, as `field.mustache` shows it: a table of inputs named `FIELD.ROW.COLUMN`.
struct TablePart: MustacheParent {
    let columns: [String]
    let rows: [TableRow]

    struct TableRow: MustacheParent {
        let cells: [Cell]

        func child(named name: String) -> Any? { name == "cells" ? cells : nil }
    }

    struct Cell: MustacheParent {
        let name: String
        let label: String
        let value: String
        let inputMode: String?
        let inputType: String?
        let options: [FieldPart.Option]
        let isChoice: Bool

        func child(named name: String) -> Any? {
            switch name {
            case "name": self.name
            case "label": label
            case "value": value
            case "inputMode": inputMode
            case "inputType": inputType
            case "options": options
            case "isChoice": isChoice
            default: nil
            }
        }
    }

    func child(named name: String) -> Any? {
        switch name {
        case "columns": columns
        case "rows": rows
        default: nil
        }
    }

    /// So many rows are free for more.
    private static let free = 3

    init(_ field: FormField, _ columns: [FormField], maximum: Int, input: Fields, frame: Frame) {
        self.columns = columns.map { $0.title[frame.language] }
        let used =
            input.keys.compactMap { key -> Int? in
                let parts = key.split(separator: ".")
                guard parts.count == 3, parts[0] == field.key, input[key]?.text.isEmpty == false else { return nil }
                return Int(parts[1])
            }.max().map { $0 + 1 } ?? 0
        rows = (0..<min(maximum, used + Self.free)).map { row in
            TableRow(
                cells: columns.map { column in
                    let name = "\(field.key).\(row).\(column.key)"
                    let value = input[name]?.text ?? ""
                    var options: [FieldPart.Option] = []
                    if case .choice(let choices) = column.kind {
                        options = choices.map {
                            FieldPart.Option(key: $0.key, title: $0.title[frame.language], isPicked: $0.key == value)
                        }
                    }
                    return Cell(
                        name: name, label: column.title[frame.language], value: value,
                        inputMode: column.kind == .money ? "decimal" : column.kind.isNumber ? "numeric" : nil,
                        inputType: column.kind == .date ? "date" : "text", options: options,
                        isChoice: !options.isEmpty)
                })
        }
    }
}

extension FieldKind {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}

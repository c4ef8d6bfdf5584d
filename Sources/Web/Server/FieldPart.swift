import Cases
import Customers
import Mustache
import Policy
import Primitives

/// One field of a form, as `field.mustache` shows it.
struct FieldPart: MustacheParent {
    let key: String
    let title: String
    let isRequired: Bool
    let clause: String?
    let value: String
    let error: String?
    var hint: String?
    var isText = false
    var rows = 3
    var maximum: Int?
    /// The last day or time that the browser lets through; the server knows it to the second.
    var latest: String?
    var inputType: String?
    var inputMode: String?
    var autocomplete: String?
    var isChoice = false
    var options: [Option] = []
    var isFlag = false
    var isPicked = false
    var customer: CustomerPicker?
    var table: TablePart?
    var isSignature = false
    var files: FilePicker?
    /// What the program works out, as far as it can be told yet.
    var computed: String?

    struct Option: TemplateRow, MustacheParent {
        let key: String
        let title: String
        let isPicked: Bool

        enum Tag: String, CaseIterable {
            case key, title, isPicked
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .key: key
            case .title: title
            case .isPicked: isPicked ? "" : nil
            }
        }

        func child(named name: String) -> Any? {
            switch name {
            case "key": key
            case "title": title
            case "isPicked": isPicked
            default: nil
            }
        }
    }

    /// The part of a form that finds a customer.
    struct CustomerPicker: MustacheParent {
        let query: String
        let picked: Picked?
        let results: PickerResults?

        struct Picked {
            let id: String
            let name: String
            let more: String
        }

        func child(named name: String) -> Any? {
            switch name {
            case "query": query
            case "picked": picked
            case "results": results
            default: nil
            }
        }
    }

    func child(named name: String) -> Any? {
        switch name {
        case "key": key
        case "title": title
        case "isRequired": isRequired
        case "clause": clause
        case "value": value
        case "error": error
        case "hint": hint
        case "isText": isText
        case "rows": rows
        case "maximum": maximum
        case "latest": latest
        case "inputType": inputType
        case "inputMode": inputMode
        case "autocomplete": autocomplete
        case "isChoice": isChoice
        case "options": options
        case "isFlag": isFlag
        case "isPicked": isPicked
        case "customer": customer
        case "table": table
        case "isSignature": isSignature
        case "files": files
        case "computed": computed
        default: nil
        }
    }

    /// People, units and posts to choose from, by the kind of field.
    struct Lists {
        var staff: [Option] = []
        var units: [Option] = []
        var posts: [Option] = []
        /// Those of the case, that were not taken back.
        var files: [Attachment] = []
        var filePath = ""
    }

    /// The part of a form that ticks files of the case.
    struct FilePicker {
        let lines: [Line]
        let isEmpty: Bool
        let assets: String

        struct Line {
            let field: String
            let name: String
            let picture: String?
            let icon: String
            let kind: String
            let size: String
            let isPicked: Bool
        }

        init(_ field: FormField, input: Fields, lists: Lists, frame: Frame) {
            let gathered = FormTable.gather(input, by: [field])[field.key]
            let picked: Set<String> =
                if case .list(let ids)? = gathered { Set(ids.map(\.text)) } else { [] }
            lines = lists.files.map { file in
                Line(
                    field: "\(field.key).\(file.id)", name: file.name,
                    picture: file.kind.isPicture ? "\(lists.filePath)/\(file.id)" : nil, icon: file.kind.icon,
                    kind: file.kind.title(frame.words), size: ByteWords.size(file.size),
                    isPicked: picked.contains(file.id.description))
            }
            isEmpty = lines.isEmpty
            assets = frame.shell.assets
        }
    }

    static func parts(
        of fields: [FormField], input: Fields, seen: Fields = [:], faults: FormFaults?, frame: Frame,
        lists: Lists = Lists(),
        pickers: [String: CustomerPicker] = [:]
    ) -> [FieldPart] {
        let today = frame.time.zone.local(frame.time.now).day.description
        return fields.map { field in
            let value = input[field.key]?.text ?? ""
            var part = FieldPart(
                key: field.key, title: field.title[frame.language], isRequired: field.isRequired,
                clause: field.clauses.first, value: value,
                error: faults?.faults.first { $0.field == field.key }?.problem.text(frame.words), hint: nil)
            switch field.kind {
            case .text(let maximum):
                part.isText = true
                part.maximum = maximum
                part.rows = maximum > 500 ? 4 : 2
            case .line(let maximum):
                part.inputType = "text"
                part.maximum = maximum
            case .choice(let choices):
                part.isChoice = true
                part.options = choices.map {
                    Option(key: $0.key, title: $0.title[frame.language], isPicked: $0.key == value)
                }
            case .flag:
                part.isFlag = true
                part.isPicked = value == "true"
            case .number:
                part.inputType = "text"
                part.inputMode = "numeric"
            case .money:
                part.inputType = "text"
                part.inputMode = "decimal"
            case .date:
                part.inputType = "date"
                part.latest = field.isPast ? today : nil
            case .time:
                part.inputType = "datetime-local"
                // The page may have lain open for hours, so the whole day is let through.
                part.latest = field.isPast ? today + "T23:59" : nil
            case .customer: part.customer = pickers[field.key] ?? CustomerPicker(query: "", picked: nil, results: nil)
            case .staff:
                part.isChoice = true
                part.options = lists.staff.map { $0.picked(value) }
            case .unit:
                part.isChoice = true
                part.options = lists.units.map { $0.picked(value) }
            case .post:
                part.isChoice = true
                part.options = lists.posts.map { $0.picked(value) }
            case .matter: part.inputType = "text"
            case .offence:
                part.isChoice = true
                part.options = (frame.charter?.offences ?? []).map {
                    Option(key: $0.key, title: $0.key + " " + $0.title[frame.language], isPicked: $0.key == value)
                }
            case .signature: part.isSignature = true
            case .files: part.files = FilePicker(field, input: input, lists: lists, frame: frame)
            case .table(let columns, let maximum):
                part.table = TablePart(field, columns, maximum: maximum, input: input, frame: frame)
            }
            if field.computation != nil {
                part.inputType = nil
                part.computed =
                    switch (field.kind, seen[field.key]) {
                    case (_, nil): frame.words("填好上面的再算")
                    case (.money, .integer(let fen)?): frame.words("{0}元", Money(minorUnits: fen).yuan)
                    case (_, let found?): found.text
                    }
            }
            return part
        }
    }
}

extension FieldPart.Option {
    func picked(_ value: String) -> FieldPart.Option {
        FieldPart.Option(key: key, title: title, isPicked: key == value)
    }
}

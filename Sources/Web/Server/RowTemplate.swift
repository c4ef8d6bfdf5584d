/// A row of a list, and what it shows under each tag of its template.
protocol TemplateRow: Sendable {
    associatedtype Tag: RawRepresentable<String> & CaseIterable & Sendable

    /// A section shows where there is a text, be it empty.
    func text(_ tag: Tag) -> String?
}

/// Writes the rows of a list in one pass.
///
/// swift-mustache asks each value of each row for its type several times, so that fifty duties took it longer than
/// all the rest of the workbench. A row's template has plain tags only, and they are looked up when it is read:
/// `{{.name}}`, `{{{.html}}}`, `{{#.name}}…{{/.name}}`, `{{^.name}}…{{/.name}}`, `{{.}}` for the text of the section
/// around it, and `{{>partial}}`, which stands there with the row's tags. An unknown name is a fault at the start of
/// the program.
struct RowTemplate<Row: TemplateRow>: Sendable {
    private enum Step: Sendable {
        case text(String)
        case value(Row.Tag)
        /// As it stands.
        case html(Row.Tag)
        /// Goes on at that step where the value is missing.
        case section(Row.Tag, end: Int)
        /// Goes on at that step where there is a value.
        case inverted(Row.Tag, end: Int)
    }

    private var steps: [Step] = []
    private var length = 0

    /// - Parameter texts: the texts of all templates, translated already.
    /// - Throws: `Templates.Fault` for a tag that the row does not have, or a section that does not end.
    init(_ name: String, in texts: [String: String]) throws(Templates.Fault) {
        var open: [(name: String, step: Int)] = []
        try read(name, texts, &open)
        if let last = open.last {
            throw Templates.Fault(description: "template \(name): {{#\(last.name)}} is not closed")
        }
    }

    private mutating func read(
        _ template: String, _ texts: [String: String], _ open: inout [(name: String, step: Int)]
    ) throws(Templates.Fault) {
        guard let source = texts[template] else {
            throw Templates.Fault(description: "there is no template \(template)")
        }
        var rest = Substring(source)
        while let start = rest.firstRange(of: "{{") {
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                throw Templates.Fault(description: "template \(template): a tag is not closed")
            }
            add(rest[..<start.lowerBound])
            var tag = rest[start.upperBound..<end.lowerBound]
            rest = rest[end.upperBound...]
            let sign = tag.first.flatMap { "#^/>{".contains($0) ? tag.removeFirst() : nil }
            if sign == "{" { rest = rest.dropFirst() }
            if sign != ">", tag != "." { tag = tag.drop { $0 == "." } }
            switch sign {
            case ">": try read(String(tag), texts, &open)
            case "/":
                guard let section = open.popLast(), section.name == tag else {
                    throw Templates.Fault(description: "template \(template): {{/\(tag)}} closes nothing")
                }
                if case .section(let tag, _) = steps[section.step] {
                    steps[section.step] = .section(tag, end: steps.count)
                } else if case .inverted(let tag, _) = steps[section.step] {
                    steps[section.step] = .inverted(tag, end: steps.count)
                }
            default:
                let name = tag == "." ? open.last?.name ?? "." : String(tag)
                guard let tag = Row.Tag(rawValue: name) else {
                    let known = Row.Tag.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Templates.Fault(description: "template \(template): {{\(name)}} is none of \(known)")
                }
                if sign == "#" || sign == "^" { open.append((name, steps.count)) }
                switch sign {
                case "#": steps.append(.section(tag, end: 0))
                case "^": steps.append(.inverted(tag, end: 0))
                case "{": steps.append(.html(tag))
                default: steps.append(.value(tag))
                }
            }
        }
        add(rest)
    }

    private mutating func add(_ part: Substring) {
        if part.isEmpty { return }
        length += part.utf8.count
        steps.append(.text(String(part)))
    }

    /// The rows as HTML, each value escaped.
    func render(_ rows: [Row]) -> String {
        var output = ""
        output.reserveCapacity(rows.count * (length + 512))
        for row in rows { write(row, to: &output) }
        return output
    }

    private func write(_ row: Row, to output: inout String) {
        var position = 0
        while position < steps.count {
            switch steps[position] {
            case .text(let text): output += text
            case .value(let tag): if let text = row.text(tag) { output += FastHTML().escapeText(text) }
            case .html(let tag): if let text = row.text(tag) { output += text }
            case .section(let tag, let end):
                if row.text(tag) == nil {
                    position = end
                    continue
                }
            case .inverted(let tag, let end):
                if row.text(tag) != nil {
                    position = end
                    continue
                }
            }
            position += 1
        }
    }
}

/// The rows that stand on most pages or by the dozen, in one language.
struct RowTemplates: Sendable {
    let tab: RowTemplate<WorkbenchPage.Tab>
    let group: RowTemplate<WorkbenchPage.Group>
    let duty: RowTemplate<WorkbenchPage.Row>
    let person: RowTemplate<TeamLoad.Person>
    let room: RowTemplate<Shell.Room>
    let minorRoom: RowTemplate<Shell.Room>
    let start: RowTemplate<Shell.Start>
    let opening: RowTemplate<Shell.Surroundings>
    let navigation: RowTemplate<Shell.Surroundings>
    let closing: RowTemplate<Shell.Surroundings>

    init(_ texts: [String: String]) throws(Templates.Fault) {
        tab = try RowTemplate("workbench/tab", in: texts)
        group = try RowTemplate("workbench/group", in: texts)
        duty = try RowTemplate("workbench/row", in: texts)
        person = try RowTemplate("workbench/person", in: texts)
        room = try RowTemplate("shell/room", in: texts)
        minorRoom = try RowTemplate("shell/minor-room", in: texts)
        start = try RowTemplate("shell/start", in: texts)
        opening = try RowTemplate("shell/opening", in: texts)
        navigation = try RowTemplate("shell/navigation", in: texts)
        closing = try RowTemplate("shell/closing", in: texts)
    }
}

/// A row of a list, and what it shows under each tag of its template.
protocol TemplateRow: Sendable {
    associatedtype Tag: RawRepresentable<String> & CaseIterable & Sendable

    /// A section shows where there is a text, be it empty.
    func text(_ tag: Tag) -> String?
    /// What stands under a tag of three braces; a section shows where there is some, be it empty.
    func html(_ tag: Tag) -> HTML?
}

extension TemplateRow {
    func html(_ tag: Tag) -> HTML? { nil }
}

/// A part of a page that is done, in UTF-8: as a `String` it would be checked anew at each step of its way.
struct HTML: Sendable, Equatable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }
    init(_ text: String) { bytes = Array(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Writes the rows of a list in one pass.
///
/// swift-mustache asks each value of each row for its type several times, so that fifty duties took it longer than
/// all the rest of the workbench. A row's template has plain tags only, and they are looked up when it is read:
/// `{{.name}}`, `{{{.html}}}`, `{{#.name}}…{{/.name}}`, `{{^.name}}…{{/.name}}`, `{{.}}` for the text of the section
/// around it, and `{{>partial}}`, which stands there with the row's tags. An unknown name is a fault at the start of
/// the program.
struct RowTemplate<Row: TemplateRow>: Sendable {
    /// Without references, so that walking through the steps counts none.
    private struct Step: Sendable {
        var kind: Kind
        var tag: Row.Tag?
        /// Of `.fixed`, what stands there among the fixed bytes.
        var bytes = 0..<0
        /// Of a section, the step to go on with where it does not show.
        var end = 0
    }

    private enum Kind: Sendable {
        case fixed, value, html, section, inverted
    }

    private var steps: [Step] = []
    /// All that stands between the tags.
    private var fixed: [UInt8] = []

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
                steps[section.step].end = steps.count
            default:
                let name = tag == "." ? open.last?.name ?? "." : String(tag)
                guard let tag = Row.Tag(rawValue: name) else {
                    let known = Row.Tag.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Templates.Fault(description: "template \(template): {{\(name)}} is none of \(known)")
                }
                if sign == "#" || sign == "^" { open.append((name, steps.count)) }
                let kind: Kind =
                    switch sign {
                    case "#": .section
                    case "^": .inverted
                    case "{": .html
                    default: .value
                    }
                steps.append(Step(kind: kind, tag: tag))
            }
        }
        add(rest)
    }

    private mutating func add(_ part: Substring) {
        if part.isEmpty { return }
        let start = fixed.count
        fixed.append(contentsOf: part.utf8)
        steps.append(Step(kind: .fixed, bytes: start..<fixed.count))
    }

    /// The rows one after another, each text escaped.
    func render(_ rows: ArraySlice<Row>) -> HTML {
        var html = HTML()
        html.bytes.reserveCapacity(rows.count * (fixed.count + 512))
        // In their place: a copy of a row counts a reference for each of its texts.
        rows.withUnsafeBufferPointer { rows in
            for index in rows.indices { write(rows[index], to: &html.bytes) }
        }
        return html
    }

    func render(_ rows: [Row]) -> HTML { render(rows[...]) }

    /// One row, where there is but one: a page mostly, whose parts are longer than all its texts.
    func render(_ row: Row) -> HTML {
        var html = HTML()
        let parts = Row.Tag.allCases.reduce(0) { $0 + (row.html($1)?.bytes.count ?? 0) }
        html.bytes.reserveCapacity(fixed.count + parts + 512)
        write(row, to: &html.bytes)
        return html
    }

    private func write(_ row: Row, to output: inout [UInt8]) {
        var position = 0
        while position < steps.count {
            let step = steps[position]
            position += 1
            guard let tag = step.tag else {
                fixed.withUnsafeBufferPointer {
                    output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[step.bytes]))
                }
                continue
            }
            switch step.kind {
            case .fixed: break
            case .value: if let text = row.text(tag) { FastHTML.escape(text, into: &output) }
            case .html: if let html = row.html(tag) { output.append(contentsOf: html.bytes) }
            case .section: if !isShown(tag, of: row) { position = step.end }
            case .inverted: if isShown(tag, of: row) { position = step.end }
            }
        }
    }

    private func isShown(_ tag: Row.Tag, of row: Row) -> Bool { row.text(tag) != nil || row.html(tag) != nil }
}

/// The rows that stand on most pages or by the dozen, in one language; a class, since every page passes it on.
final class RowTemplates: Sendable {
    let workbench: RowTemplate<WorkbenchPage>
    let workbenchList: RowTemplate<WorkbenchPage>
    let tab: RowTemplate<WorkbenchPage.Tab>
    let group: RowTemplate<WorkbenchPage.Group>
    let duty: RowTemplate<WorkbenchPage.Row>
    let person: RowTemplate<TeamLoad.Person>
    let room: RowTemplate<Shell.Room>
    let minorRoom: RowTemplate<Shell.Room>
    let start: RowTemplate<Shell.Start>
    let find: RowTemplate<Shell.Surroundings>
    let new: RowTemplate<Shell.Surroundings>
    let opening: RowTemplate<Shell.Surroundings>
    let navigation: RowTemplate<Shell.Surroundings>
    let closing: RowTemplate<Shell.Surroundings>
    let cases: CaseTemplates

    init(_ texts: [String: String]) throws(Templates.Fault) {
        workbench = try RowTemplate("workbench/show", in: texts)
        workbenchList = try RowTemplate("workbench/list", in: texts)
        tab = try RowTemplate("workbench/tab", in: texts)
        group = try RowTemplate("workbench/group", in: texts)
        duty = try RowTemplate("workbench/row", in: texts)
        person = try RowTemplate("workbench/person", in: texts)
        room = try RowTemplate("shell/room", in: texts)
        minorRoom = try RowTemplate("shell/minor-room", in: texts)
        start = try RowTemplate("shell/start", in: texts)
        find = try RowTemplate("shell/find", in: texts)
        new = try RowTemplate("shell/new", in: texts)
        opening = try RowTemplate("shell/opening", in: texts)
        navigation = try RowTemplate("shell/navigation", in: texts)
        closing = try RowTemplate("shell/closing", in: texts)
        cases = try CaseTemplates(texts)
    }
}

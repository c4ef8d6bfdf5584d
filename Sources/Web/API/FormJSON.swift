import Policy
import Primitives

/// A form as a program needs it to fill it in.
struct FormJSON: Encodable {
    let key: String?
    let title: String?
    let fields: [Field]

    struct Field: Encodable {
        let key: String
        let title: String
        /// The word of the charter language: `text`, `line`, `choice` …
        let type: String
        let required: Bool
        var maxLength: Int?
        var minimum: Int64?
        var maximum: Int64?
        var choices: [Choice]?
        /// `now` where it is of something that has happened.
        var notAfter: String?
        /// The columns of a table; a row is a list of cells in this order.
        var columns: [FormJSON.Field]?
        /// The program works it out; nobody sends it.
        var computed: Bool?
        let clauses: [String]

        private enum CodingKeys: String, CodingKey {
            case key, title, type, required, maxLength = "max_length", minimum, maximum, choices
            case notAfter = "not_after", columns, computed, clauses
        }
    }

    struct Choice: Encodable {
        let key: String
        let title: String
    }

    init(_ form: Form, in language: Language) {
        key = form.key
        title = form.title[language]
        fields = form.fields.map { Field($0, in: language) }
    }

    /// Of a duty without a form of its own.
    init(_ fields: [FormField], in language: Language) {
        key = nil
        title = nil
        self.fields = fields.map { Field($0, in: language) }
    }
}

extension FormJSON.Field {
    init(_ field: FormField, in language: Language) {
        self.init(
            key: field.key, title: field.title[language], type: field.kind.word, required: field.isRequired,
            clauses: field.clauses)
        if field.isPast { notAfter = "now" }
        if field.computation != nil { computed = true }
        switch field.kind {
        case .text(let maximum), .line(let maximum): maxLength = maximum
        case .number(let least, let most): (minimum, maximum) = (least, most)
        case .choice(let all): choices = all.map { FormJSON.Choice(key: $0.key, title: $0.title[language]) }
        case .table(let fields, _): columns = fields.map { FormJSON.Field($0, in: language) }
        default: break
        }
    }
}

extension FieldKind {
    /// The word of the charter language.
    var word: String {
        switch self {
        case .text: "text"
        case .line: "line"
        case .choice: "choice"
        case .flag: "flag"
        case .number: "number"
        case .money: "money"
        case .date: "date"
        case .time: "time"
        case .customer: "customer"
        case .staff: "staff"
        case .post: "post"
        case .unit: "unit"
        case .matter: "case"
        case .offence: "offence"
        case .signature: "signature"
        case .table: "table"
        case .files: "files"
        }
    }
}

extension APIContext {
    /// Fields as they are shown: money as yuan with two decimals, times with the company's offset.
    func shown(_ fields: Fields, by form: [FormField]) -> Fields {
        var shown = fields
        for field in form {
            switch (field.kind, fields[field.key]) {
            case (.money, .integer(let amount)?): shown[field.key] = .text(Money(minorUnits: amount).yuan)
            case (.time, .text(let text)?):
                if let instant = Instant(rfc3339: text) { shown[field.key] = .text(time(instant)) }
            case (.table(let columns, _), .list(let rows)?):
                shown[field.key] = .list(
                    rows.map { row in
                        guard case .list(let cells) = row else { return row }
                        return .list(
                            zip(columns, cells).map { column, cell in
                                if case .money = column.kind, case .integer(let fen) = cell {
                                    return .text(Money(minorUnits: fen).yuan)
                                }
                                return cell
                            })
                    })
            default: break
            }
        }
        return shown
    }
}

extension Charter {
    /// The fields that an event of that type carries, of all forms that can record it.
    func fields(ofEvent type: String) -> [FormField] {
        if let fact = fact(type) { return fact.fields }
        var forms: [String] = []
        for workflow in workflows {
            if workflow.start.event == type { forms.append(workflow.start.form) }
            for state in workflow.states {
                forms += state.moves.compactMap { $0.event == type ? $0.form : nil }
            }
        }
        return forms.compactMap(form).flatMap(\.fields)
    }
}

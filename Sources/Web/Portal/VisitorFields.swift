import Policy
import Primitives

extension FieldPart {
    /// A field as a visitor fills it in: without the desk's clauses, and of the kinds that a portal asks for.
    static func visitor(
        _ field: FormField, value: String, error: String?, house: House, hint: String? = nil
    ) -> FieldPart {
        var part = FieldPart(
            key: field.key, title: field.title[house.language], isRequired: field.isRequired, clause: nil,
            value: value, error: error, hint: hint)
        let today = house.time.zone.local(house.time.now).day.description
        switch field.kind {
        case .text(let maximum):
            part.isText = true
            part.maximum = maximum
            part.rows = 4
        case .line(let maximum):
            part.inputType = "text"
            part.maximum = maximum
        case .choice(let choices):
            part.isChoice = true
            part.options = choices.map {
                Option(key: $0.key, title: $0.title[house.language], isPicked: $0.key == value)
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
            part.latest = field.isPast ? today + "T23:59" : nil
        case .signature: part.isSignature = true
        // A charter with one of these under `portal:` cannot be read.
        case .customer, .staff, .post, .unit, .matter, .offence, .table, .files: part.inputType = "text"
        }
        return part
    }

    /// A field's value as its customer reads it; `nil` for what is none of his business.
    static func said(_ value: FieldValue, _ field: FormField, house: House) -> String? {
        switch field.kind {
        case .text, .line, .number: value.text
        case .choice(let choices): choices.first { $0.key == value.text }?.title[house.language]
        case .flag: house.words(value == .flag(true) ? "是" : "否")
        case .money:
            if case .integer(let fen) = value { house.words("{0}元", Money(minorUnits: fen).yuan) } else { value.text }
        case .date: CalendarDay(value.text).map { house.time.date($0) }
        case .time: Instant(rfc3339: value.text).map { house.time.moment($0) }
        case .customer, .staff, .post, .unit, .matter, .offence, .signature, .table, .files: nil
        }
    }
}

extension FormFaults {
    func text(at field: String, _ words: Words) -> String? {
        faults.first { $0.field == field }?.problem.text(words)
    }
}

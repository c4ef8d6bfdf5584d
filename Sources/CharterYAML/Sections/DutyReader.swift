import Policy
import Primitives

/// `oblige:`
struct DutyReader {
    /// The event that opens the duty, as written; `nil` when the calendar does.
    let opening: String?

    func read(_ cursor: Cursor) -> Duty? {
        guard
            let map = cursor.map(
                ["post", "person", "to", "within", "met_by", "void_by", "form", "title", "pausable", "resumed_by"],
                required: ["post", "to", "within"])
        else { return nil }
        let post = map["post"].flatMap { $0.post() }
        let person = map.optional("person", person)
        let verb = map["to"]?.value(Phrase("a verb such as follow_up", "动词，例如 follow_up")) {
            KeyPattern.snakeCase.accepts($0) ? $0 : nil
        }
        let within = map["within"].flatMap(deadline)
        let metBy = map.list("met_by", events)
        let voidBy = map.list("void_by") { $0.events() }
        let form = map.optional("form") { $0.form() }
        map["form"]?.refuseFiles()
        let title = map.optional("title") { $0.title() }
        let isPausable = map.optional("pausable") { $0.flag() }
        let resumedBy = map.list("resumed_by") { $0.events() }
        if map["resumed_by"] != nil, map["pausable"]?.node.text != "true" {
            map.failAtKey(
                "resumed_by", .misplaced,
                expected: Phrase("resumed_by only beside pausable: true", "resumed_by 须与 pausable: true 同用"))
        }
        if map["form"] != nil, map["met_by"] != nil {
            map.failAtKey(
                "form", .misplaced,
                expected: Phrase("no form beside met_by, for the event brings its own", "met_by 之外没有 form：事件自带表单"))
        }
        guard let post, let person, let verb, let within, let metBy, let voidBy, let form, let title, let isPausable,
            let resumedBy
        else { return nil }
        return Duty(
            post: post, person: person, verb: verb, title: title, within: within, metBy: metBy,
            needsAll: map["met_by"]?.node["all"] != nil, voidBy: voidBy, form: form, isPausable: isPausable ?? false,
            resumedBy: resumedBy)
    }

    /// An event, a list of which one is enough, or `{all: […]}`.
    private func events(_ cursor: Cursor) -> [String]? {
        guard case .map = cursor.node.content else { return cursor.events() }
        return cursor.map(["all"], required: ["all"])?["all"]?.events()
    }

    /// `subject`, or a staff field of some act that records the opening event.
    private func person(_ cursor: Cursor) -> String? {
        guard let opening else {
            cursor.fail(.misplaced, expected: Phrase("person only beside when", "person 须与 when 同用"))
            return nil
        }
        guard let shape = cursor.reading.vocabulary.events[opening] else { return cursor.text() }
        let fields = shape.acts.compactMap { $0 }.joined().filter { $0.type == "staff" }.map(\.key)
        return cursor.mention(
            Phrase("subject, or a staff field of \(opening)", "subject，或 \(opening) 的员工字段"),
            among: ["subject"] + (shape.acts.contains { $0 == nil } ? [] : fields))
    }

    private static let expected = Phrase(
        "a deadline such as 24h, 3d, 1w, 1mo, 2wd, 4wh, same_day, next_day, friday, last_day_of_month, {day_of_month: 26} or {before: FIELD, days: 3}",
        "期限，例如 24h、3d、1w、1mo、2wd、4wh、same_day、next_day、friday、last_day_of_month、{day_of_month: 26} 或 {before: 字段, days: 3}"
    )

    private func deadline(_ cursor: Cursor) -> Deadline? {
        switch cursor.node.content {
        case .scalar(let text):
            guard let deadline = Words.deadline(text) else {
                cursor.fail(.badWord, expected: DutyReader.expected, near: Words.deadlineWords.filter { $0.count > 4 })
                return nil
            }
            return deadline
        case .map:
            if cursor.node["day_of_month"] != nil {
                return cursor.map(["day_of_month"])?["day_of_month"]?.number(1...31).map { .dayOfMonth(Int($0)) }
            }
            guard let map = cursor.map(["before", "days", "day_of_month"], required: ["before", "days"]) else {
                return nil
            }
            let field = map["before"].flatMap(dateField)
            let days = map["days"]?.number(0...3660)
            guard let field, let days else { return nil }
            return .before(field: field, days: Int(days))
        case .nothing, .list:
            cursor.fail(.wrongKind, expected: DutyReader.expected)
            return nil
        }
    }

    /// A date that every act gives that records the event, or the deadline could not be told.
    private func dateField(_ cursor: Cursor) -> String? {
        guard let opening else {
            let expected = Phrase("a deadline that needs no event", "不依赖事件的期限")
            guard cursor.text(expected) != nil else { return nil }
            cursor.fail(.misplaced, expected: expected)
            return nil
        }
        let expected = Phrase("a required date field of \(opening)", "\(opening) 的必填日期字段")
        guard let text = cursor.text(expected) else { return nil }
        guard let shape = cursor.reading.vocabulary.events[opening] else { return text }
        let fit = shape.acts.allSatisfy { fields in
            fields?.contains { $0.key == text && $0.type == "date" && $0.isRequired } ?? true
        }
        guard fit else {
            let dates = shape.acts.compactMap { $0 }.joined().filter { $0.type == "date" }.map(\.key)
            cursor.fail(.unknownReference, expected: expected, near: dates)
            return nil
        }
        return text
    }
}

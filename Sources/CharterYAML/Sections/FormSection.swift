import Policy

/// `forms:`, `facts:` and the fields of both.
enum FormSection {
    static func forms(_ cursor: Cursor) -> [Form]? {
        cursor.entries(.snakeCase) { key, cursor in
            guard let map = cursor.map(["title", "clause", "fields"], required: ["title", "fields"]) else { return nil }
            let title = map.title()
            let siblings = Vocabulary.fields(of: cursor.node) ?? []
            let fields = map["fields"].flatMap { $0.entries(.snakeCase) { field($0, $1, beside: siblings) } }
            let clauses = map.clauses()
            guard let title, let fields, let clauses else { return nil }
            return Form(key: key, title: title, fields: fields, clauses: clauses)
        }
    }

    static func facts(_ cursor: Cursor) -> [FactKind]? {
        guard let entries = cursor.entries() else { return nil }
        let facts = entries.map { key, value in
            if Vocabulary.builtIn.contains(key.text) {
                key.fail(
                    .notUnique, expected: Phrase("an event that the program does not record itself", "程序不会自行记录的事件"))
            }
            let isGood = key.matches(.event)
            let fact = fact(key.text, value)
            return isGood ? fact : nil
        }
        return facts.contains { $0 == nil } ? nil : facts.compactMap { $0 }
    }

    private static func fact(_ event: String, _ cursor: Cursor) -> FactKind? {
        guard let map = cursor.map(["title", "subject", "clause", "fields"], required: ["title", "subject"])
        else { return nil }
        let title = map.title()
        let subject = map["subject"].flatMap(subject)
        let siblings = Vocabulary.fields(of: cursor.node) ?? []
        let fields = map.list("fields") { $0.entries(.snakeCase) { field($0, $1, beside: siblings) } }
        map["fields"]?.refuseFiles(in: siblings)
        let clauses = map.clauses()
        guard let title, let subject, let fields, let clauses else { return nil }
        return FactKind(event: event, title: title, subject: subject, fields: fields, clauses: clauses)
    }

    private static func subject(_ cursor: Cursor) -> SubjectKind? {
        let words = SubjectKind.allCases.filter { $0 != .matter }.map(\.rawValue)
        guard let word = cursor.text(.oneOf(words)) else { return nil }
        guard words.contains(word), let kind = SubjectKind(rawValue: word) else {
            cursor.fail(.badWord, expected: .oneOf(words), near: words)
            return nil
        }
        return kind
    }

    // MARK: Fields

    static let types = [
        "text", "line", "choice", "flag", "number", "money", "date", "time", "customer", "staff", "post", "unit",
        "case", "offence", "signature", "table", "files",
    ]
    private static let columnTypes = ["line", "number", "money", "choice", "date"]
    private static let common = ["type", "required", "title", "clause", "required_when"]

    private static func field(_ key: String, _ cursor: Cursor, beside siblings: [FieldShape]) -> FormField? {
        guard case .map = cursor.node.content, let type = cursor.node["type"]?.text, types.contains(type) else {
            // Without a type nothing can be said of the other keys.
            let map = cursor.map(
                common + ["max", "min", "of", "personal", "not_after", "outgoing", "computed", "columns", "person"],
                required: ["type", "title"])
            if let cursor = map?["type"] { cursor.badType(types) }
            _ = map?.title()
            return nil
        }
        guard let map = cursor.map(common + extras(of: type), required: ["title"] + needs(of: type)) else { return nil }
        let title = map.title()
        let kind = kind(type, map, siblings)
        let isRequired = map.flag("required")
        let isPersonal = map.flag("personal")
        let isPast = isPast(map)
        let isOutgoing = map.flag("outgoing")
        let before = siblings.prefix { $0.key != key }
        let requiredWhen = map.list("required_when") { conditions($0, among: siblings.filter { $0.key != key }) }
        let computation = map.optional("computed") {
            ComputationReader(before: Array(before), known: cursor.reading.vocabulary.fieldNames).read($0)
        }
        let clauses = map.clauses()
        if isRequired == true, let cursor = map["computed"] {
            cursor.fail(
                .misplaced, found: Phrase("required beside computed", "computed 旁的 required"),
                expected: Phrase("computed without required: nobody enters it", "computed 字段不写 required：无人填写"))
        }
        guard let title, let kind, let isRequired, let isPersonal, let isPast, let isOutgoing, let requiredWhen,
            let computation, let clauses
        else { return nil }
        return FormField(
            key: key, title: title, kind: kind, isRequired: isRequired, isPersonal: isPersonal, isPast: isPast,
            requiredWhen: requiredWhen, isOutgoing: isOutgoing, computation: computation, clauses: clauses)
    }

    private static func needs(of type: String) -> [String] {
        switch type {
        case "choice": ["of"]
        case "table": ["columns"]
        case "offence": ["person"]
        default: []
        }
    }

    /// `required_when:`, matches on other fields of the same form.
    static func conditions(_ cursor: Cursor, among fields: [FieldShape]) -> [Condition]? {
        guard let entries = cursor.entries() else { return nil }
        let matched = ["choice", "flag", "number", "post", "offence"]
        let conditions = entries.map { key, value -> Condition? in
            let words = value.oneOrMore(Phrase("a value or a list of values", "值或值列表")) { $0.text() }
            guard let field = fields.first(where: { $0.key == key.text }) else {
                key.fail(
                    .unknownReference, expected: Phrase("another field of the form", "表单的另一字段"),
                    near: fields.map(\.key))
                return nil
            }
            guard let type = field.type, FormSection.types.contains(type) else { return nil }
            guard matched.contains(type) else {
                key.fail(
                    .wrongKind, found: Phrase("\"\(key.text)\" of type \(type)", "“\(key.text)”，类型 \(type)"),
                    expected: Phrase(
                        "a field of type \(matched.joined(separator: ", "))",
                        "类型为 \(matched.joined(separator: "、")) 的字段"))
                return nil
            }
            if type == "choice", let words, let wrong = words.first(where: { !field.choices.contains($0) }) {
                // In a list, at the word itself.
                let items: [Cursor] = if case .list = value.node.content { value.list() ?? [] } else { [value] }
                (items.first { $0.node.text == wrong } ?? value)
                    .fail(.unknownReference, found: .word(wrong), expected: .oneOf(field.choices), near: field.choices)
                return nil
            }
            return words.map { Condition(field: key.text, values: $0) }
        }
        return conditions.contains(nil) ? nil : conditions.compactMap { $0 }
    }

    private static func extras(of type: String) -> [String] {
        switch type {
        case "text", "line": ["max", "personal", "outgoing"]
        case "number": ["min", "max", "computed"]
        case "money": ["computed"]
        case "table": ["columns", "max"]
        case "files": ["max"]
        case "offence": ["person"]
        case "choice": ["of"]
        case "date", "time": ["not_after"]
        default: []
        }
    }

    private static func kind(_ type: String, _ map: MapCursor, _ siblings: [FieldShape]) -> FieldKind? {
        switch type {
        case "text": length(map, normal: 4000, most: 20_000).map { .text(maximum: $0) }
        case "line": length(map, normal: 200, most: 1000).map { .line(maximum: $0) }
        case "number": range(map)
        case "choice": map["of"].flatMap(choices).map { .choice($0) }
        case "flag": .flag
        case "money": .money
        case "date": .date
        case "time": .time
        case "customer": .customer
        case "staff": .staff
        case "post": .post
        case "unit": .unit
        case "case": .matter
        case "signature": .signature
        case "offence": map["person"].flatMap { person($0, siblings) }.map { .offence(person: $0) }
        case "table": table(map)
        case "files": (map["max"].map { $0.number(1...50) } ?? 20).map { .files(maximum: Int($0)) }
        default: nil
        }
    }

    private static func person(_ cursor: Cursor, _ siblings: [FieldShape]) -> String? {
        cursor.mention(
            Phrase("a staff field of the form", "表单中类型为 staff 的字段"),
            among: siblings.filter { $0.type == "staff" }.map(\.key))
    }

    private static func table(_ map: MapCursor) -> FieldKind? {
        let maximum = map["max"].map { $0.number(1...200) } ?? 50
        let columns = map["columns"].flatMap { $0.entries(.snakeCase, column) }
        guard let maximum, let columns else { return nil }
        guard !columns.isEmpty else {
            map["columns"]?.fail(.wrongKind, found: .nothing, expected: Phrase("one column at least", "至少一列"))
            return nil
        }
        return .table(columns: columns, maximum: Int(maximum))
    }

    private static func column(_ key: String, _ cursor: Cursor) -> FormField? {
        guard let type = cursor.node["type"]?.text, columnTypes.contains(type) else {
            let map = cursor.map(common + ["max", "min", "of"], required: ["type", "title"])
            if let cursor = map?["type"] { cursor.badType(columnTypes) }
            return nil
        }
        let extras: [String] =
            switch type {
            case "line": ["max"]
            case "number": ["min", "max"]
            case "choice": ["of"]
            default: []
            }
        guard
            let map = cursor.map(
                ["type", "required", "title"] + extras, required: ["title"] + (type == "choice" ? ["of"] : []))
        else { return nil }
        let title = map.title()
        let kind = kind(type, map, [])
        let isRequired = map.flag("required")
        guard let title, let kind, let isRequired else { return nil }
        return FormField(key: key, title: title, kind: kind, isRequired: isRequired, isPersonal: false, clauses: [])
    }

    /// `not_after: now`, the one bound there is: what happened has happened by then.
    private static func isPast(_ map: MapCursor) -> Bool? {
        guard let cursor = map["not_after"] else { return false }
        guard let word = cursor.text(.oneOf(["now"])) else { return nil }
        guard word == "now" else {
            cursor.fail(.badWord, expected: .oneOf(["now"]), near: ["now"])
            return nil
        }
        return true
    }

    private static func length(_ map: MapCursor, normal: Int, most: Int64) -> Int? {
        guard let cursor = map["max"] else { return normal }
        return cursor.number(1...most).map { Int($0) }
    }

    private static func range(_ map: MapCursor) -> FieldKind? {
        let bounds: ClosedRange<Int64> = -1_000_000_000_000...1_000_000_000_000
        let least = map.optional("min") { $0.number(bounds) }
        let most = map.optional("max") { $0.number(bounds) }
        guard let least, let most else { return nil }
        if let least, let most, least > most {
            map["max"]?.fail(.outOfRange, expected: .number(least...bounds.upperBound))
            return nil
        }
        return .number(minimum: least, maximum: most)
    }

    private static func choices(_ cursor: Cursor) -> [Choice]? {
        guard let choices = cursor.entries(.snakeCase, choice) else { return nil }
        guard !choices.isEmpty else {
            cursor.fail(.wrongKind, found: .nothing, expected: Phrase("one choice at least", "至少一个选项"))
            return nil
        }
        return choices
    }

    /// A choice's title may carry the clause that asks for it.
    private static func choice(_ key: String, _ cursor: Cursor) -> Choice? {
        guard case .map = cursor.node.content else {
            cursor.fail(.wrongKind, expected: .title)
            return nil
        }
        let clauses = MapCursor(cursor: cursor).clauses()
        let title = cursor.localized(keys: ["zh-Hans", "zh-Hant", "en", "clause"], chinese: 40, english: 90)
        guard let title, let clauses else { return nil }
        return Choice(key: key, title: title, clauses: clauses)
    }
}

extension Cursor {
    fileprivate func badType(_ types: [String]) {
        guard text(.oneOf(types)) != nil else { return }
        fail(.badWord, expected: .oneOf(types), near: types)
    }
}

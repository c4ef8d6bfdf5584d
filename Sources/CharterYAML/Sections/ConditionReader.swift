import Policy

/// `where:`, matches on the fields of the opening event.
struct ConditionReader {
    /// The event that opens the clause, as written.
    let event: String?

    func read(_ cursor: Cursor) -> [Condition]? {
        guard let entries = cursor.entries() else { return nil }
        guard let event, let shape = cursor.reading.vocabulary.events[event] else {
            // Another fault tells of the missing or unknown event.
            return entries.map { Condition(field: $0.key.text, values: $0.value.node.words) }
        }
        let conditions = entries.map { key, value in condition(key, value, shape, event) }
        return conditions.contains(nil) ? nil : conditions.compactMap { $0 }
    }

    private func condition(_ key: KeyCursor, _ value: Cursor, _ shape: EventShape, _ event: String) -> Condition? {
        let words = value.oneOrMore(Phrase("a value or a list of values", "值或值列表")) { $0.text() }
        guard let fields = shape.shapes(of: key.text) else {
            return words.map { Condition(field: key.text, values: $0) }
        }
        guard !fields.isEmpty else {
            key.fail(
                .unknownReference, expected: Phrase("a field of \(event)", "\(event) 的字段"), near: shape.fieldNames)
            return nil
        }
        guard let words else { return nil }
        let types = Set(fields.compactMap(\.type))
        // A type that the language does not know is a fault of the field.
        guard types.isSubset(of: FormSection.types) else { return Condition(field: key.text, values: words) }
        guard types.isSubset(of: ["choice", "flag", "number", "post"]) else {
            key.fail(
                .badWord,
                found: Phrase(
                    "\"\(key.text)\" of type \(types.sorted().joined(separator: ", "))",
                    "“\(key.text)”，类型 \(types.sorted().joined(separator: "、"))"),
                expected: Phrase("a field of type choice, flag, number or post", "类型为 choice、flag、number 或 post 的字段"))
            return nil
        }
        var isWhole = true
        for (index, word) in words.enumerated() {
            let item: Cursor = value.list(at: index)
            isWhole = check(word, types, fields, item, key.text) && isWhole
        }
        return isWhole ? Condition(field: key.text, values: words) : nil
    }

    private func check(_ word: String, _ types: Set<String>, _ fields: [FieldShape], _ cursor: Cursor, _ field: String)
        -> Bool
    {
        let known: [String]
        switch types.first {
        case "choice": known = fields.flatMap(\.choices)
        case "flag": return cursor.flag() != nil
        case "number": return cursor.number(Int64.min...Int64.max) != nil
        case "post": return cursor.post() != nil
        default: return true
        }
        return cursor.mention(Phrase("a choice of \(field)", "\(field) 的选项"), among: known) != nil
    }
}

extension Cursor {
    /// The item of a list, or the single value that stands for one.
    fileprivate func list(at index: Int) -> Cursor {
        guard case .list(let items) = node.content else { return self }
        return Cursor(node: items[index], path: path + [String(index)], reading: reading)
    }
}

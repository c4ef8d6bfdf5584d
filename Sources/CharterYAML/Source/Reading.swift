import Policy

/// What all section readers of one file share.
final class Reading {
    let faults: FaultList
    let vocabulary: Vocabulary
    /// Clauses that another part of the file names, which executes them.
    private(set) var namedClauses: Set<String> = []

    init(faults: FaultList, vocabulary: Vocabulary) {
        self.faults = faults
        self.vocabulary = vocabulary
    }

    func name(_ clauses: [String]) { namedClauses.formUnion(clauses) }
}

/// A node, the path to it, and where to report what is wrong with it.
struct Cursor {
    let node: Node
    let path: [String]
    let reading: Reading

    func fail(
        _ code: FaultCode, found: Phrase? = nil, expected: Phrase, near words: some Sequence<String> = [String](),
        severity: Fault.Severity = .error
    ) {
        reading.faults.add(
            code, at: node.place, path: path, found: found ?? self.found, expected: expected,
            suggestion: node.text.flatMap { Nearest.word(to: $0, in: words) }, severity: severity)
    }

    var found: Phrase {
        switch node.content {
        case .scalar(let text): .word(text)
        case .nothing: .nothing
        case .list: .list
        case .map: .map
        }
    }

    // MARK: Scalars

    func text(_ expected: Phrase = .text) -> String? {
        guard let text = node.text else {
            fail(.wrongKind, expected: expected)
            return nil
        }
        return text
    }

    /// A text that the parser understands.
    func value<Value>(_ expected: Phrase, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(expected) else { return nil }
        guard let value = parse(text) else {
            fail(.badWord, expected: expected)
            return nil
        }
        return value
    }

    /// One word of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> Word? where Word.RawValue == String {
        let words = type.allCases.map(\.rawValue)
        guard let text = text(.oneOf(words)) else { return nil }
        guard let word = Word(rawValue: text) else {
            fail(.badWord, expected: .oneOf(words), near: words)
            return nil
        }
        return word
    }

    func flag() -> Bool? {
        switch text(.flag) {
        case "true": return true
        case "false": return false
        case nil: return nil
        case .some(let text):
            let meant: [String: String] = [
                "yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false",
            ]
            reading.faults.add(
                .badWord, at: node.place, path: path, found: found, expected: .flag,
                suggestion: meant[text.lowercased()] ?? Nearest.word(to: text, in: ["true", "false"]))
            return nil
        }
    }

    func number(_ range: ClosedRange<Int64>) -> Int64? {
        guard let number = value(.number(range), Words.number) else { return nil }
        guard range.contains(number) else {
            fail(.outOfRange, expected: .number(range))
            return nil
        }
        return number
    }

    // MARK: Structure

    func list(_ expected: Phrase = .aList) -> [Cursor]? {
        guard case .list(let items) = node.content, !items.isEmpty else {
            fail(.wrongKind, expected: expected)
            return nil
        }
        return items.enumerated().map { Cursor(node: $1, path: path + [String($0)], reading: reading) }
    }

    /// One value, or a list of them, each once.
    func oneOrMore<Value: Hashable>(_ expected: Phrase, _ read: (Cursor) -> Value?) -> [Value]? {
        guard case .list = node.content else { return read(self).map { [$0] } }
        guard let items = list(expected) else { return nil }
        var values: [Value] = []
        var isWhole = true
        for item in items {
            guard let value = read(item) else {
                isWhole = false
                continue
            }
            if values.contains(value) {
                item.fail(.notUnique, expected: Phrase("each word once", "每个词只写一次"))
                isWhole = false
            }
            values.append(value)
        }
        return isWhole ? values : nil
    }

    /// A map whose keys the language names: what is unknown or missing is reported.
    func map(_ keys: [String], required: [String] = []) -> MapCursor? {
        guard case .map(let entries) = node.content else {
            fail(.wrongKind, expected: .keyOf(keys))
            return nil
        }
        for entry in entries where !keys.contains(entry.key) {
            reading.faults.add(
                .unknownKey, at: entry.place, path: path + [entry.key], found: .word(entry.key),
                expected: .keyOf(keys), suggestion: Nearest.word(to: entry.key, in: keys))
        }
        for key in required where node[key] == nil {
            reading.faults.add(
                .missingKey, at: node.place, path: path, found: Phrase("no \"\(key)\"", "没有“\(key)”"),
                expected: .key(key))
        }
        return MapCursor(cursor: self)
    }

    /// A map whose keys the company names, in the order of the file.
    func entries() -> [(key: KeyCursor, value: Cursor)]? {
        guard case .map(let entries) = node.content else {
            fail(.wrongKind, expected: .aMap)
            return nil
        }
        return entries.map { entry in
            let path = path + [entry.key]
            return (
                KeyCursor(text: entry.key, place: entry.place, path: path, reading: reading),
                Cursor(node: entry.value, path: path, reading: reading)
            )
        }
    }

    /// Each entry read by its key; `nil` unless all could be read.
    func entries<Value>(_ pattern: KeyPattern, _ read: (String, Cursor) -> Value?) -> [Value]? {
        guard let entries = entries() else { return nil }
        var values: [Value] = []
        for (key, value) in entries {
            let isGood = key.matches(pattern)
            if let value = read(key.text, value), isGood { values.append(value) }
        }
        return values.count == entries.count ? values : nil
    }
}

/// A map whose keys the language names.
struct MapCursor {
    let cursor: Cursor

    subscript(key: String) -> Cursor? {
        cursor.node[key].map { Cursor(node: $0, path: cursor.path + [key], reading: cursor.reading) }
    }

    var reading: Reading { cursor.reading }

    /// The place of the key, not of its value.
    func place(_ key: String) -> Place { cursor.node.place(of: [key]) }

    func failAtKey(_ key: String, _ code: FaultCode, expected: Phrase, severity: Fault.Severity = .error) {
        reading.faults.add(
            code, at: place(key), path: cursor.path + [key], found: .word(key), expected: expected, severity: severity)
    }
}

/// A key that the company names.
struct KeyCursor {
    let text: String
    let place: Place
    let path: [String]
    let reading: Reading

    func fail(_ code: FaultCode, found: Phrase? = nil, expected: Phrase, near words: some Sequence<String> = [String]())
    {
        reading.faults.add(
            code, at: place, path: path, found: found ?? .word(text), expected: expected,
            suggestion: Nearest.word(to: text, in: words))
    }

    /// Whether the key is well formed; reports when it is not.
    func matches(_ pattern: KeyPattern) -> Bool {
        if pattern.accepts(text) { return true }
        fail(.badWord, expected: pattern.phrase, near: pattern.repaired(text).map { [$0] } ?? [])
        return false
    }
}
